"""What the configuration of an arm64 kernel tells at first sight."""

from __future__ import annotations

import re

PAGES = re.compile(r"^CONFIG_ARM64_(4|16|64)K_PAGES=y", re.MULTILINE)
OF_ARM64 = re.compile(r"^CONFIG_ARM64(?:_\w+)?=", re.MULTILINE)


def owns(config: str) -> bool:
    """Whether a configuration is arm64's."""
    return OF_ARM64.search(config) is not None


def page_size(config: str) -> int:
    """The page size of a configuration; 4 KiB if it does not tell."""
    told = PAGES.search(config)
    return int(told[1]) << 10 if told else 4096

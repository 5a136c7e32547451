"""What the configuration of an x86-64 kernel tells at first sight."""

from __future__ import annotations

import re

OF_X86_64 = re.compile(r"^CONFIG_X86_64=y", re.MULTILINE)


def owns(config: str) -> bool:
    """Whether a configuration is x86-64's."""
    return OF_X86_64.search(config) is not None


def page_size(config: str) -> int:
    """The page size of any configuration: there is one."""
    return 4096

"""What taking down a machine asks of x86-64."""

from __future__ import annotations

import re

from ....model.arch.x86.address_map import address_map_of
from ....model.build.address_map import AddressMap
from ....model.build.kconfig import KConfig
from ....model.build.release import Release
from ...core.inputs import Drawn
from ..architecture import BootKeys, CapturedArchitecture
from ..source import Source
from .board import capture_board
from .kaslr import find_kaslr


def is_running(config: bytes | None, cpuinfo: str) -> bool:
    """Whether nothing speaks against a running x86-64 Linux."""
    is_configured = config is None or b"\nCONFIG_X86_64=y" in b"\n" + config
    return (
        is_configured
        and "vendor_id" in cpuinfo
        and re.search(r"^flags\s*:.* lm\b", cpuinfo, re.M) is not None
    )


def address_map(release: Release, config: KConfig) -> AddressMap:
    """The address map of a kernel on a CPU with four levels of page tables."""
    return address_map_of(release, config)


def capture_cpus(source: Source) -> tuple[str, int]:
    """The CPU is taken down with the board."""
    return "qemu64", 1


def boot_keys(source: Source, log: str, moved: int, layout: AddressMap | None) -> BootKeys:
    """What KASLR drew, as far as that is told."""
    keys: dict[str, int | Drawn] = {}
    drawn = find_kaslr(source, moved, layout)
    if drawn is not None:
        keys["kaslr"] = drawn
    return keys


CAPTURED = CapturedArchitecture("x86_64", is_running, address_map, capture_cpus, boot_keys, capture_board)

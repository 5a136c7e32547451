"""What taking down a machine asks of arm64."""

from __future__ import annotations

from ....model.arch.arm64.address_map import address_map_of
from ....model.build.address_map import AddressMap
from ...core.inputs import Drawn
from ..architecture import BootKeys, CapturedArchitecture
from ..source import Source
from .cpu import capture_cpus, exception_level
from .kaslr import find_kaslr, unmoved_maps


def is_running(config: bytes | None, cpuinfo: str) -> bool:
    """Whether nothing speaks against a running arm64 Linux."""
    is_configured = config is None or b"\nCONFIG_ARM64=y" in b"\n" + config
    return is_configured and (not cpuinfo or "CPU implementer" in cpuinfo)


def boot_keys(source: Source, log: str, moved: int, layout: AddressMap | None) -> BootKeys:
    """The exception level, and what KASLR drew, as far as they are told."""
    keys: dict[str, int | Drawn] = {}
    level = exception_level(log)
    if level is not None:
        keys["exception_level"] = level
    drawn = find_kaslr(source, log, moved, unmoved_maps(source.text("/proc/iomem"), layout))
    if drawn is not None:
        keys["kaslr"] = drawn
    return keys


CAPTURED = CapturedArchitecture("arm64", is_running, address_map_of, capture_cpus, boot_keys)

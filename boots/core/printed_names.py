"""The names that a kernel prints for its functions, as callers of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.build.image.image import Image
from ...model.build.kconfig import KConfig
from ...model.trace.recorder import SIBLING_CALLS
from .arch import ArchOps


def sibling_calls(config: KConfig, arch: ArchOps[Any]) -> set[str]:
    """The functions whose last call is a jump, which frame pointers forbid to the compiler."""
    if arch.has_frame_pointers(config):
        return set()
    return {name for name, option in SIBLING_CALLS.items() if not (option and config.enabled(option))}


def printed_names(image: Image, config: KConfig, arch: ArchOps[Any]) -> Mapping[str, str]:
    """What the kernel prints for each function that has a symbol; nothing for those that never show as
    callers.  ``memblock_free()`` is a few instructions and a call, unless the compiler put all of
    ``memblock_phys_free()`` into it: that one then sees past it, to its caller."""
    names, sizes = image.printed_names, image.function_sizes
    unseen = sibling_calls(config, arch)
    alone = "memblock_phys_free" not in names
    if not alone and sizes.get("memblock_free", 0) >= sizes.get("memblock_phys_free", 0):
        unseen.add("memblock_free")
    seen = dict(names)
    for name in unseen:
        seen.pop(name, None)
    return seen

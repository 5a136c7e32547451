"""Which area of the kernel's virtual addresses begins and ends where, with four and with five levels.

Mirrors Documentation/arch/x86/x86_64/mm.rst, and of arch/x86/include/asm {page,pgtable}_64_types.h, kasan.h.
Addresses and sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...build.address_map import Range
from ...build.kconfig import KConfig

U64 = (1 << 64) - 1
MIB, GIB, TIB = 1 << 20, 1 << 30, 1 << 40
START_KERNEL_MAP = 0xFFFFFFFF80000000
"""``__START_KERNEL_map``: where physical address `phys_base` has its place in the image's mapping."""
MODULES_END = 0xFFFFFFFFFF000000
VSYSCALL_ADDR = 0xFFFFFFFFFF600000
FIXADDR_TOP = VSYSCALL_ADDR + 2 * MIB - 4096
P4D_SHIFT = 39
ESPFIX_BASE_ADDR = -2 << P4D_SHIFT & U64
CPU_ENTRY_AREA_BASE = -4 << P4D_SHIFT & U64
EFI_VA_START = -4 * GIB & U64
"""The highest address of UEFI's runtime services: they are mapped from here downwards."""
EFI_VA_END = -68 * GIB & U64


def _of(start: int, size: int) -> Range:
    return Range(start, start + size)


FOUR_LEVELS: Mapping[str, Range] = {
    "direct map": _of(0xFFFF888000000000, 64 * TIB),
    "vmalloc": _of(0xFFFFC90000000000, 32 * TIB),
    "vmemmap": _of(0xFFFFEA0000000000, TIB),
}
FIVE_LEVELS: Mapping[str, Range] = {
    "direct map": _of(0xFF11000000000000, 32 << 50),
    "vmalloc": _of(0xFFA0000000000000, 12800 * TIB),
    "vmemmap": _of(0xFFD4000000000000, 512 * TIB),
}
"""The areas that CONFIG_RANDOMIZE_MEMORY may move, where they are without it."""


def kernel_image_size(config: KConfig) -> int:
    """KERNEL_IMAGE_SIZE: how much of the addresses from `START_KERNEL_MAP` on is the image's."""
    return GIB if config.enabled("RANDOMIZE_BASE") else 512 * MIB


def load_physical_addr(config: KConfig) -> int:
    """LOAD_PHYSICAL_ADDR: the physical address that the image is linked for."""
    align = config.integer("PHYSICAL_ALIGN", 2 * MIB)
    return -(-config.integer("PHYSICAL_START", 16 * MIB) // align) * align


def pgd_area(entry: int, levels: int, entries: int = 1) -> Range:
    """What so many entries of the root table translate, from one of them on; it is counted from the end."""
    shift = P4D_SHIFT if levels == 4 else P4D_SHIFT + 9
    return _of(entry << shift & U64, entries << shift)


def ldt_remap(levels: int) -> Range:
    """LDT_BASE_ADDR … LDT_END_ADDR: the local descriptor table, where user space has tables of its own."""
    return pgd_area(-240, levels)


def guard_hole(levels: int) -> Range:
    """GUARD_HOLE_BASE_ADDR … GUARD_HOLE_END_ADDR: the first of the kernel's half, a hypervisor's."""
    return pgd_area(-256, levels, 16)


def kasan_shadow(config: KConfig, levels: int) -> Range | None:
    """KASAN_SHADOW_START … KASAN_SHADOW_END; None without CONFIG_KASAN."""
    if not config.enabled("KASAN"):
        return None
    mask_shift = 47 if levels == 4 else 56
    start = config.integer("KASAN_SHADOW_OFFSET", 0xDFFFFC0000000000) + ((-1 << mask_shift & U64) >> 3)
    return _of(start, 1 << mask_shift - 3)

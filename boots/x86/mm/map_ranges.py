"""How a range of memory is cut into parts that get pages of one size.  Mirrors, of arch/x86/mm/init.c,
``split_mem_range`` and what it calls."""

from __future__ import annotations

from typing import NamedTuple

from ....model.base.pfn import ALIGN, ALIGN_DOWN
from ....model.memory.memblock import memblock_is_region_memory
from ....model.trace.recorder import traced
from ..variables import Kernel
from .levels import PG_LEVEL_1G, PG_LEVEL_2M

KERNEL_FILE = "arch/x86/mm/init.c"

MASK_2M, MASK_1G = 1 << PG_LEVEL_2M, 1 << PG_LEVEL_1G


class MapRange(NamedTuple):
    """A ``struct map_range``: the physical addresses [start, end), and the page sizes that they may be mapped
    by beside 4 KiB, as a mask of 1 << pg_level."""

    start: int
    end: int
    page_size_mask: int


def _cut(k: Kernel, start: int, end: int) -> list[MapRange]:
    """The parts of [start, end): up to a multiple of 2 MiB, from there to one of 1 GiB, as long as there are
    whole GiB, whole 2 MiB, and the rest."""
    two_mib, gib = k.layout.pmd_size, k.layout.pud_size
    large = k.page_size_mask & MASK_2M
    found: list[MapRange] = []
    at = start

    def take(stop: int, mask: int) -> None:
        nonlocal at
        if at < stop:
            found.append(MapRange(at, stop, mask))
            at = stop

    take(min(ALIGN(at, two_mib), end), 0)
    if at % two_mib == 0:
        take(min(ALIGN(at, gib), ALIGN_DOWN(end, two_mib)), large)
    if at % gib == 0:
        take(ALIGN_DOWN(end, gib), k.page_size_mask & (MASK_2M | MASK_1G))
    if at % two_mib == 0:
        take(ALIGN_DOWN(end, two_mib), large)
    take(end, 0)
    return found


def adjust_range_page_size_mask(k: Kernel, ranges: list[MapRange]) -> list[MapRange]:
    """Let a part have larger pages, if all that such a page would map beside it is RAM too."""
    found: list[MapRange] = []
    for item in ranges:
        mask = item.page_size_mask
        for bit, size in ((MASK_2M, k.layout.pmd_size), (MASK_1G, k.layout.pud_size)):
            start, end = ALIGN_DOWN(item.start, size), ALIGN(item.end, size)
            wanted = k.page_size_mask & bit and not mask & bit
            if wanted and memblock_is_region_memory(k.memblock, start, end - start):
                mask |= bit
        found.append(item._replace(page_size_mask=mask))
    return found


def _joined(ranges: list[MapRange]) -> list[MapRange]:
    """Neighbours with the same page sizes are one."""
    found: list[MapRange] = []
    for item in ranges:
        before = found[-1] if found else None
        if before and before.end == item.start and before.page_size_mask == item.page_size_mask:
            found[-1] = before._replace(end=item.end)
        else:
            found.append(item)
    return found


def page_size_string(item: MapRange) -> str:
    """The largest page size that a part may have."""
    return "1G" if item.page_size_mask & MASK_1G else "2M" if item.page_size_mask & MASK_2M else "4k"


@traced
def split_mem_range(k: Kernel, start: int, end: int) -> list[MapRange]:
    """The parts of the physical addresses [start, end), each to be mapped by pages of its sizes."""
    return _joined(adjust_range_page_size_mask(k, _cut(k, start, end)))

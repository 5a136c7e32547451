"""Looking for free memory.

Mirrors mm/memblock.c: ``memblock_find_in_range``, ``memblock_find_in_range_node``,
``__memblock_find_range_top_down``, ``__memblock_find_range_bottom_up``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from ..trace import traced
from .iterate import for_each_free_mem_range, for_each_free_mem_range_reverse, should_skip_region
from .regions import (
    MEMBLOCK_ALLOC_ACCESSIBLE,
    MEMBLOCK_ALLOC_NOLEAKTRACE,
    MEMBLOCK_MIRROR,
    MEMBLOCK_NONE,
    NUMA_NO_NODE,
    U64,
)
from .structure import Memblock

KERNEL_FILE = "mm/memblock.c"


def choose_memblock_flags(mb: Memblock) -> int:
    """What memory to allocate from: mirrored if there is any.  mm/memblock.c."""
    return MEMBLOCK_MIRROR if mb.system_has_some_mirror else MEMBLOCK_NONE


def find_range_bottom_up(
    mb: Memblock, start: int, end: int, size: int, align: int, nid: int, flags: int
) -> int:
    """The lowest address that fits, 0 for none.  mm/memblock.c: ``__memblock_find_range_bottom_up``."""
    for free_start, free_end, _ in for_each_free_mem_range(mb, nid, flags):
        this_start = min(max(free_start, start), end)
        this_end = min(max(free_end, start), end)
        cand = (((this_start - 1) & U64 | align - 1 & U64) + 1) & U64
        if cand < this_end and this_end - cand >= size:
            return cand
    return 0


def find_range_top_down(
    mb: Memblock, start: int, end: int, size: int, align: int, nid: int, flags: int
) -> int:
    """The highest address that fits, 0 for none.  mm/memblock.c: ``__memblock_find_range_top_down``."""
    if size and mb.memory.ordered and mb.reserved.ordered and nid != mb.max_numnodes:
        ranges = free_ranges_reverse(mb, start, end, size, nid, flags)
    else:
        ranges = for_each_free_mem_range_reverse(mb, nid, flags)
    for free_start, free_end, _ in ranges:
        this_start = min(max(free_start, start), end)
        this_end = min(max(free_end, start), end)
        if this_end < size:
            continue
        cand = (this_end - size) & ~(align - 1) & U64
        if cand >= this_start:
            return cand
    return 0


def free_ranges_reverse(
    mb: Memblock, start: int, end: int, size: int, nid: int, flags: int
) -> Iterator[tuple[int, int, int]]:
    """The free ranges of at least `size` bytes within ``start`` … ``end``, downwards: those of
    ``for_each_free_mem_range_reverse`` without such as are too small to hold anything."""
    memory, reserved = mb.memory, mb.reserved
    bases, ends = reserved.bases, reserved.ends
    for at in range(bisect_left(memory.bases, end) - 1, -1, -1):
        region = memory.regions[at]
        top = min(region.end, end)
        if top <= start:
            return
        bottom = max(region.base, start)
        if top - bottom < size or should_skip_region(mb, memory, region, nid, flags):
            continue
        gap = bisect_left(bases, top)
        while True:
            low = max(ends[gap - 1], bottom) if gap else bottom
            if top - low >= size:
                yield low, top, region.nid
            if low == bottom:
                break
            gap -= 1
            top = bases[gap]
            if top - bottom < size:
                break


@traced
def memblock_find_in_range_node(
    mb: Memblock, size: int, align: int, start: int, end: int, nid: int, flags: int
) -> int:
    """Find free memory (bytes) between `start` and `end`, of a node and with flags.  Returns its physical address,
    0 for none.  mm/memblock.c."""
    if end in (MEMBLOCK_ALLOC_ACCESSIBLE, MEMBLOCK_ALLOC_NOLEAKTRACE):
        end = mb.current_limit
    start = max(start, mb.page_size)
    end = max(start, end)
    if mb.bottom_up:
        return find_range_bottom_up(mb, start, end, size, align, nid, flags)
    return find_range_top_down(mb, start, end, size, align, nid, flags)


@traced
def memblock_find_in_range(mb: Memblock, start: int, end: int, size: int, align: int) -> int:
    """Find free memory (bytes) between `start` and `end`, mirrored if possible.  Returns its physical address, 0
    for none.  mm/memblock.c."""
    flags = choose_memblock_flags(mb)
    found = memblock_find_in_range_node(mb, size, align, start, end, NUMA_NO_NODE, flags)
    if not found and flags & MEMBLOCK_MIRROR:
        warn_not_mirrored(mb, size)
        found = memblock_find_in_range_node(
            mb, size, align, start, end, NUMA_NO_NODE, flags & ~MEMBLOCK_MIRROR
        )
    return found


def warn_not_mirrored(mb: Memblock, size: int) -> None:
    """Say that `size` bytes come from memory that is not mirrored."""
    mb.trace.printk("Could not allocate {:#018x} bytes of mirrored memory", size, level="warning")

"""Looking for free memory.

Mirrors mm/memblock.c: ``memblock_find_in_range``, ``memblock_find_in_range_node``,
``__memblock_find_range_top_down``, ``__memblock_find_range_bottom_up``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from ...trace.recorder import traced
from .iterate import Range, for_each_free_mem_range, for_each_free_mem_range_reverse, should_skip_region
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


class Wanted(NamedTuple):
    """What is looked for: `size` bytes within ``start`` … ``end``, of a node and with flags."""

    start: int
    end: int
    size: int
    nid: int
    flags: int


def find_range_bottom_up(mb: Memblock, wanted: Wanted, align: int) -> int:
    """The lowest address that fits, 0 for none.  mm/memblock.c: ``__memblock_find_range_bottom_up``."""
    start, end, size, nid, flags = wanted
    by_gaps = can_go_by_gaps(mb, wanted)
    ranges = free_ranges(mb, wanted) if by_gaps else for_each_free_mem_range(mb, nid, flags)
    for free_start, free_end, _ in ranges:
        this_start = min(max(free_start, start), end)
        this_end = min(max(free_end, start), end)
        cand = (((this_start - 1) & U64 | (align - 1) & U64) + 1) & U64
        if cand < this_end and this_end - cand >= size:
            return cand
    return 0


def find_range_top_down(mb: Memblock, wanted: Wanted, align: int) -> int:
    """The highest address that fits, 0 for none.  mm/memblock.c: ``__memblock_find_range_top_down``."""
    start, end, size, nid, flags = wanted
    by_gaps = can_go_by_gaps(mb, wanted)
    ranges = free_ranges_reverse(mb, wanted) if by_gaps else for_each_free_mem_range_reverse(mb, nid, flags)
    for free_start, free_end, _ in ranges:
        this_start = min(max(free_start, start), end)
        this_end = min(max(free_end, start), end)
        if this_end < size:
            continue
        cand = (this_end - size) & ~(align - 1) & U64
        if cand >= this_start:
            return cand
    return 0


def can_go_by_gaps(mb: Memblock, wanted: Wanted) -> bool:
    """Whether gaps smaller than what is wanted may be passed over unseen.  They cannot hold it, nor can a
    range outside the limits, unless nothing is wanted at all; MAX_NUMNODES for a nid brings a warning for
    each range."""
    return bool(wanted.size and mb.memory.ordered and mb.reserved.ordered and wanted.nid != mb.max_numnodes)


def free_ranges_reverse(mb: Memblock, wanted: Wanted) -> Iterator[Range]:
    """The ranges of ``for_each_free_mem_range_reverse`` that lie within the limits and are large enough."""
    start, end, size, nid, flags = wanted
    memory, reserved = mb.memory, mb.reserved
    bases, ends, last_gap = reserved.bases, reserved.ends, reserved.last_gap
    for at in range(bisect_left(memory.bases, end) - 1, -1, -1):
        region = memory.regions[at]
        top, bottom = min(memory.ends[at], end), max(memory.bases[at], start)
        if top <= start:
            return
        if top - bottom < size or should_skip_region(mb, memory, region, nid, flags):
            continue
        gap, lowest = bisect_left(bases, top), bisect_right(bases, bottom)
        # The gap that `top` lies in counts up to there only, and may be the one behind the last region.
        while gap >= lowest:
            low = max(ends[gap - 1], bottom) if gap else bottom
            if top - low >= size:
                yield low, top, region.nid
            gap = last_gap(lowest, gap - 1, size)
            if gap >= 0:
                top = bases[gap]


def free_ranges(mb: Memblock, wanted: Wanted) -> Iterator[Range]:
    """The ranges of ``for_each_free_mem_range`` that lie within the limits and are large enough."""
    start, end, size, nid, flags = wanted
    memory, reserved = mb.memory, mb.reserved
    bases, ends, first_gap = reserved.bases, reserved.ends, reserved.first_gap
    for at in range(bisect_right(memory.ends, start), len(memory)):
        region = memory.regions[at]
        top, bottom = min(memory.ends[at], end), max(memory.bases[at], start)
        if bottom >= end:
            return
        if top - bottom < size or should_skip_region(mb, memory, region, nid, flags):
            continue
        gap, highest = bisect_right(bases, bottom), bisect_left(bases, top)
        while 0 <= gap <= highest:
            low = max(ends[gap - 1], bottom) if gap else bottom
            high = bases[gap] if gap < highest else top
            if high - low >= size:
                yield low, high, region.nid
            if gap == highest:
                break
            gap = first_gap(gap + 1, highest - 1, size)
            if gap < 0:
                gap = highest


@traced
def memblock_find_in_range_node(
    mb: Memblock, size: int, align: int, start: int, end: int, nid: int, flags: int
) -> int:
    """Find free memory (bytes) between `start` and `end`, of a node and with flags.  Returns its physical
    address, 0 for none.  mm/memblock.c."""
    if end in (MEMBLOCK_ALLOC_ACCESSIBLE, MEMBLOCK_ALLOC_NOLEAKTRACE):
        end = mb.current_limit
    start = max(start, mb.page_size)
    wanted = Wanted(start, max(start, end), size, nid, flags)
    if mb.bottom_up:
        return find_range_bottom_up(mb, wanted, align)
    return find_range_top_down(mb, wanted, align)


@traced
def memblock_find_in_range(mb: Memblock, start: int, end: int, size: int, align: int) -> int:
    """Find free memory (bytes) between `start` and `end`, mirrored if possible.  Returns its physical
    address, 0 for none.  mm/memblock.c."""
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

"""Walks over memblock.

Mirrors mm/memblock.c and include/linux/memblock.h: ``__next_mem_range``, ``__next_mem_range_rev``,
``__next_mem_pfn_range`` and the ``for_each_…`` loops over them.  Like those, they look at the arrays anew at
each step, by index, so that the loop's body may change them.
"""

from __future__ import annotations

from collections.abc import Iterator

from .regions import (
    MEMBLOCK_DRIVER_MANAGED,
    MEMBLOCK_HOTPLUG,
    MEMBLOCK_MIRROR,
    MEMBLOCK_NOMAP,
    MEMBLOCK_NONE,
    NUMA_NO_NODE,
    PHYS_ADDR_MAX,
    U64,
    Region,
    RegionArray,
    TypeName,
)
from .structure import Memblock

Range = tuple[int, int, int]
"""Start and end (bytes or pfns) and nid."""


def numa_valid_node(mb: Memblock, nid: int) -> bool:
    """Whether `nid` names a node.  include/linux/numa.h."""
    return 0 <= nid < mb.max_numnodes


def selects_node(mb: Memblock, nid: int) -> bool:
    """Whether `nid`, as an argument, asks for one node rather than any."""
    # Since 6.10 any invalid nid means any node; before, only NUMA_NO_NODE did.
    if mb.config.release >= (6, 10):
        return numa_valid_node(mb, nid)
    return nid != NUMA_NO_NODE


def without_deprecated_nid(mb: Memblock, nid: int, function: str) -> int:
    """Complain about MAX_NUMNODES in the place of NUMA_NO_NODE, as `function` does before 6.10."""
    if nid == mb.max_numnodes and mb.config.release < (6, 10):
        mb.warn_once(function, "nid == MAX_NUMNODES")
        return NUMA_NO_NODE
    return nid


def should_skip_region(mb: Memblock, array: RegionArray, region: Region, nid: int, flags: int) -> bool:
    """Whether a walk with this `nid` and these `flags` passes over `region`.  mm/memblock.c."""
    if array is not mb.memory:
        return False
    if nid != region.nid and selects_node(mb, nid):
        return True
    has = region.flags
    if not has and not flags:
        return False
    return bool(
        (has & MEMBLOCK_HOTPLUG and mb.movable_node and not flags & MEMBLOCK_HOTPLUG)
        or (flags & MEMBLOCK_MIRROR and not has & MEMBLOCK_MIRROR)
        or (has & MEMBLOCK_NOMAP and not flags & MEMBLOCK_NOMAP)
        or (has & MEMBLOCK_DRIVER_MANAGED and not flags & MEMBLOCK_DRIVER_MANAGED)
    )


def gap_before(array: RegionArray, index: int) -> tuple[int, int]:
    """Start and end of what lies between the regions `index` - 1 and `index`, or the ends of the address
    space."""
    start = array.ends[index - 1] if index else 0
    return start, array.bases[index] if index < len(array.bases) else PHYS_ADDR_MAX


def next_mem_range(
    mb: Memblock, nid: int, flags: int, type_a: RegionArray, type_b: RegionArray | None
) -> Iterator[Range]:
    """The parts of `type_a` that are not in `type_b`, upwards: ``__next_mem_range``, called until it ends."""
    at = gap = 0
    wanted = without_deprecated_nid(mb, nid, "__next_mem_range")
    while at < len(type_a):
        region = type_a.regions[at]
        if should_skip_region(mb, type_a, region, wanted, flags):
            at += 1
            continue
        if type_b is None:
            at += 1
            yield region.base, region.end, region.nid
            without_deprecated_nid(mb, nid, "__next_mem_range")
            continue
        while gap <= len(type_b):
            start, end = gap_before(type_b, gap)
            if start >= region.end:
                at += 1
                break
            if region.base >= end:
                gap += 1
                continue
            if region.end <= end:
                at += 1
            else:
                gap += 1
            yield max(region.base, start), min(region.end, end), region.nid
            without_deprecated_nid(mb, nid, "__next_mem_range")
            break
        else:
            at += 1


def next_mem_range_rev(
    mb: Memblock, nid: int, flags: int, type_a: RegionArray, type_b: RegionArray | None
) -> Iterator[Range]:
    """The parts of `type_a` that are not in `type_b`, downwards: ``__next_mem_range_rev``, called until it
    ends."""
    wanted = without_deprecated_nid(mb, nid, "__next_mem_range_rev")
    at = len(type_a) - 1
    gap = len(type_b) if type_b is not None else 0
    while at >= 0:
        region = type_a.regions[at]
        if should_skip_region(mb, type_a, region, wanted, flags):
            at -= 1
            continue
        if type_b is None:
            at -= 1
            yield region.base, region.end, region.nid
            without_deprecated_nid(mb, nid, "__next_mem_range_rev")
            continue
        while gap >= 0:
            start, end = gap_before(type_b, gap)
            if end <= region.base:
                at -= 1
                break
            if region.end <= start:
                gap -= 1
                continue
            if region.base >= start:
                at -= 1
            else:
                gap -= 1
            yield max(region.base, start), min(region.end, end), region.nid
            without_deprecated_nid(mb, nid, "__next_mem_range_rev")
            break
        else:
            at -= 1


def for_each_mem_range(mb: Memblock) -> Iterator[tuple[int, int]]:
    """Start and end (bytes) of memory, upwards, without NOMAP.  include/linux/memblock.h."""
    flags = MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED
    for start, end, _ in next_mem_range(mb, NUMA_NO_NODE, flags, mb.memory, None):
        yield start, end


def for_each_mem_range_rev(mb: Memblock) -> Iterator[tuple[int, int]]:
    """Start and end (bytes) of memory, downwards, without NOMAP.  include/linux/memblock.h."""
    flags = MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED
    for start, end, _ in next_mem_range_rev(mb, NUMA_NO_NODE, flags, mb.memory, None):
        yield start, end


def for_each_reserved_mem_range(mb: Memblock) -> Iterator[tuple[int, int]]:
    """Start and end (bytes) of what is reserved, upwards.  include/linux/memblock.h."""
    for start, end, _ in next_mem_range(mb, NUMA_NO_NODE, MEMBLOCK_NONE, mb.reserved, None):
        yield start, end


def for_each_free_mem_range(mb: Memblock, nid: int, flags: int) -> Iterator[Range]:
    """Start and end (bytes) and nid of memory that is not reserved, upwards.  include/linux/memblock.h."""
    return next_mem_range(mb, nid, flags, mb.memory, mb.reserved)


def for_each_free_mem_range_reverse(mb: Memblock, nid: int, flags: int) -> Iterator[Range]:
    """Start and end (bytes) and nid of memory that is not reserved, downwards.  include/linux/memblock.h."""
    return next_mem_range_rev(mb, nid, flags, mb.memory, mb.reserved)


def for_each_mem_pfn_range(mb: Memblock, nid: int) -> Iterator[Range]:
    """Start and end (pfns) and nid of memory, whole pages only.  MAX_NUMNODES: of every node.
    include/linux/memblock.h."""
    shift = mb.config.page_shift
    # Since 6.10 any invalid nid means every node; before, only MAX_NUMNODES did.
    every = not numa_valid_node(mb, nid) if mb.config.release >= (6, 10) else nid == mb.max_numnodes
    for region in regions_of(mb.memory):
        start_pfn = (region.base + mb.page_size - 1 & U64) >> shift
        end_pfn = region.end >> shift
        if start_pfn < end_pfn and (every or nid == region.nid):
            yield start_pfn, end_pfn, region.nid


def for_each_memblock(mb: Memblock, memblock_type: TypeName) -> Iterator[Region]:
    """The regions of an array, ``memory`` or ``reserved``; until 5.9.  include/linux/memblock.h."""
    return regions_of(mb.type(memblock_type))


def for_each_mem_region(mb: Memblock) -> Iterator[Region]:
    """The regions of memory.  include/linux/memblock.h."""
    return regions_of(mb.memory)


def for_each_reserved_mem_region(mb: Memblock) -> Iterator[Region]:
    """The reserved regions.  include/linux/memblock.h."""
    return regions_of(mb.reserved)


def regions_of(array: RegionArray) -> Iterator[Region]:
    """The regions of an array, by index."""
    at = 0
    while at < len(array.regions):
        yield array.regions[at]
        at += 1

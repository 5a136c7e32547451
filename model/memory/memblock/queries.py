"""Questions about what is memory and what is reserved.

Mirrors mm/memblock.c: ``memblock_search``, ``memblock_is_memory`` and its kin, ``memblock_overlaps_region``,
``memblock_start_of_DRAM``, ``memblock_end_of_DRAM``, and the sizes.
"""

from __future__ import annotations

from bisect import bisect_right

from .iterate import for_each_mem_pfn_range, numa_valid_node
from .regions import MEMBLOCK_NOMAP, NUMA_NO_NODE, PHYS_ADDR_MAX, U64, RegionArray, TypeName
from .structure import Memblock


def memblock_search(array: RegionArray, addr: int) -> int:
    """The index of the region that holds an address, -1 if none does.  mm/memblock.c."""
    if array.ordered:
        at = bisect_right(array.bases, addr) - 1
        return at if at >= 0 and addr < array.ends[at] else -1
    left, right = 0, len(array)
    while left < right:
        middle = (left + right) // 2
        if addr < array.bases[middle]:
            right = middle
        elif addr >= array.ends[middle]:
            left = middle + 1
        else:
            return middle
    return -1


def memblock_is_reserved(mb: Memblock, addr: int) -> bool:
    """Whether an address is reserved.  mm/memblock.c."""
    return memblock_search(mb.reserved, addr) != -1


def memblock_is_memory(mb: Memblock, addr: int) -> bool:
    """Whether an address is memory.  mm/memblock.c."""
    return memblock_search(mb.memory, addr) != -1


def memblock_is_map_memory(mb: Memblock, addr: int) -> bool:
    """Whether an address is memory and not NOMAP.  mm/memblock.c."""
    at = memblock_search(mb.memory, addr)
    return at != -1 and not mb.memory.regions[at].flags & MEMBLOCK_NOMAP


def memblock_is_region_memory(mb: Memblock, base: int, size: int) -> bool:
    """Whether one region of memory holds the whole range (bytes).  mm/memblock.c."""
    at = memblock_search(mb.memory, base)
    return at != -1 and mb.memory.ends[at] >= base + min(size, PHYS_ADDR_MAX - base)


def memblock_overlaps_region(mb: Memblock, type: TypeName, base: int, size: int) -> bool:
    """Whether any region of an array has a part of the range (bytes).  mm/memblock.c."""
    array = mb.type(type)
    end = base + min(size, PHYS_ADDR_MAX - base)
    if array.ordered:
        at = bisect_right(array.ends, base)
        return at < len(array) and array.bases[at] < end
    return any(base < region.end and region.base < end for region in array.regions)


def memblock_is_region_reserved(mb: Memblock, base: int, size: int) -> bool:
    """Whether any part of the range (bytes) is reserved.  mm/memblock.c."""
    return memblock_overlaps_region(mb, "reserved", base, size)


def memblock_search_pfn_nid(mb: Memblock, pfn: int) -> tuple[int, int, int]:
    """The nid of the region that holds a pfn, and its first and last pfn + 1; NUMA_NO_NODE, 0, 0 if none
    does.  mm/memblock.c."""
    shift = mb.config.page_shift
    at = memblock_search(mb.memory, pfn << shift & U64)
    if at == -1:
        return NUMA_NO_NODE, 0, 0
    region = mb.memory.regions[at]
    return region.nid, region.base >> shift, region.end >> shift


def memblock_phys_mem_size(mb: Memblock) -> int:
    """Bytes of memory.  mm/memblock.c."""
    return mb.memory.total_size


def memblock_reserved_size(mb: Memblock) -> int:
    """Bytes reserved.  mm/memblock.c."""
    return mb.reserved.total_size


def memblock_estimated_nr_free_pages(mb: Memblock) -> int:
    """Pages not reserved, roughly.  mm/memblock.c, since 6.12."""
    return ((mb.memory.total_size - mb.reserved.total_size) & U64) >> mb.config.page_shift


def memblock_start_of_DRAM(mb: Memblock) -> int:
    """The lowest address of memory.  mm/memblock.c."""
    return mb.memory.bases[0] if mb.memory.bases else 0


def memblock_end_of_DRAM(mb: Memblock) -> int:
    """The first address behind all memory.  mm/memblock.c."""
    return mb.memory.ends[-1] if mb.memory.ends else 0


def memblock_has_mirror(mb: Memblock) -> bool:
    """Whether any memory is marked as mirrored.  mm/memblock.c, since 6.6."""
    return mb.system_has_some_mirror


def memblock_bottom_up(mb: Memblock) -> bool:
    """Whether allocations go upwards.  include/linux/memblock.h."""
    return mb.bottom_up


def memblock_get_current_limit(mb: Memblock) -> int:
    """Where allocations end that name no limit.  mm/memblock.c."""
    return mb.current_limit


def memblock_validate_numa_coverage(mb: Memblock, threshold_bytes: int) -> bool:
    """Whether at most so many bytes of memory have no node; complains if not.  mm/memblock.c, since 6.8."""
    shift = mb.config.page_shift
    pages = sum(
        end_pfn - start_pfn
        for start_pfn, end_pfn, nid in for_each_mem_pfn_range(mb, mb.max_numnodes)
        if not numa_valid_node(mb, nid)
    )
    uncovered = pages << shift & U64
    if uncovered <= threshold_bytes:
        return True
    mb.trace.printk(
        "NUMA: no nodes coverage for {}MB of {}MB RAM",
        uncovered >> 20,
        memblock_phys_mem_size(mb) >> 20,
        level="err",
    )
    return False

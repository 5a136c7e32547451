"""Handing memory over to the page allocator: which ranges, in which order.

Mirrors the parts of ``memblock_free_all`` in mm/memblock.c that are memblock's:
``memmap_init_reserved_pages``, ``__free_memory_core``, ``__free_pages_memory``, ``memblock_free_late``.  The
caller does with the ranges what ``reserve_bootmem_region`` and ``memblock_free_pages`` do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...trace.recorder import traced
from .iterate import for_each_mem_region, for_each_reserved_mem_region, numa_valid_node
from .marks import memblock_set_node
from .regions import MEMBLOCK_NOMAP, MEMBLOCK_RSRV_NOINIT, U64
from .structure import Memblock

KERNEL_FILE = "mm/memblock.c"


class ReservedRange(NamedTuple):
    """A range (bytes) whose struct pages ``reserve_bootmem_region`` marks; `nid` is None before 6.5."""

    start: int
    end: int
    nid: int | None


class FreeRange(NamedTuple):
    """`chunks` neighbouring blocks of ``1 << order`` pages, from `pfn` on: so many calls of
    ``memblock_free_pages``."""

    pfn: int
    order: int
    chunks: int


def memmap_init_reserved_pages(
    mb: Memblock, early_pfn_to_nid: Callable[[int], int]
) -> Iterator[ReservedRange]:
    """The ranges that ``memmap_init_reserved_pages`` reserves, in its order.  `early_pfn_to_nid` is asked for
    the node of a reserved region without one (since 6.5).  mm/memblock.c."""
    # Since 6.5 reserved regions are given the nodes of the memory they lie in, and NOMAP memory comes first.
    if mb.config.release < (6, 5):
        for region in for_each_reserved_mem_region(mb):
            yield ReservedRange(region.base, region.end, None)
        for region in for_each_mem_region(mb):
            # Until 5.13 the page structs of NOMAP memory are left alone.
            if region.flags & MEMBLOCK_NOMAP and mb.config.release >= (5, 14):
                yield ReservedRange(region.base, region.end, None)
        return
    yield from nomap_with_nodes_set(mb)
    for region in for_each_reserved_mem_region(mb):
        if not region.flags & MEMBLOCK_RSRV_NOINIT:
            nid = region.nid
            if not numa_valid_node(mb, nid):
                nid = early_pfn_to_nid(region.base >> mb.config.page_shift)
            yield ReservedRange(region.base, region.end, nid)


def nomap_with_nodes_set(mb: Memblock) -> Iterator[ReservedRange]:
    """The NOMAP ranges, while the reserved regions are given the nodes of all memory: again from the start
    when that made their array grow."""
    capacity = -1
    while capacity != mb.reserved.max:
        capacity = mb.reserved.max
        for region in for_each_mem_region(mb):
            if region.flags & MEMBLOCK_NOMAP:
                yield ReservedRange(region.base, region.end, region.nid)
            memblock_set_node(mb, region.base, region.size, "reserved", region.nid)


def free_memory_core(
    mb: Memblock, start: int, end: int, max_low_pfn: int, max_page_order: int
) -> Iterator[FreeRange]:
    """The chunks, in the kernel's order, in which the whole pages of a range (bytes) below `max_low_pfn` are
    freed: ``__free_memory_core`` and ``__free_pages_memory`` of mm/memblock.c."""
    shift = mb.config.page_shift
    pfn = (start + mb.page_size - 1 & U64) >> shift
    end_pfn = min(end >> shift, max_low_pfn)
    while pfn < end_pfn:
        order = min(max_page_order, (pfn & -pfn).bit_length() - 1) if pfn else max_page_order
        order = min(order, (end_pfn - pfn).bit_length() - 1)
        # All chunks up to the end have the highest order until less than one is left.
        chunks = (end_pfn - pfn) >> order if order == max_page_order else 1
        yield FreeRange(pfn, order, chunks)
        pfn += chunks << order


@traced
def memblock_free_late(mb: Memblock, base: int, size: int) -> tuple[int, int]:
    """Free a range (bytes) after memblock is gone: returns the first pfn and the last + 1 of the pages that
    go to the page allocator one by one.  mm/memblock.c."""
    mb.memblock_dbg("memblock_free_late: [{:#018x}-{:#018x}] {caller}", base, (base + size - 1) & U64)
    shift = mb.config.page_shift
    return (base + mb.page_size - 1 & U64) >> shift, (base + size & U64) >> shift

"""memblock hands its free memory to the buddy allocator.  Mirrors the end of mm/memblock.c:
``memblock_free_all()`` and what it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.base.pfn import PFN_DOWN, PFN_UP
from ...model.memory.memblock import (
    MEMBLOCK_NONE,
    NUMA_NO_NODE,
    for_each_free_mem_range,
    free_memory_core,
    memblock_clear_hotplug,
)
from ...model.memory.memblock import memmap_init_reserved_pages as reserved_ranges
from ...model.memory.zones import Node
from ...model.trace.recorder import traced
from .early_pfn import early_pfn_to_nid
from .free_unused_memmap import free_unused_memmap
from .page_alloc import memblock_free_pages

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/memblock.c"

PHYS_ADDR_MAX = (1 << 64) - 1


@traced
def reset_node_managed_pages(k: Kernel, nid: int) -> None:
    """Forget the estimates: a node's zones manage nothing yet."""
    node: Node = k.zones.nodes[nid]
    k.zones.set_node(node._replace(zones=tuple(zone._replace(managed=0) for zone in node.zones)))


@traced
def reset_all_zones_managed_pages(k: Kernel) -> None:
    """From here on, managed pages are counted as they come."""
    for nid in k.numa.node_online_map:
        if nid not in k.zones.nodes:
            # for_each_online_pgdat() takes a node without data for its end.
            break
        reset_node_managed_pages(k, nid)


@traced
def reserve_bootmem_region(k: Kernel, start: int, end: int) -> int:
    """Mark the page structs of reserved memory, from the physical address `start` up to `end`, as reserved
    for good. Returns how many pages these are."""
    shift = k.layout.page_shift
    return PFN_UP(end, shift) - PFN_DOWN(start, shift)


@traced
def memmap_init_reserved_pages(k: Kernel) -> None:
    """Mark the page structs of everything reserved, and of memory that must not be mapped."""
    for start, end, _ in reserved_ranges(k.memblock, lambda pfn: early_pfn_to_nid(k, pfn)):
        reserve_bootmem_region(k, start, end)


@traced
def __free_pages_memory(k: Kernel, start: int, end: int, nid: int) -> None:
    """Free the pages from pfn `start` up to `end`, in blocks as large as alignment allows."""
    shift = k.layout.page_shift
    largest = k.layout.nr_page_orders - 1
    for pfn, order, chunks in free_memory_core(k.memblock, start << shift, end << shift, end, largest):
        memblock_free_pages(k, pfn, order, chunks, nid)


@traced
def __free_memory_core(k: Kernel, start: int, end: int, nid: int) -> int:
    """Free the whole pages between two physical addresses.  Returns how many these are."""
    start_pfn = PFN_UP(start, k.layout.page_shift)
    end_pfn = min(PFN_DOWN(end, k.layout.page_shift), k.max_low_pfn)
    if start_pfn >= end_pfn:
        return 0
    __free_pages_memory(k, start_pfn, end_pfn, nid)
    return end_pfn - start_pfn


@traced
def free_low_memory_core_early(k: Kernel) -> int:
    """Free all memory that is not reserved.  Returns how many pages these are, including those whose page
    structs are initialised later."""
    memblock_clear_hotplug(k.memblock, 0, PHYS_ADDR_MAX)
    memmap_init_reserved_pages(k)
    free = for_each_free_mem_range(k.memblock, NUMA_NO_NODE, MEMBLOCK_NONE)
    return sum(__free_memory_core(k, start, end, nid) for start, end, nid in free)


@traced
def memblock_free_all(k: Kernel) -> None:
    """Release all free memory to the buddy allocator."""
    if k.release >= (5, 11):
        free_unused_memmap(k)
    reset_all_zones_managed_pages(k)
    k.totalram_pages += free_low_memory_core_early(k)

"""Flat memory: one array of page structs, ``mem_map``, and the page blocks' flags in each zone.  Mirrors
what mm/page_alloc.c (mm/mm_init.c since 6.4) has for CONFIG_FLATMEM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import (
    MEMBLOCK_ALLOC_ACCESSIBLE,
    memblock_alloc_node,
    memblock_alloc_try_nid_raw,
)
from ....model.memory.memory_model import bitmap_bytes
from ....model.memory.zones import Node
from ....model.trace.recorder import traced, traced_tail_call
from ..mmzone import MAX_ORDER_NR_PAGES

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"

MEMBLOCK_LOW_LIMIT = 0


@traced_tail_call
def memmap_alloc(k: Kernel, size: int, align: int, min_addr: int, nid: int) -> int:
    """Allocate `size` bytes for page structs, on node `nid` if possible.  The compiler puts this into its
    caller, which is in the same file.  Returns the physical address, 0 if there is no room."""
    return memblock_alloc_try_nid_raw(k.memblock, size, align, min_addr, MEMBLOCK_ALLOC_ACCESSIBLE, nid)


def _array(k: Kernel, size: int, nid: int) -> int:
    """Memory for `size` bytes of page structs, which is cleared until 5.14."""
    align = k.sizes.constant("SMP_CACHE_BYTES")
    if k.release < (5, 15):
        return memblock_alloc_node(k.memblock, size, align, nid)
    return memmap_alloc(k, size, align, MEMBLOCK_LOW_LIMIT, nid)


@traced
def alloc_node_mem_map(k: Kernel, nid: int) -> None:
    """Allocate a page struct for every page that the node spans, holes and all, from one largest block's
    boundary to another: the buddy allocator looks at whole blocks."""
    node: Node = k.zones.nodes[nid]
    if not node.spanned:
        return
    block = MAX_ORDER_NR_PAGES(k)
    start = node.start_pfn // block * block
    offset = node.start_pfn - start
    pages = -(-node.end_pfn // block) * block - start
    page = k.sizes.sizeof("struct page")
    array = _array(k, pages * page, nid)
    if not array:
        k.panic(f"Failed to allocate {pages * page} bytes for node {nid} memory map")
    mem_map = k.phys_to_virt(array) + offset * page
    # page_to_pfn() of the first page struct is ARCH_PFN_OFFSET, which may lie below the node.
    if k.arch.arch_pfn_offset(k) != node.start_pfn:
        mem_map -= offset * page
    k.sections.set_fields(node_mem_map=k.phys_to_virt(array), mem_map_pages=pages, mem_map=mem_map)


def usemap_size(k: Kernel, zone_start_pfn: int, zonesize: int) -> int:
    """The bytes of a zone's ``pageblock_flags``: four bits for each page block that it touches."""
    block = 1 << k.layout.pageblock_order
    return bitmap_bytes(4 * -(-(zonesize + zone_start_pfn % block) // block))


@traced
def setup_usemap(k: Kernel, nid: int, idx: int) -> None:
    """Allocate the flags of a zone's page blocks."""
    zone = k.zones.nodes[nid].zones[idx]
    size = usemap_size(k, zone.start_pfn, zone.spanned)
    if not memblock_alloc_node(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES"), nid):
        k.panic(f"Failed to allocate {size} bytes for zone {zone.name} pageblock flags on node {nid}")

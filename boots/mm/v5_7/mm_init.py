"""Nodes and zones are set up, as 5.7 does it.  Mirrors mm/page_alloc.c of that release:
``free_area_init_nodes()``, ``free_area_init_node()`` and what they call.

A kernel without NUMA is told the sizes of its zones and the holes in them; with NUMA they follow from
memblock.  Since 5.8 there is one function for both (../mm_init.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....model.base.pfn import ALIGN, PFN_DOWN, PFN_UP
from ....model.memory.memblock import for_each_mem_pfn_range, for_each_mem_range
from ....model.memory.zones import Node, Zone
from ....model.trace.recorder import traced
from ..early_pfn import get_pfn_range_for_nid
from ..memmap_init import defer_init, pages_with_structs
from ..mm_init import init_subsection_maps, print_zone_ranges, record_zone_limits, setup_nr_node_ids
from ..mmzone import PAGES_PER_SECTION, contig_page_data, zone_names
from ..sparse.flatmem import alloc_node_mem_map, setup_usemap
from ..zones.movable import find_zone_movable_pfns_for_nodes
from ..zones.sizes import (
    calc_memmap_size,
    init_currently_empty_zone,
    zone_absent_pages_in_node,
    zone_range_in_node,
    zone_spanned_pages_in_node,
)

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"

Sizes = tuple[int, ...]
"""Pages by zone; empty where memblock tells them."""


def _zone_by_sizes(
    node: Node, zone_type: int, node_start_pfn: int, zones_size: Sizes, zholes_size: Sizes
) -> Zone:
    """A zone of a kernel without NUMA: the zones follow each other from the start of memory."""
    size = zones_size[zone_type]
    start = node_start_pfn + sum(zones_size[:zone_type])
    return node.zones[zone_type]._replace(
        start_pfn=start if size else 0, spanned=size, present=size - zholes_size[zone_type]
    )


def _zone_by_memblock(k: Kernel, node: Node, zone_type: int, node_end_pfn: int) -> Zone:
    """A zone of a node, as far as memblock has memory of that node."""
    nid = node.nid
    spanned, start, _ = zone_spanned_pages_in_node(k, nid, zone_type, node.start_pfn, node_end_pfn)
    absent = 0
    if node.start_pfn or node_end_pfn:
        absent = zone_absent_pages_in_node(
            k, nid, zone_type, *zone_range_in_node(k, node, zone_type, node_end_pfn)
        )
    return node.zones[zone_type]._replace(
        start_pfn=start if spanned else 0, spanned=spanned, present=spanned - absent
    )


@traced
def calculate_node_totalpages(
    k: Kernel, nid: int, node_start_pfn: int, node_end_pfn: int, zones_size: Sizes, zholes_size: Sizes
) -> None:
    """Find what each zone of a node spans and what is present of it, and add up."""
    for zone_type in range(len(zone_names(k))):
        node: Node = k.zones.nodes[nid]
        if k.config.enabled("NUMA"):
            zone = _zone_by_memblock(k, node, zone_type, node_end_pfn)
        else:
            zone = _zone_by_sizes(node, zone_type, node_start_pfn, zones_size, zholes_size)
        k.zones.set_node(node.with_zone(zone_type, zone))
    node = k.zones.nodes[nid]
    spanned, present = sum(zone.spanned for zone in node.zones), sum(zone.present for zone in node.zones)
    k.zones.set_node(node._replace(spanned=spanned, present=present))
    k.pr_debug("On node {} totalpages: {}", nid, present)


def zone_batchsize(k: Kernel, managed: int) -> int:
    """How many pages a CPU takes from a zone at once: a thousandth of it but no more than 1 MiB, made one
    less than a power of two."""
    batch = max(min(managed // 1024, (1 << 20) // k.layout.page_size) // 4, 1)
    return (1 << (batch + batch // 2).bit_length() - 1) - 1


@traced
def zone_pcp_init(k: Kernel, nid: int, idx: int) -> None:
    """Say how large a zone is."""
    zone: Zone = k.zones.nodes[nid].zones[idx]
    if zone.present:
        batch = zone_batchsize(k, zone.managed)
        k.pr_debug("  {} zone: {} pages, LIFO batch:{}", zone.name, zone.present, batch)


@traced
def zone_init_internals(k: Kernel, idx: int, nid: int, remaining_pages: int) -> None:
    """What a zone manages, until the buddy allocator counts it."""
    node: Node = k.zones.nodes[nid]
    k.zones.set_node(node.with_zone(idx, node.zones[idx]._replace(managed=remaining_pages)))
    zone_pcp_init(k, nid, idx)


@traced
def memmap_init_zone(k: Kernel, size: int, nid: int, zone: int, start_pfn: int) -> None:
    """Initialise the page structs of a zone, all reserved; only free memory is freed later.  Those of a large
    node may wait."""
    end_pfn = start_pfn + size
    defer_init(k, nid, start_pfn, end_pfn, end_pfn, 0)


@traced
def memmap_init(k: Kernel, size: int, nid: int, zone: int, start_pfn: int) -> None:
    """Initialise the page structs of a zone."""
    memmap_init_zone(k, size, nid, zone, start_pfn)


def _freesize(k: Kernel, idx: int, zone: Zone) -> int:
    """The pages of a zone that its page structs leave, and the kernel's sums of them; said."""
    freesize = zone.present
    memmap_pages = calc_memmap_size(k, zone.spanned, zone.present)
    if freesize < memmap_pages:
        k.pr_warn("  {} zone: {} pages exceeds freesize {}", zone.name, memmap_pages, freesize)
    else:
        freesize -= memmap_pages
        if memmap_pages:
            k.pr_debug("  {} zone: {} pages used for memmap", zone.name, memmap_pages)
    if idx == 0 and freesize:
        # Nobody on arm64 takes pages off the lowest zone (set_dma_reserve()).
        k.pr_debug("  {} zone: {} pages reserved", zone.name, 0)
    k.nr_kernel_pages += freesize
    k.nr_all_pages += freesize
    return freesize


@traced
def free_area_init_core(k: Kernel, nid: int) -> None:
    """Set up the zones of a node, all their memory in use, and its page structs."""
    node: Node = k.zones.nodes[nid]
    for idx, zone in enumerate(node.zones):
        zone_init_internals(k, idx, nid, _freesize(k, idx, zone))
        if not zone.spanned:
            continue
        if not k.shape.is_sparse:
            setup_usemap(k, nid, idx)
        init_currently_empty_zone(k, nid, idx, zone.start_pfn, zone.spanned)
        memmap_init(k, zone.spanned, nid, idx, zone.start_pfn)


@traced
def free_area_init_node(
    k: Kernel, nid: int, zones_size: Sizes, node_start_pfn: int, zholes_size: Sizes
) -> None:
    """Set up a node that begins at a pfn: its zones of the sizes and with the holes given, or (with NUMA)
    those that memblock tells."""
    node: Node = k.zones.nodes.get(nid) or contig_page_data(k)
    empty = (0,) * k.layout.nr_page_orders
    zones = tuple(Zone(name, nr_free=empty) for name in zone_names(k))
    k.zones.set_node(node._replace(start_pfn=node_start_pfn, zones=zones))
    start_pfn, end_pfn = node_start_pfn, 0
    if k.config.enabled("NUMA"):
        start_pfn, end_pfn = get_pfn_range_for_nid(k, nid)
        shift = k.layout.page_shift
        last = (end_pfn << shift) - 1 if end_pfn else 0
        k.pr_info("Initmem setup node {} [mem {:#018x}-{:#018x}]", nid, start_pfn << shift, last)
    calculate_node_totalpages(k, nid, start_pfn, end_pfn, zones_size, zholes_size)
    if not k.shape.is_sparse:
        alloc_node_mem_map(k, nid)
    free_area_init_core(k, nid)


@traced
def init_unavailable_range(k: Kernel, spfn: int, epfn: int) -> int:
    """Page structs that describe no memory belong to the first zone of the first node and are never free.
    Returns how many these are."""
    return pages_with_structs(k, spfn, epfn) if spfn < epfn else 0


@traced
def init_unavailable_mem(k: Kernel) -> None:
    """Initialise the page structs of holes: between memory, and behind it up to the end of its section."""
    if not k.shape.is_sparse:
        return
    shift = k.layout.page_shift
    pgcnt = following = 0
    for start, end in for_each_mem_range(k.memblock):
        if following < start:
            pgcnt += init_unavailable_range(k, PFN_DOWN(following, shift), PFN_UP(start, shift))
        following = end
    behind = ALIGN(k.max_pfn, PAGES_PER_SECTION(k))
    pgcnt += init_unavailable_range(k, PFN_DOWN(following, shift), behind)
    if pgcnt:
        k.pr_info("Zeroed struct page in unavailable ranges: {} pages", pgcnt)


@traced
def find_min_pfn_for_node(k: Kernel, nid: int) -> int:
    """The first pfn of a node; 0, with a complaint, if it has no memory."""
    starts: Sequence[int] = [start for start, _, _ in for_each_mem_pfn_range(k.memblock, nid)]
    if not starts:
        k.pr_warn("Could not find start_pfn for node {}", nid)
    return min(starts, default=0)


@traced
def free_area_init_nodes(k: Kernel, max_zone_pfn: tuple[int, ...]) -> None:
    """Set up all nodes and their zones.  `max_zone_pfn` tells the pfn where each zone ends."""
    record_zone_limits(k, max_zone_pfn)
    find_zone_movable_pfns_for_nodes(k)
    print_zone_ranges(k)
    init_subsection_maps(k)
    setup_nr_node_ids(k)
    init_unavailable_mem(k)
    for nid in sorted(k.numa.node_online_map):
        free_area_init_node(k, nid, (), find_min_pfn_for_node(k, nid), ())

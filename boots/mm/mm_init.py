"""Nodes and zones are set up.  Mirrors ``free_area_init()`` of mm/page_alloc.c (mm/mm_init.c since 6.4;
called ``free_area_init_nodes()`` until 5.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.base.pfn import PFN_DOWN, PFN_UP, PHYS_PFN
from ...model.memory.memblock import (
    MEMBLOCK_NONE,
    NUMA_NO_NODE,
    for_each_free_mem_range,
    for_each_mem_pfn_range,
    memblock_alloc,
    memblock_start_of_DRAM,
)
from ...model.memory.zones import Node, Zone
from ...model.trace.recorder import traced
from .early_pfn import get_pfn_range_for_nid
from .hash import fixup_hashdist
from .memmap_init import memmap_init
from .mmzone import MAX_NUMNODES, ZONE_MOVABLE, contig_page_data, zone_names
from .numa import alloc_offline_node_data
from .sparse.flatmem import alloc_node_mem_map
from .sparse.sparse import subsection_map_init
from .zones.movable import find_zone_movable_pfns_for_nodes
from .zones.sizes import calculate_node_totalpages, free_area_init_core

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"


@traced
def free_area_init_node(k: Kernel, nid: int) -> None:
    """Set up a node: where its memory is, and its zones."""
    start_pfn, end_pfn = get_pfn_range_for_nid(k, nid)
    k.numa.node_id[nid] = nid
    node: Node = k.zones.nodes.get(nid) or contig_page_data(k)
    empty = (0,) * k.layout.nr_page_orders
    zones = tuple(Zone(name, nr_free=empty) for name in zone_names(k))
    k.zones.set_node(node._replace(start_pfn=start_pfn, zones=zones))
    shift = k.layout.page_shift
    if start_pfn != end_pfn:
        k.pr_info(
            "Initmem setup node {} [mem {:#018x}-{:#018x}]", nid, start_pfn << shift, (end_pfn << shift) - 1
        )
    else:
        k.pr_info("Initmem setup node {} as memoryless", nid)
    calculate_node_totalpages(k, nid, start_pfn, end_pfn)
    if not k.shape.is_sparse:
        alloc_node_mem_map(k, nid)
    free_area_init_core(k, nid)


def _give_data_to_offline_node(k: Kernel, nid: int) -> None:
    """A node that may be but has no memory gets its ``pg_data_t`` late, wherever there is room."""
    if k.release >= (6, 12):
        address = alloc_offline_node_data(k, nid)
    else:
        k.pr_info("Initializing node {} as memoryless", nid)
        size = k.sizes.sizeof("struct pglist_data")
        address = memblock_alloc(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES"))
    k.zones.set_node(Node(nid, address))


@traced
def setup_nr_node_ids(k: Kernel) -> None:
    """One more than the highest possible node."""
    k.nr_node_ids = k.numa.node_possible_map[-1] + 1


@traced
def calc_nr_kernel_pages(k: Kernel) -> None:
    """How many pages are free in memblock."""
    shift = k.layout.page_shift
    free = for_each_free_mem_range(k.memblock, NUMA_NO_NODE, MEMBLOCK_NONE)
    pages = sum(max(0, PFN_DOWN(end, shift) - PFN_UP(start, shift)) for start, end, _ in free)
    k.nr_all_pages += pages
    k.nr_kernel_pages += pages


def record_zone_limits(k: Kernel, max_zone_pfn: tuple[int, ...]) -> None:
    """Each zone begins where the one below it ends; ZONE_MOVABLE has no limits of its own."""
    start_pfn = PHYS_PFN(memblock_start_of_DRAM(k.memblock), k.layout.page_shift)
    lowest, highest = [0] * len(max_zone_pfn), [0] * len(max_zone_pfn)
    for zone, max_pfn in enumerate(max_zone_pfn):
        if zone != ZONE_MOVABLE(k):
            lowest[zone] = start_pfn
            highest[zone] = start_pfn = max(max_pfn, start_pfn)
    k.zones.set_limit("max_zone_pfns", max_zone_pfn)
    k.zones.set_limit("arch_zone_lowest_possible_pfn", tuple(lowest))
    k.zones.set_limit("arch_zone_highest_possible_pfn", tuple(highest))
    k.zones.set_limit("zone_movable_pfn", (0,) * MAX_NUMNODES(k))


def print_zone_ranges(k: Kernel) -> None:
    """Print where zones begin and end, and where ZONE_MOVABLE begins on each node."""
    limits, shift = k.zones.limits, k.layout.page_shift
    k.pr_info("Zone ranges:")
    ranges = zip(
        limits["arch_zone_lowest_possible_pfn"], limits["arch_zone_highest_possible_pfn"], strict=True
    )
    for zone, (low, high) in enumerate(ranges):
        if zone == ZONE_MOVABLE(k):
            continue
        if low == high:
            k.pr_info("  {:<8} empty", zone_names(k)[zone])
        else:
            k.pr_info(
                "  {:<8} [mem {:#018x}-{:#018x}]", zone_names(k)[zone], low << shift, (high << shift) - 1
            )
    k.pr_info("Movable zone start for each node")
    for nid, pfn in enumerate(limits["zone_movable_pfn"]):
        if pfn:
            k.pr_info("  Node {}: {:#018x}", nid, pfn << shift)


def init_subsection_maps(k: Kernel) -> None:
    """Say where memory is, node by node, and mark its subsections."""
    k.pr_info("Early memory node ranges")
    shift = k.layout.page_shift
    for start_pfn, end_pfn, nid in for_each_mem_pfn_range(k.memblock, MAX_NUMNODES(k)):
        k.pr_info("  node {:3}: [mem {:#018x}-{:#018x}]", nid, start_pfn << shift, (end_pfn << shift) - 1)
        subsection_map_init(k, start_pfn, end_pfn - start_pfn)


@traced
def free_area_init(k: Kernel, max_zone_pfn: tuple[int, ...]) -> None:
    """Set up all nodes and their zones.  `max_zone_pfn` tells the pfn where each zone ends."""
    record_zone_limits(k, max_zone_pfn)
    find_zone_movable_pfns_for_nodes(k)
    print_zone_ranges(k)

    init_subsection_maps(k)
    setup_nr_node_ids(k)
    for nid in sorted(k.numa.node_possible_map):
        if nid not in k.numa.node_online_map:
            _give_data_to_offline_node(k, nid)
        free_area_init_node(k, nid)
    # The free pages are counted here since 6.10; before, they are estimated zone by zone.
    if k.release >= (6, 10):
        calc_nr_kernel_pages(k)
    memmap_init(k)
    # Done here since 6.4; before, page_alloc_init() does it.
    if k.release >= (6, 4):
        fixup_hashdist(k)

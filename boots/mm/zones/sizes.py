"""What the zones of a node span and hold.  Mirrors mm/page_alloc.c (mm/mm_init.c since 6.4):
``calculate_node_totalpages()``, ``free_area_init_core()`` and what they call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import MEMBLOCK_MIRROR, for_each_mem_pfn_range, for_each_mem_region
from ....model.memory.zones import Node, Zone
from ....model.trace.recorder import traced
from ..mmzone import ZONE_MOVABLE, ZONE_NORMAL, zone_names
from ..sparse.flatmem import setup_usemap

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"


def clamp(pfn: int, low: int, high: int) -> int:
    """`pfn`, but at least `low` and at most `high`."""
    return min(max(pfn, low), high)


@traced
def adjust_zone_range_for_zone_movable(
    k: Kernel, nid: int, zone_type: int, node_end_pfn: int, zone_start_pfn: int, zone_end_pfn: int
) -> tuple[int, int]:
    """Cut what belongs to ZONE_MOVABLE out of a zone's range, or find ZONE_MOVABLE's own.  Returns the
    pfns where the range starts and ends."""
    limits = k.zones.limits
    movable_pfn = limits["zone_movable_pfn"][nid]
    if not movable_pfn:
        return zone_start_pfn, zone_end_pfn
    if zone_type == ZONE_MOVABLE(k):
        return movable_pfn, min(node_end_pfn, limits["arch_zone_highest_possible_pfn"][k.movable_zone])
    if not k.memblock.mirrored_kernelcore and zone_start_pfn < movable_pfn < zone_end_pfn:
        return zone_start_pfn, movable_pfn
    if zone_start_pfn >= movable_pfn:
        return zone_end_pfn, zone_end_pfn
    return zone_start_pfn, zone_end_pfn


def zone_range_in_node(k: Kernel, node: Node, zone_type: int, node_end_pfn: int) -> tuple[int, int]:
    """The range a zone may have on a node: the architecture's, without ZONE_MOVABLE's."""
    limits = k.zones.limits
    zone_low = limits["arch_zone_lowest_possible_pfn"][zone_type]
    zone_high = limits["arch_zone_highest_possible_pfn"][zone_type]
    start = clamp(node.start_pfn, zone_low, zone_high)
    end = clamp(node_end_pfn, zone_low, zone_high)
    return adjust_zone_range_for_zone_movable(k, node.nid, zone_type, node_end_pfn, start, end)


@traced
def zone_spanned_pages_in_node(
    k: Kernel, nid: int, zone_type: int, node_start_pfn: int, node_end_pfn: int
) -> tuple[int, int, int]:
    """The pages a zone spans on a node, with its holes, and the pfns where it starts and ends."""
    if not node_start_pfn and not node_end_pfn:
        return 0, 0, 0
    start, end = zone_range_in_node(k, k.zones.nodes[nid], zone_type, node_end_pfn)
    if end < node_start_pfn or start > node_end_pfn:
        return 0, start, end
    start, end = max(start, node_start_pfn), min(end, node_end_pfn)
    return end - start, start, end


def absent_pages(k: Kernel, nid: int, range_start_pfn: int, range_end_pfn: int) -> int:
    """The pages of a range that are not memory of node `nid`, or of any if that is MAX_NUMNODES
    (``absent_pages_in_range``)."""
    nr_absent = range_end_pfn - range_start_pfn
    for start_pfn, end_pfn, _ in for_each_mem_pfn_range(k.memblock, nid):
        start_pfn = clamp(start_pfn, range_start_pfn, range_end_pfn)
        end_pfn = clamp(end_pfn, range_start_pfn, range_end_pfn)
        nr_absent -= end_pfn - start_pfn
    return nr_absent


@traced
def __absent_pages_in_range(k: Kernel, nid: int, range_start_pfn: int, range_end_pfn: int) -> int:
    """The pages of a range that are not memory of node `nid`."""
    return absent_pages(k, nid, range_start_pfn, range_end_pfn)


def _pages_of_the_other_kind(k: Kernel, zone_type: int, zone_start_pfn: int, zone_end_pfn: int) -> int:
    """With ``kernelcore=mirror`` ZONE_NORMAL and ZONE_MOVABLE span the same memory: for either, the pages
    that the other one has."""
    wanted = {ZONE_MOVABLE(k): MEMBLOCK_MIRROR, ZONE_NORMAL(k): 0}.get(zone_type)
    shift = k.layout.page_shift
    pages = 0
    for region in for_each_mem_region(k.memblock):
        if region.flags & MEMBLOCK_MIRROR == wanted:
            start_pfn = clamp(-(-region.base >> shift), zone_start_pfn, zone_end_pfn)
            end_pfn = clamp(region.end >> shift, zone_start_pfn, zone_end_pfn)
            pages += end_pfn - start_pfn
    return pages


@traced
def zone_absent_pages_in_node(
    k: Kernel, nid: int, zone_type: int, zone_start_pfn: int, zone_end_pfn: int
) -> int:
    """The pages a zone spans on a node but does not have."""
    if zone_start_pfn == zone_end_pfn:
        return 0
    nr_absent = __absent_pages_in_range(k, nid, zone_start_pfn, zone_end_pfn)
    if k.memblock.mirrored_kernelcore and k.zones.limits["zone_movable_pfn"][nid]:
        nr_absent += _pages_of_the_other_kind(k, zone_type, zone_start_pfn, zone_end_pfn)
    return nr_absent


def _zone_in_node(k: Kernel, node: Node, zone_type: int, node_end_pfn: int) -> Zone:
    """A zone of a node with what it spans and what of that is present."""
    spanned, start, end = zone_spanned_pages_in_node(k, node.nid, zone_type, node.start_pfn, node_end_pfn)
    # Until 6.4 the holes are counted in the range before it is cut to the node's.
    if k.release < (6, 5) and (node.start_pfn or node_end_pfn):
        start_of_holes, end_of_holes = zone_range_in_node(k, node, zone_type, node_end_pfn)
    else:
        start_of_holes, end_of_holes = start, end
    absent = zone_absent_pages_in_node(k, node.nid, zone_type, start_of_holes, end_of_holes)
    return node.zones[zone_type]._replace(
        start_pfn=start if spanned else 0, spanned=spanned, present=spanned - absent
    )


@traced
def calculate_node_totalpages(k: Kernel, nid: int, node_start_pfn: int, node_end_pfn: int) -> None:
    """Find what each zone of a node spans and what is present of it, and add up."""
    for zone_type in range(len(zone_names(k))):
        node: Node = k.zones.nodes[nid]
        k.zones.set_node(node.with_zone(zone_type, _zone_in_node(k, node, zone_type, node_end_pfn)))
    node = k.zones.nodes[nid]
    # A node spans its memory from end to end since 6.5; before, the sum of its zones.
    spanned = (
        node_end_pfn - node_start_pfn if k.release >= (6, 5) else sum(zone.spanned for zone in node.zones)
    )
    k.zones.set_node(node._replace(spanned=spanned, present=sum(zone.present for zone in node.zones)))


@traced
def set_dma_reserve(k: Kernel, new_dma_reserve: int) -> None:
    """Let the lowest zone manage so many pages less, until the buddy allocator counts them: an architecture
    has found them reserved (until 6.9)."""
    k.dma_reserve = new_dma_reserve


@traced
def calc_memmap_size(k: Kernel, spanned_pages: int, present_pages: int) -> int:
    """The pages that the page structs of a zone take, roughly: of what is present if the holes are large."""
    has_large_holes = spanned_pages > present_pages + (present_pages >> 4)
    pages = present_pages if has_large_holes else spanned_pages
    return -(-pages * k.sizes.sizeof("struct page") // k.layout.page_size)


def _freesize(k: Kernel, idx: int, zone: Zone) -> int:
    """The pages of a zone that its page structs, and of the lowest what is reserved, leave; and the kernel's
    sums of them."""
    freesize = zone.present
    memmap_pages = calc_memmap_size(k, zone.spanned, zone.present)
    if freesize >= memmap_pages:
        freesize -= memmap_pages
    else:
        k.pr_warn("  {} zone: {} memmap pages exceeds freesize {}", zone.name, memmap_pages, freesize)
    if idx == 0 and freesize > k.dma_reserve:
        freesize -= k.dma_reserve
    k.nr_kernel_pages += freesize
    k.nr_all_pages += freesize
    return freesize


@traced
def zone_init_internals(k: Kernel, idx: int, nid: int, remaining_pages: int) -> None:
    """What a zone manages, until the buddy allocator counts it."""
    node: Node = k.zones.nodes[nid]
    k.zones.set_node(node.with_zone(idx, node.zones[idx]._replace(managed=remaining_pages)))


@traced
def init_currently_empty_zone(k: Kernel, nid: int, idx: int, zone_start_pfn: int, size: int) -> None:
    """Empty free lists for a zone; the node has zones up to this one."""
    node: Node = k.zones.nodes[nid]
    zone = node.zones[idx]._replace(start_pfn=zone_start_pfn, nr_free=(0,) * k.layout.nr_page_orders)
    k.zones.set_node(node.with_zone(idx, zone)._replace(nr_zones=max(node.nr_zones, idx + 1)))


@traced
def free_area_init_core(k: Kernel, nid: int) -> None:
    """Set up the zones of a node, all their memory in use."""
    node: Node = k.zones.nodes[nid]
    for idx, zone in enumerate(node.zones):
        # Since 6.10 the page structs are not taken off, and the sums are made from what memblock has free.
        remaining_pages = zone.present if k.release >= (6, 10) else _freesize(k, idx, zone)
        zone_init_internals(k, idx, nid, remaining_pages)
        if zone.spanned:
            if not k.shape.is_sparse:
                setup_usemap(k, nid, idx)
            init_currently_empty_zone(k, nid, idx, zone.start_pfn, zone.spanned)

"""Free pages come to the buddy allocator, and the first of them leave it.  Mirrors mm/page_alloc.c:
``memblock_free_pages()``, ``__free_pages_core()``, the counters of zones, and of ``get_zeroed_page()`` what
the first allocations need.

Where the kernel frees a long row of largest blocks one by one, `chunks` of them are freed here at once:
the free lists end up the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model.base.pfn import PFN_DOWN, PFN_UP
from ...model.memory.buddy import Exchange, FreeRun, free_pages, largest_block, recount, take_pages
from ...model.memory.memblock import MEMBLOCK_MIRROR, for_each_mem_region
from ...model.memory.zones import Node
from ...model.trace.recorder import traced
from .early_pfn import early_pfn_to_nid
from .mmzone import ZONE_MOVABLE
from .numa_tables import numa_node_id

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"


def _is_mirrored(k: Kernel, pfn: int) -> bool:
    address = pfn << k.layout.page_shift
    return any(
        region.base <= address < region.end and region.flags & MEMBLOCK_MIRROR
        for region in for_each_mem_region(k.memblock)
    )


def pages_by_zone(k: Kernel, nid: int, start_pfn: int, end_pfn: int) -> Iterator[FreeRun]:
    """The pages from `start_pfn` up to `end_pfn`, memory of one region of node `nid`, by the zone their
    page structs name: the highest that spans them, but ZONE_MOVABLE has no mirrored memory."""
    node: Node = k.zones.nodes[nid]
    zones = list(enumerate(node.zones))
    if k.memblock.mirrored_kernelcore and _is_mirrored(k, start_pfn):
        del zones[ZONE_MOVABLE(k)]
    while start_pfn < end_pfn:
        index = max(at for at, zone in zones if zone.start_pfn <= start_pfn < zone.end_pfn)
        above = [
            zone.start_pfn for at, zone in zones if at > index and zone.spanned and zone.start_pfn > start_pfn
        ]
        until = min(end_pfn, node.zones[index].end_pfn, *above)
        yield FreeRun(start_pfn, until, nid, index)
        start_pfn = until


def _exchange(k: Kernel, exchange: Exchange, nid: int, zone: int) -> None:
    """Change a zone's free lists, and count them anew."""
    old: Node = k.zones.nodes[nid]
    counts = recount(old.zones[zone].nr_free, exchange)
    k.zones.exchange_pages(exchange, old.with_zone(zone, old.zones[zone]._replace(nr_free=counts)))


@traced
def __free_pages_ok(k: Kernel, pfn: int, end_pfn: int, nid: int, zone: int) -> None:
    """Put pages on the free lists of their zone.  Free buddies merge: what counts is the run of free pages
    that these belong to."""
    _exchange(k, free_pages(k.zones.free, FreeRun(pfn, end_pfn, nid, zone)), nid, zone)


@traced
def __free_pages_core(k: Kernel, pfn: int, end_pfn: int, nid: int, zone: int) -> None:
    """Pages that were reserved are managed by their zone from now on, and free."""
    node: Node = k.zones.nodes[nid]
    managed = node.zones[zone].managed + end_pfn - pfn
    k.zones.set_node(node.with_zone(zone, node.zones[zone]._replace(managed=managed)))
    __free_pages_ok(k, pfn, end_pfn, nid, zone)


@traced
def memblock_free_pages(k: Kernel, pfn: int, order: int, chunks: int, nid: int) -> None:
    """Free `chunks` blocks of 2**order pages of node `nid`, unless their page structs wait for later."""
    end_pfn = min(pfn + (chunks << order), k.zones.nodes[nid].first_deferred_pfn)
    for pages in pages_by_zone(k, nid, pfn, end_pfn):
        __free_pages_core(k, *pages)


def _unmovable_block(k: Kernel, nid: int, zone: int) -> tuple[int, int]:
    """What is left, from a pfn up to another, of the block that a zone's pages come from which cannot be
    moved.  All memory is for movable pages at first: the first of the largest blocks is given over, and split
    from below."""
    start, end = k.page_alloc.unmovable.get((nid, zone), (0, 0))
    if start == end:
        block = largest_block(k.zones.free, nid, zone, k.layout.nr_page_orders)
        return (block.pfn, block.pfn + (1 << block.order)) if block else (0, 0)
    return start, end


@traced
def get_zeroed_page(k: Kernel) -> int:
    """A page that cannot be moved, as near to this CPU's node as its zonelist says.  Returns its pfn; 0 if
    there is none."""
    node: Node = k.zones.nodes[numa_node_id(k)]
    for nid, zone in node.zonelist:
        pfn, end_pfn = _unmovable_block(k, nid, zone) if zone != ZONE_MOVABLE(k) else (0, 0)
        if pfn < end_pfn:
            k.page_alloc.unmovable[nid, zone] = pfn + 1, end_pfn
            _exchange(k, take_pages(k.zones.free, FreeRun(pfn, pfn + 1, nid, zone)), nid, zone)
            return pfn
    return 0


def nr_free_pages(k: Kernel) -> int:
    """All pages on free lists."""
    return sum(zone.free_pages for node in k.zones.nodes.values() for zone in node.zones)


def get_num_physpages(k: Kernel) -> int:
    """All pages of memory (include/linux/mm.h).  A node that is online and has no data ends the kernel."""
    if any(nid not in k.zones.nodes for nid in k.numa.node_online_map):
        k.null_dereference(k.sizes.offset("pglist_data", "node_present_pages", 0))
    return sum(k.zones.nodes[nid].present for nid in k.numa.node_online_map)


@traced
def adjust_managed_page_count(k: Kernel, pfn: int, count: int, nid: int) -> None:
    """The zone of a page manages `count` pages more."""
    zone = next(pages_by_zone(k, nid, pfn, pfn + 1)).zone
    node: Node = k.zones.nodes[nid]
    managed = node.zones[zone].managed + count
    k.zones.set_node(node.with_zone(zone, node.zones[zone]._replace(managed=managed)))
    k.totalram_pages += count


@traced
def free_reserved_area(k: Kernel, start: int, end: int, what: str) -> int:
    """Free the whole pages between two physical addresses that were reserved, and say what was in them.
    Returns how many these are."""
    shift = k.layout.page_shift
    pfn, end_pfn = PFN_UP(start, shift), PFN_DOWN(end, shift)
    if pfn >= end_pfn:
        return 0
    nid = early_pfn_to_nid(k, pfn)
    for pages in pages_by_zone(k, nid, pfn, end_pfn):
        __free_pages_ok(k, *pages)
        adjust_managed_page_count(k, pages.start_pfn, pages.end_pfn - pages.start_pfn, nid)
    k.pr_info("Freeing {} memory: {}K", what, (end_pfn - pfn) << shift >> 10)
    return end_pfn - pfn

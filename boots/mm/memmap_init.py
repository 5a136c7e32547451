"""The page structs get their zones and nodes.  Mirrors mm/page_alloc.c (mm/mm_init.c since 6.4):
``memmap_init()`` and what it calls.

Page structs are not modelled one by one.  What matters of them here: how many describe no memory, and from
which pfn on their initialisation is put off until all CPUs run (CONFIG_DEFERRED_STRUCT_PAGE_INIT).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.base.pfn import ALIGN, ALIGN_DOWN
from ...model.memory.memblock import for_each_mem_pfn_range, memblock_is_map_memory
from ...model.memory.sparsemem import MemSection
from ...model.memory.zones import ULONG_MAX, Node
from ...model.trace.recorder import traced
from .mmzone import (
    MAX_NUMNODES,
    PAGES_PER_SECTION,
    pfn_to_section_nr,
    section_nr_to_pfn,
    zone_names,
)
from .zones.sizes import clamp

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"


@traced
def defer_init(
    k: Kernel, nid: int, start_pfn: int, end_pfn: int, zone_end_pfn: int, nr_initialised: int
) -> int:
    """Whether the page structs of a node can wait, and from which pfn of this range on: of a node's
    highest zone, one section is initialised now, after `nr_initialised` pages the first section boundary
    ends it.  Returns that pfn, `end_pfn` if none can wait."""
    if not k.config.enabled("DEFERRED_STRUCT_PAGE_INIT") or k.early_page_ext:
        return end_pfn
    node: Node = k.zones.nodes[nid]
    if zone_end_pfn < node.end_pfn:
        return end_pfn
    if node.first_deferred_pfn != ULONG_MAX:
        return start_pfn
    section = PAGES_PER_SECTION(k)
    pfn = start_pfn + max(0, section - nr_initialised)
    pfn = -(-pfn // section) * section
    if pfn >= end_pfn:
        return end_pfn
    k.zones.set_node(node._replace(first_deferred_pfn=pfn))
    return pfn


def _pages_in_sections(k: Kernel, spfn: int, epfn: int) -> int:
    """How many pages of a hole lie in sections that have page structs."""
    section = PAGES_PER_SECTION(k)
    present: dict[int, MemSection] = k.sections.sections
    nrs = range(pfn_to_section_nr(k, spfn), pfn_to_section_nr(k, epfn - 1) + 1)
    pgcnt = 0
    # Holes can be far larger than all memory, or there can be many small ones.
    for nr in nrs if len(nrs) < len(present) else present:
        if nr in nrs and nr in present and present[nr].has_mem_map:
            start = section_nr_to_pfn(k, nr)
            pgcnt += min(epfn, start + section) - max(spfn, start)
    return pgcnt


def _pages_of_the_first_block(k: Kernel, spfn: int, epfn: int) -> int:
    """How many pages of a hole share a page block with the memory before it."""
    block = 1 << k.layout.pageblock_order
    start = ALIGN_DOWN(spfn, block)
    begins_in_memory = memblock_is_map_memory(k.memblock, start << k.layout.page_shift)
    return min(epfn, start + block) - spfn if begins_in_memory else 0


def pages_with_structs(k: Kernel, spfn: int, epfn: int) -> int:
    """How many pages of a hole ``pfn_valid()`` says yes to, asked for the first page of their block."""
    if k.config.enabled("HAVE_ARCH_PFN_VALID"):
        return _pages_of_the_first_block(k, spfn, epfn)
    # Flat memory's pfn_valid() compares with max_mapnr, which nobody has set so far.
    return _pages_in_sections(k, spfn, epfn) if k.shape.is_sparse else 0


@traced
def init_unavailable_range(k: Kernel, spfn: int, epfn: int, zone: int, node: int) -> None:
    """Page structs that describe no memory belong to the zone and node beside them and are never free."""
    pgcnt = pages_with_structs(k, spfn, epfn)
    if pgcnt:
        k.pr_info("On node {}, zone {}: {} pages in unavailable ranges", node, zone_names(k)[zone], pgcnt)


@traced
def memmap_init_range(
    k: Kernel, size: int, nid: int, zone: int, start_pfn: int, zone_end_pfn: int, nr_initialised: int
) -> int:
    """Initialise `size` page structs, all reserved; only free memory is freed later.  `nr_initialised` are
    done of the same zone.  Returns how many were done, the others being put off."""
    return defer_init(k, nid, start_pfn, start_pfn + size, zone_end_pfn, nr_initialised) - start_pfn


class MemmapInit:
    """How far ``memmap_init()`` is: the pfn after the last memory seen, and the page structs initialised
    in the zone that ends at `zone_end_pfn`."""

    def __init__(self) -> None:
        self.hole_pfn = 0
        self.zone_end_pfn = 0
        self.nr_initialised = 0


def memmap_init_zone_range(
    k: Kernel, progress: MemmapInit, nid: int, zone_id: int, start_pfn: int, end_pfn: int
) -> None:
    """The page structs of a zone's part of a range of memory, and of the hole before it."""
    zone = k.zones.nodes[nid].zones[zone_id]
    start_pfn = clamp(start_pfn, zone.start_pfn, zone.end_pfn)
    end_pfn = clamp(end_pfn, zone.start_pfn, zone.end_pfn)
    if start_pfn >= end_pfn:
        return
    if progress.zone_end_pfn != zone.end_pfn:
        progress.zone_end_pfn, progress.nr_initialised = zone.end_pfn, 0
    progress.nr_initialised += memmap_init_range(
        k, end_pfn - start_pfn, nid, zone_id, start_pfn, zone.end_pfn, progress.nr_initialised
    )
    if progress.hole_pfn < start_pfn:
        init_unavailable_range(k, progress.hole_pfn, start_pfn, zone_id, nid)
    progress.hole_pfn = end_pfn


@traced
def memmap_init(k: Kernel) -> None:
    """Initialise the page structs of all memory and of the holes beside it; the hole behind all memory, up
    to the end of its section, goes to the last zone."""
    progress = MemmapInit()
    zone_id = end_pfn = nid = 0
    for start_pfn, end_pfn, nid in for_each_mem_pfn_range(k.memblock, MAX_NUMNODES(k)):
        node = k.zones.nodes.get(nid)
        if node is None:
            # Firmware's nodes may leave a little memory out; behind the array of nodes there is none.
            k.null_dereference(k.sizes.offset("zone", "present_pages", 0))
        for index, zone in enumerate(node.zones):
            if zone.present:
                memmap_init_zone_range(k, progress, nid, index, start_pfn, end_pfn)
                zone_id = index
    if k.shape.is_sparse:
        end_pfn = ALIGN(end_pfn, PAGES_PER_SECTION(k))
    if progress.hole_pfn < end_pfn:
        init_unavailable_range(k, progress.hole_pfn, end_pfn, zone_id, nid)

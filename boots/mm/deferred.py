"""The page structs that had to wait, when all CPUs run.  Mirrors ``page_alloc_init_late()`` of mm/mm_init.c
(before 6.4 of mm/page_alloc.c) and what it calls.

Each node has a thread of its own for this, which hands out sections to more of them; here they do one range
of free memory after the other, node by node.  Memory that is allocated before all are done makes a zone grow
by some sections sooner (``deferred_grow_zone()``): the pages end up the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model.base.pfn import PFN_DOWN, PFN_UP
from ...model.memory.memblock import MEMBLOCK_NONE, for_each_free_mem_range
from ...model.memory.zones import ULONG_MAX, Node
from ...model.trace.recorder import traced
from .hugetlb.late import hugetlb_bootmem_struct_page_init
from .mem_init import mem_init_print_info
from .page_alloc import __free_pages_core

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/mm_init.c"


def deferred_init_mem_pfn_range_in_zone(
    k: Kernel, node: Node, zone: int, first_init_pfn: int
) -> Iterator[tuple[int, int]]:
    """The first pfn, and the one after the last, of every free range of a node's zone that lies behind
    `first_init_pfn`."""
    shift, span = k.layout.page_shift, node.zones[zone]
    for start, end, _ in for_each_free_mem_range(k.memblock, node.nid, MEMBLOCK_NONE):
        spfn = max(PFN_UP(start, shift), span.start_pfn, first_init_pfn)
        epfn = min(PFN_DOWN(end, shift), span.end_pfn)
        if spfn < epfn:
            yield spfn, epfn


@traced
def deferred_free_pages(k: Kernel, pfn: int, nr_pages: int, nid: int, zone: int) -> None:
    """Give initialised pages to the buddy allocator, in largest blocks where these fit, else page by page."""
    __free_pages_core(k, pfn, pfn + nr_pages, nid, zone)


@traced
def deferred_init_memmap_chunk(k: Kernel, start_pfn: int, end_pfn: int, nid: int, zone: int) -> None:
    """Initialise the page structs of free memory and free the pages, one largest block after the other."""
    deferred_free_pages(k, start_pfn, end_pfn - start_pfn, nid, zone)


@traced
def deferred_init_memmap(k: Kernel, nid: int) -> None:
    """Initialise what is left of a node: the end of its highest zone."""
    node: Node = k.zones.nodes[nid]
    first_init_pfn = node.first_deferred_pfn
    if first_init_pfn == ULONG_MAX:
        return
    k.zones.set_node(node._replace(first_deferred_pfn=ULONG_MAX))
    zone = node.nr_zones - 1
    for spfn, epfn in deferred_init_mem_pfn_range_in_zone(k, node, zone, first_init_pfn):
        deferred_init_memmap_chunk(k, spfn, epfn, nid, zone)


@traced
def page_alloc_init_late(k: Kernel) -> None:
    """Finish what had to wait until all CPUs run, and say how much memory there is.  What the kernel has
    allocated from the buddy allocator since it got that is not known here: a few MiB less are available than
    this says."""
    if k.config.enabled("DEFERRED_STRUCT_PAGE_INIT"):
        for nid, node in sorted(k.zones.nodes.items()):
            if node.present:
                deferred_init_memmap(k, nid)
    # Since 6.12.114, and 7.2, gigantic pages are made so early.
    if (6, 12, 114) <= k.release < (6, 13) or k.release >= (7, 2):
        hugetlb_bootmem_struct_page_init(k)
    mem_init_print_info(k)

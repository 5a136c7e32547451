"""Page structs that describe no memory are given back.  Mirrors mm/memblock.c: ``free_unused_memmap()``
(arch/arm64/mm/init.c until 5.10).

Only where an architecture's own ``pfn_valid()`` keeps everybody from looking at them
(CONFIG_HAVE_ARCH_PFN_VALID, arm64 until 5.13).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.base.pfn import ALIGN, ALIGN_DOWN, PFN_ALIGN
from ...model.memory.memblock import for_each_mem_pfn_range, memblock_phys_free
from ...model.memory.memory_model import VMEMMAP
from ...model.memory.page_structs import page_structs
from ...model.trace.recorder import traced
from .mmzone import MAX_NUMNODES, MAX_ORDER_NR_PAGES, PAGES_PER_SECTION

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/memblock.c"


@traced
def free_memmap(k: Kernel, start_pfn: int, end_pfn: int) -> None:
    """Free the whole pages of memory that the page structs from `start_pfn` up to `end_pfn` lie in."""
    start_of_memmap = k.arch.arch_pfn_offset(k) << k.layout.page_shift
    pages, size = page_structs(k.shape, k.sections, start_of_memmap), k.shape.sizeof_page
    start = k.virt_to_phys(pages.page(start_pfn - 1) + size)
    end = k.virt_to_phys(pages.page(end_pfn - 1) + size)
    pg = PFN_ALIGN(start, k.layout.page_shift)
    pgend = ALIGN_DOWN(end, k.layout.page_size)
    if pg < pgend:
        memblock_phys_free(k.memblock, pg, pgend - pg)


@traced
def free_unused_memmap(k: Kernel) -> None:
    """Free the page structs of the holes between banks of memory; a page block that is partly memory keeps
    all of its own."""
    if not k.config.enabled("HAVE_ARCH_PFN_VALID") or k.shape.model == VMEMMAP:
        return
    # Until 5.13 it is the buddy allocator's largest block that keeps them.
    block = 1 << k.layout.pageblock_order if k.release >= (5, 14) else MAX_ORDER_NR_PAGES(k)
    section = PAGES_PER_SECTION(k)
    prev_end = end = 0
    for start, end, _ in for_each_mem_pfn_range(k.memblock, MAX_NUMNODES(k)):
        if k.shape.is_sparse:
            # Absent sections have no page structs that could be freed.
            start = min(start, ALIGN(prev_end, section))
        # Until 5.10 what comes before a bank in its block is given back.
        if k.release >= (5, 11):
            start = ALIGN_DOWN(start, block)
        if prev_end and prev_end < start:
            free_memmap(k, prev_end, start)
        prev_end = ALIGN(end, block)
    if k.shape.is_sparse and prev_end % section:
        free_memmap(k, prev_end, ALIGN(prev_end, section))

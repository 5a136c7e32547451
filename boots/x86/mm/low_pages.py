"""Pages for the direct map's tables, while only a part of memory is mapped.  Mirrors, of arch/x86/mm/init.c,
``alloc_low_pages`` and the buffer in the image's brk area."""

from __future__ import annotations

from ....model.memory.memblock import memblock_phys_alloc_range
from ....model.trace.recorder import traced
from ..kernel.brk import extend_brk
from ..variables import Kernel
from .physaddr import image_to_phys

KERNEL_FILE = "arch/x86/mm/init.c"


def init_pgt_buf_size(k: Kernel) -> int:
    """``INIT_PGT_BUF_SIZE``, in bytes: for the tables that two small ranges need, or four if KASLR may put
    them on both sides of a border."""
    tables = 4 if k.config.enabled("X86_5LEVEL") else 3
    ranges = 4 if k.config.enabled("RANDOMIZE_MEMORY") else 2
    return ranges * tables << k.layout.page_shift


@traced
def early_alloc_pgt_buf(k: Kernel) -> None:
    """Set pages of the brk area aside for the first page tables."""
    tables = init_pgt_buf_size(k)
    base = image_to_phys(k, extend_brk(k, tables, k.layout.page_size))
    k.pgt_buf_start = base >> k.layout.page_shift
    k.pgt_buf_end = k.pgt_buf_start
    k.pgt_buf_top = k.pgt_buf_start + (tables >> k.layout.page_shift)


@traced
def alloc_low_pages(k: Kernel, num: int) -> int:
    """`num` zeroed pages that are mapped already.  Returns the physical address of the first.

    They are of the buffer in brk; when that is used up, or while a range is mapped that overlaps what is left
    of it, of RAM that the direct map reaches; and if there is none, of what is left of brk.
    """
    page_size, page_shift = k.layout.page_size, k.layout.page_shift
    if k.pgt_buf_end + num <= k.pgt_buf_top and k.can_use_brk_pgt:
        found = k.pgt_buf_end << page_shift
        k.pgt_buf_end += num
    else:
        found = _mapped_pages(k, num * page_size)
        if not found and k.can_use_brk_pgt:
            found = image_to_phys(k, extend_brk(k, num * page_size, page_size))
        if not found:
            k.panic("alloc_low_pages: can not alloc memory")
    k.access(found, num * page_size)
    return found


def _mapped_pages(k: Kernel, size: int) -> int:
    """`size` bytes of RAM that is mapped; 0 if there is none."""
    if k.min_pfn_mapped >= k.max_pfn_mapped:
        return 0
    start, end = (pfn << k.layout.page_shift for pfn in (k.min_pfn_mapped, k.max_pfn_mapped))
    return memblock_phys_alloc_range(k.memblock, size, k.layout.page_size, start, end)


def alloc_low_page(k: Kernel) -> int:
    """One such page."""
    return alloc_low_pages(k, 1)

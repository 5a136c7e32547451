"""The bounce buffer for devices that cannot reach all memory, as 5.7 has it.  Mirrors kernel/dma/swiotlb.c of
that release: two lists describe the slots, and there are no areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.pfn import PFN_ALIGN
from ....model.memory.memblock import memblock_alloc, memblock_alloc_low
from ....model.trace.recorder import traced
from ..swiotlb import IO_TLB_SHIFT, swiotlb_print_info

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "kernel/dma/swiotlb.c"

INT_SIZE, PHYS_ADDR_SIZE = 4, 8


def _alloc_list(k: Kernel, size: int) -> None:
    page_size = k.layout.page_size
    if not memblock_alloc(k.memblock, PFN_ALIGN(size, k.layout.page_shift), page_size):
        k.panic(f"swiotlb_init_with_tbl: Failed to allocate {size} bytes align={page_size:#x}")


@traced
def swiotlb_init_with_tbl(k: Kernel, tlb: int, nslabs: int, verbose: int) -> int:
    """Allocate what describes the slots of the buffer at `tlb` (a physical address): how many are free from
    each on, and what each stands for.  Returns 0."""
    _alloc_list(k, nslabs * INT_SIZE)
    _alloc_list(k, nslabs * PHYS_ADDR_SIZE)
    if verbose:
        swiotlb_print_info(k, tlb, nslabs)
    return 0


@traced
def swiotlb_init(k: Kernel, verbose: int) -> None:
    """Allocate the buffer where devices reach it."""
    size = PFN_ALIGN(k.default_nslabs << IO_TLB_SHIFT, k.layout.page_shift)
    reach = k.arch.arch_low_address_limit(k)
    tlb = memblock_alloc_low(k.memblock, size, k.layout.page_size, reach)
    if not tlb:
        k.pr_warn("software IO TLB: Cannot allocate buffer")
        return
    swiotlb_init_with_tbl(k, tlb, k.default_nslabs, verbose)

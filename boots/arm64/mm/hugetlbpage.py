"""Which sizes huge pages have.  Mirrors arch/arm64/mm/hugetlbpage.c."""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.trace.recorder import traced
from ...mm.hugetlb.hugetlb import hugetlb_cma_reserve
from ..variables import Kernel

KERNEL_FILE = "arch/arm64/mm/hugetlbpage.c"


def arch_hugetlb_valid_size(k: Kernel, size: int) -> bool:
    """Whether the page tables can map pages of `size` bytes."""
    layout = k.layout
    sizes = {Arm64Layout(layout).cont_pmd_size, layout.pmd_size, Arm64Layout(layout).cont_pte_size}
    if layout.page_shift == 12:
        sizes.add(1 << layout.pud_shift)
    return size in sizes


@traced
def arm64_hugetlb_cma_reserve(k: Kernel) -> None:
    """Reserve areas for the largest pages the kernel has: what a PUD maps, or a run of PMDs."""
    if not (k.config.enabled("HUGETLB_PAGE") and k.config.enabled("CMA")):
        return
    has_pud_blocks = k.layout.page_shift == 12
    shift = k.layout.pud_shift if has_pud_blocks else Arm64Layout(k.layout).cont_pmd_size.bit_length() - 1
    hugetlb_cma_reserve(k, shift - k.layout.page_shift)

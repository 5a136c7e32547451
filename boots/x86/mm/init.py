"""The direct map of all memory.  Mirrors arch/x86/mm/init.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/init.c"


@traced
def early_alloc_pgt_buf(k: Kernel) -> None:
    """Set pages of the brk area aside for the first page tables."""


@traced
def init_mem_mapping(k: Kernel) -> None:
    """Map all memory at its place in the direct map, and load the kernel's own page tables."""


def get_max_mapped(k: Kernel) -> int:
    """The first byte after all memory that is mapped."""
    return k.max_pfn_mapped << k.layout.page_shift

"""Which sizes huge pages can have.  Mirrors arch/x86/mm/hugetlbpage.c."""

from __future__ import annotations

from ..variables import Kernel
from .cpu_features import has_gbpages

KERNEL_FILE = "arch/x86/mm/hugetlbpage.c"


def arch_hugetlb_valid_size(k: Kernel, size: int) -> bool:
    """Whether page tables map pages of a size (bytes): 2 MiB always, 1 GiB if the CPU can."""
    return size == k.layout.pmd_size or (size == k.layout.pud_size and has_gbpages(k))

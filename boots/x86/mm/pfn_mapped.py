"""What is in the direct map.  Mirrors arch/x86/mm/init.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/init.c"


@traced
def pfn_range_is_mapped(k: Kernel, start_pfn: int, end_pfn: int) -> bool:
    """Whether all of [start_pfn, end_pfn) is mapped, in one of the ranges of `pfn_mapped` (starts and ends
    in turn)."""
    ranges = zip(k.pfn_mapped[::2], k.pfn_mapped[1::2], strict=True)
    return any(first <= start_pfn and end_pfn <= end for first, end in ranges)


def first_unmapped(k: Kernel, start_pfn: int, end_pfn: int) -> int | None:
    """The first page of [start_pfn, end_pfn) that the direct map lacks: who touches it there, faults.  None
    if it has them all."""
    pfn = start_pfn
    for first, end in sorted(zip(k.pfn_mapped[::2], k.pfn_mapped[1::2], strict=True)):
        if first <= pfn < end:
            pfn = end
    return pfn if pfn < end_pfn else None

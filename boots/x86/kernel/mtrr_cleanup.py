"""Memory that the MTRRs do not cache.  Mirrors arch/x86/kernel/cpu/mtrr/cleanup.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/cpu/mtrr/cleanup.c"


@traced
def mtrr_trim_uncached_memory(k: Kernel, end_pfn: int) -> bool:
    """Take uncached memory from the e820 map.  Returns whether there was any."""
    return False

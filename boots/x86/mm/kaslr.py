"""Where the direct map, vmalloc and vmemmap begin.  Mirrors arch/x86/mm/kaslr.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/kaslr.c"


@traced
def kernel_randomize_memory(k: Kernel) -> None:
    """Move the direct map, vmalloc and vmemmap to where KASLR drew."""

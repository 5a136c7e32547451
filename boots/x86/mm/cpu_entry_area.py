"""What every CPU has mapped while it enters the kernel.  Mirrors arch/x86/mm/cpu_entry_area.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/cpu_entry_area.c"


@traced
def trap_init(k: Kernel) -> None:
    """Map the areas through which CPUs enter the kernel (arch/x86/kernel/traps.c)."""

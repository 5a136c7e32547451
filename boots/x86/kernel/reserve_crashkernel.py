"""Memory for a crash kernel.  Mirrors arch/x86/kernel/setup.c; since 6.7 generic code does it."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/setup.c"


@traced
def reserve_crashkernel(k: Kernel) -> None:
    """Reserve memory for the crash kernel, as ``crashkernel=`` says."""

"""The trampoline below 1 MiB.  Mirrors arch/x86/realmode/init.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/realmode/init.c"


@traced
def reserve_real_mode(k: Kernel) -> None:
    """Find a place below 1 MiB for the trampoline, and reserve all of the first MiB."""

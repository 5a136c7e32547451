"""Memory for a crash kernel.  Mirrors arch/x86/kernel/setup.c; since 6.7 generic code does it."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ...core.arch import CrashLimits
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/setup.c"


@traced
def reserve_crashkernel(k: Kernel) -> None:
    """Reserve memory for the crash kernel, as ``crashkernel=`` says."""


def crash_limits(k: Kernel) -> CrashLimits:
    """What generic code needs to know since 6.7 (arch/x86/include/asm/crash_reserve.h)."""
    return CrashLimits(4 << 30, 64 << 40, 16 << 20, 256 << 20)

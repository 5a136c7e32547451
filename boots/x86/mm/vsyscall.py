"""The page of the oldest system calls.  Mirrors arch/x86/entry/vsyscall/vsyscall_64.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/entry/vsyscall/vsyscall_64.c"


@traced
def map_vsyscall(k: Kernel) -> None:
    """Map the vsyscall page, as ``vsyscall=`` says."""

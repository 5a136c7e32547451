"""Per-CPU areas.  Mirrors arch/x86/kernel/setup_percpu.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/setup_percpu.c"


@traced
def setup_per_cpu_areas(k: Kernel) -> None:
    """Give every possible CPU its copy of the per-CPU variables."""

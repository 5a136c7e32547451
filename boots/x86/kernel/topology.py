"""Which CPUs there may be.  Mirrors arch/x86/kernel/smpboot.c and cpu/topology.c (since 6.9)."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/smpboot.c"


@traced
def prefill_possible_map(k: Kernel) -> None:
    """Decide how many CPUs are possible (``topology_init_possible_cpus`` since 6.9)."""

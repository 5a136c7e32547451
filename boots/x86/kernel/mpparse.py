"""The MP table of old BIOSes.  Mirrors arch/x86/kernel/mpparse.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/mpparse.c"


@traced
def find_mptable(k: Kernel) -> None:
    """Find the MP table and reserve it (``default_find_smp_config`` until 6.7)."""


@traced
def early_parse_smp_cfg(k: Kernel) -> None:
    """Read the local APIC's address from the MP table (since 6.8)."""


@traced
def parse_smp_cfg(k: Kernel) -> None:
    """Read the CPUs and buses from the MP table (``default_get_smp_config`` until 6.7)."""


@traced
def e820__memblock_alloc_reserved_mpc_new(k: Kernel) -> None:
    """Set memory aside for a new MP table, if that was asked for."""

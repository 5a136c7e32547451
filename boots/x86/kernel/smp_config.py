"""The MP table of old BIOSes: what it says of CPUs.  Mirrors arch/x86/kernel/mpparse.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/mpparse.c"


@traced
def early_parse_smp_cfg(k: Kernel) -> None:
    """Read the local APIC's address from the MP table (since 6.9)."""


@traced
def parse_smp_cfg(k: Kernel) -> None:
    """Read the CPUs and buses from the MP table (``default_get_smp_config`` until 6.8)."""

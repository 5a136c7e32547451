"""Local and I/O APICs.  Mirrors arch/x86/kernel/apic/apic.c and io_apic.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/apic/apic.c"


@traced
def init_apic_mappings(k: Kernel) -> None:
    """Map the local APIC."""


@traced
def io_apic_init_mappings(k: Kernel) -> None:
    """Map the I/O APICs and make their resources."""

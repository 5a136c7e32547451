"""ACPI's tables early in the boot.  Mirrors arch/x86/kernel/acpi/boot.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/acpi/boot.c"


@traced
def acpi_boot_table_init(k: Kernel) -> None:
    """Find ACPI's tables and reserve their memory."""


@traced
def early_acpi_boot_init(k: Kernel) -> None:
    """Read from the MADT what NUMA needs."""


@traced
def acpi_boot_init(k: Kernel) -> None:
    """Read the MADT and HPET tables."""

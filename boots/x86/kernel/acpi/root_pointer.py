"""ACPI's root pointer, where a BIOS leaves it.  Mirrors drivers/acpi/acpica/tbxfroot.c."""

from __future__ import annotations

from .....model.trace.recorder import traced
from ...variables import Kernel

KERNEL_FILE = "drivers/acpi/acpica/tbxfroot.c"

ACPI_EBDA_WINDOW_SIZE, ACPI_HI_RSDP_WINDOW_BASE, ACPI_RSDP_SCAN_STEP = 1024, 0xE0000, 16
MIB = 1 << 20


def acpi_arch_get_root_pointer(k: Kernel) -> int:
    """The physical address that the boot loader tells, or 0 (arch/x86/kernel/acpi/boot.c)."""
    return k.firmware.boot_params.acpi_rsdp_addr


@traced
def acpi_find_root_pointer(k: Kernel) -> int:
    """Look for the root pointer at the begin of the BIOS's extended data area, and below 1 MiB.  Returns its
    physical address, or 0."""
    firmware = k.firmware.x86
    ebda = firmware.ebda_segment << 4
    windows = [range(ebda, ebda + ACPI_EBDA_WINDOW_SIZE, ACPI_RSDP_SCAN_STEP)] if ebda > 0x400 else []
    windows.append(range(ACPI_HI_RSDP_WINDOW_BASE, MIB, ACPI_RSDP_SCAN_STEP))
    if any(firmware.rsdp in window for window in windows):
        return firmware.rsdp
    k.pr_err("ACPI BIOS Error (bug): A valid RSDP was not found")
    return 0

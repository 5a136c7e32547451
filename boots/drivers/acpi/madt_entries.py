"""What is printed of each entry of the MADT.  Mirrors ``acpi_table_print_madt_entry()`` of
drivers/acpi/tables.c, but for what only a debugged kernel prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ....model.firmware.acpi_tables import Subtable
from ....model.firmware.madt import (
    ACPI_MADT_TYPE_INTERRUPT_OVERRIDE,
    ACPI_MADT_TYPE_LOCAL_APIC_NMI,
    ACPI_MADT_TYPE_LOCAL_APIC_OVERRIDE,
    ACPI_MADT_TYPE_LOCAL_X2APIC_NMI,
    ACPI_MADT_TYPE_NMI_SOURCE,
    interrupt_override,
)

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/acpi/tables.c"

POLARITIES = ("dfl", "high", "res", "low")
TRIGGERS = ("dfl", "edge", "res", "level")


def _way(flags: int) -> str:
    """How an interrupt comes in."""
    return f"{POLARITIES[flags & 3]} {TRIGGERS[flags >> 2 & 3]}"


def _print_override(k: Kernel, entry: Subtable) -> None:
    irq = interrupt_override(entry)
    k.pr_info(
        "ACPI: INT_SRC_OVR (bus {} bus_irq {} global_irq {} {})",
        *(entry.number(2, 1), irq.source_irq, irq.global_irq, _way(irq.flags)),
    )
    if irq.flags & ~0xF:
        k.pr_info("ACPI: INT_SRC_OVR unexpected reserved flags: 0x{:x}", irq.flags & ~0xF)


def _print_nmi_source(k: Kernel, entry: Subtable) -> None:
    k.pr_info("ACPI: NMI_SRC ({} global_irq {})", _way(entry.number(2, 2)), entry.number(4, 4))


def _print_lapic_nmi(k: Kernel, entry: Subtable) -> None:
    acpi_id, flags, lint = entry.number(2, 1), entry.number(3, 2), entry.number(5, 1)
    k.pr_info("ACPI: LAPIC_NMI (acpi_id[0x{:02x}] {} lint[0x{:x}])", acpi_id, _way(flags), lint)


def _print_x2apic_nmi(k: Kernel, entry: Subtable) -> None:
    uid, flags, lint = entry.number(4, 4), entry.number(2, 2), entry.number(8, 1)
    k.pr_info("ACPI: X2APIC_NMI (uid[0x{:02x}] {} lint[0x{:x}])", uid, _way(flags), lint)


def _print_address_override(k: Kernel, entry: Subtable) -> None:
    k.pr_info("ACPI: LAPIC_ADDR_OVR (address[0x{:x}])", entry.number(4, 8))


PRINTED: Mapping[int, Callable[[Kernel, Subtable], None]] = {
    ACPI_MADT_TYPE_INTERRUPT_OVERRIDE: _print_override,
    ACPI_MADT_TYPE_NMI_SOURCE: _print_nmi_source,
    ACPI_MADT_TYPE_LOCAL_APIC_NMI: _print_lapic_nmi,
    ACPI_MADT_TYPE_LOCAL_X2APIC_NMI: _print_x2apic_nmi,
    ACPI_MADT_TYPE_LOCAL_APIC_OVERRIDE: _print_address_override,
}


def acpi_table_print_madt_entry(k: Kernel, entry: Subtable) -> None:
    """Print an entry, if its kind is one that is printed."""
    if entry.type in PRINTED:
        PRINTED[entry.type](k, entry)

"""ACPI's table of interrupt controllers, MADT, as far as PCs have them: CPUs by their local APICs, and I/O
APICs.

Mirrors the structures of include/acpi/actbl2.h.
"""

from __future__ import annotations

from typing import NamedTuple

from .acpi_tables import MADT_ENTRIES_AT, AcpiTable, Subtable, subtables

(
    ACPI_MADT_TYPE_LOCAL_APIC,
    ACPI_MADT_TYPE_IO_APIC,
    ACPI_MADT_TYPE_INTERRUPT_OVERRIDE,
    ACPI_MADT_TYPE_NMI_SOURCE,
    ACPI_MADT_TYPE_LOCAL_APIC_NMI,
    ACPI_MADT_TYPE_LOCAL_APIC_OVERRIDE,
    ACPI_MADT_TYPE_IO_SAPIC,
    ACPI_MADT_TYPE_LOCAL_SAPIC,
    ACPI_MADT_TYPE_INTERRUPT_SOURCE,
    ACPI_MADT_TYPE_LOCAL_X2APIC,
    ACPI_MADT_TYPE_LOCAL_X2APIC_NMI,
) = range(11)
ACPI_MADT_ENABLED, ACPI_MADT_ONLINE_CAPABLE = 1, 2
MADT_ADDRESS_AT = 36
NOBODY, NOBODY_X2APIC = 0xFF, 0xFFFFFFFF
"""The ID of an entry that stands for no CPU."""

LENGTHS = {
    ACPI_MADT_TYPE_LOCAL_APIC: 8,
    ACPI_MADT_TYPE_IO_APIC: 12,
    ACPI_MADT_TYPE_INTERRUPT_OVERRIDE: 10,
    ACPI_MADT_TYPE_NMI_SOURCE: 8,
    ACPI_MADT_TYPE_LOCAL_APIC_NMI: 6,
    ACPI_MADT_TYPE_LOCAL_APIC_OVERRIDE: 12,
    ACPI_MADT_TYPE_LOCAL_SAPIC: 20,
    ACPI_MADT_TYPE_LOCAL_X2APIC: 16,
    ACPI_MADT_TYPE_LOCAL_X2APIC_NMI: 12,
}
"""The bytes that an entry of each kind has at least."""


class LocalApic(NamedTuple):
    """A CPU: its APIC ID, the number that ACPI has for it, and its flags."""

    apic_id: int
    acpi_id: int
    flags: int

    @property
    def enabled(self) -> bool:
        """Whether it is there."""
        return bool(self.flags & ACPI_MADT_ENABLED)


class Interrupt(NamedTuple):
    """How an interrupt comes in: its number on the ISA bus, its global number, and its flags."""

    source_irq: int
    global_irq: int
    flags: int

    @property
    def polarity(self) -> int:
        """0: as the bus has it, 1: high, 3: low."""
        return self.flags & 3

    @property
    def trigger(self) -> int:
        """0: as the bus has it, 1: edge, 3: level."""
        return self.flags >> 2 & 3


def is_whole(entry: Subtable) -> bool:
    """Whether an entry is as long as its kind, and within the table (``BAD_MADT_ENTRY``)."""
    length = LENGTHS[entry.type]
    return entry.length >= length and len(entry.data) >= length


def local_apic(entry: Subtable) -> LocalApic:
    """Read an entry of type 0 (eight bits of ID), 7 (an ID in two parts) or 9 (32 bits)."""
    number = entry.number
    if entry.type == ACPI_MADT_TYPE_LOCAL_X2APIC:
        return LocalApic(number(4, 4), number(12, 4), number(8, 4))
    if entry.type == ACPI_MADT_TYPE_LOCAL_SAPIC:
        return LocalApic(number(3, 1) << 8 | number(4, 1), number(2, 1), number(8, 4))
    return LocalApic(number(3, 1), number(2, 1), number(4, 4))


def interrupt_override(entry: Subtable) -> Interrupt:
    """Read an entry of type 2."""
    return Interrupt(entry.number(3, 1), entry.number(4, 4), entry.number(8, 2))


def enabled_apic_ids(table: AcpiTable) -> list[int]:
    """The APIC IDs of the CPUs that a MADT says are there, in its order."""
    nobody = {ACPI_MADT_TYPE_LOCAL_APIC: NOBODY, ACPI_MADT_TYPE_LOCAL_X2APIC: NOBODY_X2APIC}
    found: list[int] = []
    for entry in subtables(table, MADT_ENTRIES_AT):
        if entry.type in nobody and is_whole(entry):
            cpu = local_apic(entry)
            if cpu.enabled and cpu.apic_id != nobody[entry.type]:
                found.append(cpu.apic_id)
    return found


def io_apic_bases(table: AcpiTable) -> list[int]:
    """The first global interrupt of each I/O APIC, in ascending order."""
    entries = subtables(table, MADT_ENTRIES_AT)
    return sorted(entry.number(8, 4) for entry in entries if entry.type == ACPI_MADT_TYPE_IO_APIC)

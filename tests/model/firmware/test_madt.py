"""The table of interrupt controllers, as PCs have it."""

from __future__ import annotations

from acpi_machine import madt
from bootstep.model.firmware.acpi_tables import MADT_ENTRIES_AT, subtables
from bootstep.model.firmware.madt import (
    enabled_apic_ids,
    interrupt_override,
    io_apic_bases,
    is_whole,
    local_apic,
)
from pc_acpi import ioapic, lapic, override, pc_madt, x2apic


def test_cpus_are_listed_by_either_kind_of_entry() -> None:
    table = pc_madt(lapic(3), lapic(4, flags=0), lapic(0xFF), x2apic(0x12345), x2apic(0xFFFFFFFF))
    assert enabled_apic_ids(table) == [3, 0x12345]


def test_an_entry_that_is_shorter_than_its_kind_is_not_whole() -> None:
    short = next(subtables(pc_madt(lapic(1, length=6)), MADT_ENTRIES_AT))
    cut_off = next(subtables(pc_madt(lapic(1)[:4]), MADT_ENTRIES_AT))
    good = next(subtables(pc_madt(lapic(1)), MADT_ENTRIES_AT))
    assert [is_whole(entry) for entry in (short, cut_off, good)] == [False, False, True]


def test_an_apic_id_of_an_itanium_has_two_parts() -> None:
    entry = bytes((7, 20, 5, 2, 1)) + bytes(3) + b"\1\0\0\0" + bytes(8)
    cpu = local_apic(next(subtables(madt(entry), MADT_ENTRIES_AT)))
    assert (cpu.apic_id, cpu.acpi_id, cpu.enabled) == (0x201, 5, True)


def test_an_override_tells_polarity_and_trigger() -> None:
    irq = interrupt_override(next(subtables(pc_madt(override(9, 20, 0xF)), MADT_ENTRIES_AT)))
    assert (irq.source_irq, irq.global_irq, irq.polarity, irq.trigger) == (9, 20, 3, 3)


def test_io_apics_begin_at_their_first_interrupts() -> None:
    table = pc_madt(ioapic(2, 0xFEC10000, 24), ioapic(1, 0xFEC00000, 0))
    assert io_apic_bases(table) == [0, 24]

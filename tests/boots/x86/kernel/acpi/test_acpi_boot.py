"""ACPI's tables on a PC.

Covers boots/x86/kernel/acpi/boot.py, boots/x86/kernel/acpi/lapics.py, boots/x86/kernel/acpi/ioapics.py,
boots/x86/kernel/acpi/params.py, boots/x86/kernel/acpi/root_pointer.py, boots/drivers/acpi/madt_entries.py.
"""

from __future__ import annotations

import pytest
from acpi_machine import table
from booted_pc import log, state_at
from bootstep.boots.init.main import boot
from bootstep.boots.x86.variables import Kernel
from msgspec.structs import replace
from pc_acpi import (
    TABLES_AT,
    acpi_pc,
    booted_acpi_pc,
    hpet,
    ioapic,
    lapic,
    override,
    pc_fadt,
    pc_madt,
    usual_madt,
    x2apic,
)

USUAL = (pc_fadt(), usual_madt(), hpet())


def acpi_lines(k: Kernel) -> list[str]:
    return [line for line in log(k) if line.startswith(("ACPI", "IOAPIC"))]


def test_tables_are_listed_and_reserved_one_by_one() -> None:
    k = booted_acpi_pc(USUAL)
    lines = acpi_lines(k)
    assert lines[1] == "ACPI: RSDP 0x00000000000F59D0 000014 (v00 BOCHS )"
    assert lines[2].startswith("ACPI: RSDT 0x")
    assert lines[6:9] == [
        f"ACPI: Reserving FACP table memory at [mem {TABLES_AT:#x}-{TABLES_AT + 275:#x}]",
        "ACPI: Reserving APIC table memory at [mem 0x7ffe0114-0x7ffe016b]",
        "ACPI: Reserving HPET table memory at [mem 0x7ffe016c-0x7ffe01a3]",
    ]
    reserved = state_at(k, "acpi_boot_table_init:return").memblock.reserved.regions
    assert reserved[-1].end == TABLES_AT + 0x1A4


def test_a_fadt_that_tells_of_facs_twice_has_it_listed_twice() -> None:
    facs = table("FACS", bytes(28), 1)
    k = booted_acpi_pc((pc_fadt(facs=TABLES_AT + 276, xfacs=TABLES_AT + 276), facs, usual_madt()))
    assert sum(line.startswith("ACPI: Reserving FACS") for line in log(k)) == 2


def test_what_the_tables_say_of_timers_and_interrupts_is_printed() -> None:
    lines = acpi_lines(booted_acpi_pc(USUAL))
    assert lines[-6:] == [
        "ACPI: PM-Timer IO Port: 0x608",
        "ACPI: LAPIC_NMI (acpi_id[0xff] dfl dfl lint[0x1])",
        "IOAPIC[0]: apic_id 0, version 32, address 0xfec00000, GSI 0-23",
        "ACPI: INT_SRC_OVR (bus 0 bus_irq 9 global_irq 9 high level)",
        "ACPI: Using ACPI (MADT) for SMP configuration information",
        "ACPI: HPET id: 0x8086a201 base: 0xfed00000",
    ]


def test_a_root_pointer_outside_the_bioss_areas_is_not_found() -> None:
    k = acpi_pc(USUAL)
    k.firmware = replace(k.firmware, x86=replace(k.firmware.x86, rsdp=0x80000))
    boot(k)
    assert "ACPI BIOS Error (bug): A valid RSDP was not found" in log(k)
    assert k.acpi_disabled
    assert k.cpu_possible == (0,)


def test_a_root_pointer_may_be_in_the_extended_bios_data_area_or_told_by_the_boot_loader() -> None:
    k = acpi_pc(USUAL)
    k.firmware = replace(k.firmware, x86=replace(k.firmware.x86, rsdp=0x9FC10))
    boot(k)
    assert not k.acpi_disabled
    k = acpi_pc(USUAL)
    page = k.firmware.boot_params.having(acpi_rsdp_addr=0x7FFE1000)
    k.firmware = replace(k.firmware, x86=replace(k.firmware.x86, rsdp=0x7FFE1000), boot_params=page)
    boot(k)
    assert "ACPI: RSDP 0x000000007FFE1000 000014 (v00 BOCHS )" in log(k)


def test_acpi_off_reserves_nothing_and_knows_one_cpu() -> None:
    k = booted_acpi_pc(USUAL, "acpi=off")
    assert acpi_lines(k) == []
    assert k.nr_cpu_ids == 1


def test_without_interrupts_by_acpi_io_apics_are_not_listed() -> None:
    k = booted_acpi_pc(USUAL, "acpi=noirq")
    assert k.apic.ioapics == []
    assert "ACPI: Using ACPI for processor (LAPIC) configuration information" in log(k)
    assert "ACPI: Skipping IOAPIC probe due to 'noapic' option." in log(booted_acpi_pc(USUAL, "noapic"))


@pytest.mark.parametrize(
    ("timer", "line"),
    [
        (hpet(0), "ACPI: HPET id: 0x8086a201 base: 0x0 is invalid"),
        (hpet(space=1), "ACPI: HPET timers must be located in memory."),
    ],
)
def test_a_timer_that_makes_no_sense_takes_no_memory(timer: object, line: str) -> None:
    k = booted_acpi_pc((pc_fadt(), usual_madt(), timer))  # type: ignore[list-item]
    assert line in log(k)
    assert k.apic.hpet_address == 0


def test_an_entry_of_the_madt_that_is_cut_off_disables_acpi() -> None:
    k = booted_acpi_pc((pc_fadt(), pc_madt(lapic(0), lapic(1, length=7))))
    assert "ACPI: Error parsing LAPIC/X2APIC entries" in log(k)
    assert "ACPI: Invalid BIOS MADT, disabling ACPI" in log(k)
    assert k.acpi_disabled


def test_a_madt_without_io_apics_leaves_the_cpus() -> None:
    k = booted_acpi_pc((pc_fadt(), pc_madt(lapic(0), lapic(1), override(9, 9, 0xD))))
    assert "ACPI: No IOAPIC entries present" in log(k)
    assert k.nr_cpu_ids == 2


def test_an_interrupt_that_no_io_apic_has_is_complained_of() -> None:
    k = booted_acpi_pc((pc_fadt(), pc_madt(lapic(0), ioapic(0, 0xFEC00000, 0), override(3, 99, 0))))
    assert "ERROR: Unable to locate IOAPIC for GSI 99" in log(k)
    assert "ACPI: Failed to find ioapic for gsi : 99" in log(k)


def test_a_table_newer_than_6_3_says_which_cpus_may_come() -> None:
    cpus = lapic(0), lapic(1, flags=0), lapic(2, flags=2)
    old = booted_acpi_pc((pc_fadt(), pc_madt(*cpus, ioapic(0, 0xFEC00000, 0))))
    new = booted_acpi_pc((pc_fadt(6, 3), pc_madt(*cpus, ioapic(0, 0xFEC00000, 0))))
    assert (old.nr_cpu_ids, new.nr_cpu_ids) == (3, 2)


def test_cpus_with_large_ids_need_x2apics() -> None:
    cpus = pc_madt(lapic(0), x2apic(300), ioapic(0, 0xFEC00000, 0))
    ignored = booted_acpi_pc((pc_fadt(), cpus))
    assert "ACPI: x2apic entry ignored" in log(ignored)
    assert ignored.nr_cpu_ids == 1
    used = booted_acpi_pc((pc_fadt(), cpus), options={"X86_X2APIC": "y"}, cpu="qemu64,+x2apic")
    assert used.nr_cpu_ids == 2
    assert "x2apic: enabled by BIOS, switching to x2apic ops" in log(used)

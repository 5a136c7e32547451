"""Which CPUs there are and may be.

Covers boots/x86/kernel/apic/apic.py, boots/x86/kernel/apic/ids.py, boots/x86/kernel/apic/io_apic.py,
boots/x86/kernel/apic/register.py, boots/x86/kernel/apic/smpboot.py, boots/x86/kernel/apic/topology.py,
boots/x86/subsystems.py.
"""

from __future__ import annotations

import pytest
from booted_pc import leaves, log
from bootstep.boots.x86.variables import Kernel
from bootstep.model.firmware.acpi_tables import AcpiTable
from pc_acpi import booted_acpi_pc, ioapic, lapic, pc_fadt, pc_madt, usual_madt


def madt_of(*cpus: bytes) -> AcpiTable:
    return pc_madt(*cpus, ioapic(0, 0xFEC00000, 0))


def booted(madt: AcpiTable, cmdline: str = "", release: str = "6.1") -> Kernel:
    return booted_acpi_pc((pc_fadt(), madt), cmdline, release)


def test_cpus_that_are_there_come_first_then_those_that_may_come() -> None:
    k = booted(madt_of(lapic(0), lapic(1, flags=0), lapic(2)))
    assert "smpboot: Allowing 3 CPUs, 1 hotplug CPUs" in log(k)
    assert k.apic.cpuid_to_apicid == {0: 0, 1: 2}
    assert k.cpu_possible == (0, 1, 2)


def test_since_6_11_only_a_hypervisor_may_mean_cpus_that_come() -> None:
    k = booted(madt_of(lapic(0), lapic(1, flags=0), lapic(2)), release="6.12")
    assert "CPU topo: Allowing 2 present CPUs plus 0 hotplug CPUs" in log(k)


@pytest.mark.parametrize(
    ("cmdline", "old", "new"),
    [
        ("possible_cpus=6", 6, 4),
        ("possible_cpus=3", 3, 3),
        ("nr_cpus=2", 2, 2),
        ("maxcpus=2", 4, 4),
        ("nosmp", 4, 1),
        ("maxcpus=0", 4, 1),
    ],
)
def test_what_the_command_line_makes_of_four_cpus(cmdline: str, old: int, new: int) -> None:
    assert booted(usual_madt(4), cmdline, "6.12").nr_cpu_ids == new
    if "cpus=0" not in cmdline and cmdline != "nosmp":
        assert booted(usual_madt(4), cmdline).nr_cpu_ids == old


def test_no_possible_cpu_is_one_too_few() -> None:
    assert log(booted(usual_madt(), "possible_cpus=0"))[-1].endswith("BUG: ai->nr_groups <= 0")
    # Since 6.9 the boot CPU is possible all the same.
    assert booted(usual_madt(), "possible_cpus=0", "6.12").cpu_possible == (0,)
    # As a number without a sign, a negative one is a large one.
    assert "smpboot: -2 Processors exceeds NR_CPUS limit of 16" in log(
        booted(usual_madt(), "possible_cpus=-2")
    )


def test_without_smp_cpus_are_cut_to_one() -> None:
    k = booted(usual_madt(4), "nosmp")
    assert "smpboot: 4 Processors exceeds max_cpus limit of 0" in log(k)
    assert k.nr_cpu_ids == 1


def test_the_boot_cpu_keeps_its_place_when_there_is_room_for_one() -> None:
    k = booted(usual_madt(3), "nr_cpus=1")
    assert k.cpu_possible == (0,)
    assert "APIC: NR_CPUS/possible_cpus limit of 1 reached. Processor 1/0x1 ignored." in log(k)
    assert "CPU topo: CPU limit of 1 reached. Ignoring further CPUs" in log(
        booted(usual_madt(3), "nr_cpus=1", "6.12")
    )


def test_a_cpu_that_shall_not_be_used_may_come_later() -> None:
    k = booted(usual_madt(3), "disable_cpu_apicid=1")
    assert "APIC: Disabling requested cpu. Processor 1/0x1 ignored." in log(k)
    assert k.apic.cpuid_to_apicid == {0: 0, 1: 2}


def test_the_registers_of_apics_are_mapped_in_the_fixmap() -> None:
    k = booted(usual_madt())
    local, first = (k.layout.fix_to_virt(name) for name in ("FIX_APIC_BASE", "FIX_IO_APIC_BASE_0"))
    assert leaves(k.page_tables, local, local + 4096)[0][2] == 0xFEE00000
    assert leaves(k.page_tables, first, first + 4096)[0][2] == 0xFEC00000


def test_an_io_apic_has_the_pins_up_to_the_next_one() -> None:
    madt = pc_madt(lapic(0), ioapic(8, 0xFEC00000, 0), ioapic(8, 0xFEC10000, 120))
    k = booted(madt)
    assert [tuple(each) for each in k.apic.ioapics] == [
        (8, 0xFEC00000, 0, 119),
        (0, 0xFEC10000, 120, 143),
    ]


def test_resources_of_io_apics_are_allocated_in_one_piece() -> None:
    madt = pc_madt(lapic(0), *(ioapic(n, 0xFEC00000 + n * 0x1000, 24 * n) for n in range(3)))
    k = booted_acpi_pc((pc_fadt(), madt), "memblock=debug")
    assert any("225 bytes" in line and "io_apic_init_mappings" in line for line in log(k))


def test_io_apics_at_one_address_or_at_none_are_left_out() -> None:
    madt = pc_madt(lapic(0), *(ioapic(n, address, 24 * n) for n, address in enumerate((4096, 4096, 0))))
    k = booted(madt)
    assert "address 0x1000 conflicts with IOAPIC0" in log(k)
    assert "Bogus (zero) I/O APIC address found, skipping!" in log(k)
    assert len(k.apic.ioapics) == 1


def test_without_a_local_apic_there_is_one_cpu() -> None:
    k = booted(usual_madt(4), "nolapic")
    assert k.nr_cpu_ids == 1
    assert "APIC: disable apic facility" in log(booted(usual_madt(4), "nolapic", "6.12"))

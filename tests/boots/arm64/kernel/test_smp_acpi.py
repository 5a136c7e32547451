"""CPUs from the MADT, and their nodes from SRAT.

Covers acpi_numa.py.
"""

from __future__ import annotations

from acpi_machine import acpi_kernel, cpu, fadt, gicc, madt, memory, srat
from bootstep.boots.arm64.kernel.smp import smp_init_cpus
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.drivers.arch_numa import arch_numa_init
from bootstep.model.firmware.acpi_tables import AcpiTable
from device_tree_kernel import GIB, log

NODES = (memory(0, GIB, GIB), memory(1, 2 * GIB, GIB))


def booted(*tables: AcpiTable, nr_cpus: int = 16) -> Kernel:
    k = acpi_kernel(tables)
    arch_numa_init(k)
    k.nr_cpu_ids = nr_cpus
    smp_init_cpus(k)
    return k


def test_every_enabled_cpu_is_possible_and_on_its_domains_node() -> None:
    cpus = [gicc(uid, uid << 8) for uid in range(4)]
    k = booted(fadt(), madt(*cpus), srat(*(cpu(uid % 2, uid) for uid in range(4)), *NODES))
    assert k.cpu_possible == (0, 1, 2, 3)
    assert [k.numa.cpu_to_node[number] for number in range(4)] == [0, 1, 0, 1]
    assert log(k)[-4:] == [
        "ACPI: NUMA: SRAT: PXM 0 -> MPIDR 0x0 -> Node 0",
        "ACPI: NUMA: SRAT: PXM 1 -> MPIDR 0x100 -> Node 1",
        "ACPI: NUMA: SRAT: PXM 0 -> MPIDR 0x200 -> Node 0",
        "ACPI: NUMA: SRAT: PXM 1 -> MPIDR 0x300 -> Node 1",
    ]


def test_a_disabled_cpu_is_not_there_and_its_affinity_goes_unused() -> None:
    k = booted(fadt(), madt(gicc(0, 0), gicc(1, 1, flags=0)), srat(cpu(0, 0), cpu(1, 1), *NODES))
    assert k.cpu_possible == (0,)
    assert log(k)[-1] == "ACPI: NUMA: SRAT: PXM 0 -> MPIDR 0x0 -> Node 0"


def test_cpus_that_cannot_be_or_are_there_twice() -> None:
    k = booted(fadt(), madt(gicc(0, 0), gicc(1, 1), gicc(2, 1), gicc(3, 1 << 24), gicc(4, 0), gicc(5, 5)))
    assert k.cpu_possible == (0, 1, 2)
    assert log(k)[-3:] == [
        "duplicate CPU MPIDR 0x1 in MADT",
        "skipping CPU entry with invalid MPIDR 0x1000000",
        "duplicate boot CPU MPIDR: 0x0 in MADT",
    ]


def test_an_entry_that_is_too_short_ends_it() -> None:
    k = booted(fadt(), madt(gicc(0, 0), gicc(1, 1, length=75), gicc(2, 2)))
    assert k.cpu_possible == (0,)


def test_no_more_cpus_than_the_kernel_was_told() -> None:
    k = booted(fadt(), madt(*(gicc(uid, uid) for uid in range(4))), nr_cpus=2)
    assert k.cpu_possible == (0, 1)
    assert log(k)[-1] == "Number of cores (4) exceeds configured maximum of 2 - clipping"


def test_without_a_madt_there_is_one_cpu() -> None:
    k = booted(fadt())
    assert k.cpu_possible == (0,)
    assert log(k)[-1] == "missing boot CPU MPIDR, not enabling secondaries"


def test_without_psci_a_cpu_needs_a_parking_place() -> None:
    old = fadt(arm_boot_flags=0)
    k = booted(old, madt(gicc(0, 0), gicc(1, 1), gicc(2, 2, parked=0x1000)))
    parking = k.config.enabled("ARM64_ACPI_PARKING_PROTOCOL")
    assert k.cpu_possible == ((0, 2) if parking else (0,))
    assert "Unsupported ACPI enable-method" in log(k)

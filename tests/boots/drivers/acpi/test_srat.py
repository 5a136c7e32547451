"""Nodes, memory and distances from SRAT and SLIT."""

from __future__ import annotations

import struct

import pytest
from acpi_machine import acpi_kernel, cpu, fadt, madt, memory, slit, srat, table
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.drivers.arch_numa import arch_numa_init
from bootstep.boots.mm.numa_tables import node_distance
from bootstep.model.firmware.acpi_tables import AcpiTable
from bootstep.model.memory.memblock import MEMBLOCK_HOTPLUG, MEMBLOCK_NONE
from device_tree_kernel import GIB, log
from msgspec import structs

TWO_NODES = (memory(0, GIB, GIB), memory(1, 2 * GIB, GIB))
X2APIC = struct.pack("<BBHIIIII", 2, 24, 0, 4, 0x55, 1, 0, 0)
APIC = struct.pack("<BBBBIB3sI", 0, 16, 3, 9, 1, 0, b"", 0)


def booted(*tables: AcpiTable, options: str = "") -> Kernel:
    k = acpi_kernel([fadt(), madt(), *tables], options=options)
    arch_numa_init(k)
    return k


def numa_lines(k: Kernel) -> list[str]:
    return [line for line in log(k) if "NUMA" in line or "SRAT" in line or "SLIT" in line]


def memory_nodes(k: Kernel) -> list[tuple[int, int, int]]:
    return [(region.base, region.size, region.nid) for region in k.memblock.memory.regions]


def test_two_nodes_with_a_distance_between_them() -> None:
    k = booted(srat(cpu(0, 0), cpu(1, 1), *TWO_NODES), slit(10, 25, 30, 10))
    assert memory_nodes(k) == [(GIB, GIB, 0), (2 * GIB, GIB, 1)]
    assert k.numa.node_online_map == (0, 1)
    assert (node_distance(k, 0, 1), node_distance(k, 1, 0), node_distance(k, 1, 1)) == (25, 30, 10)
    assert numa_lines(k)[:2] == [
        "ACPI: SRAT: Node 0 PXM 0 [mem 0x40000000-0x7fffffff]",
        "ACPI: SRAT: Node 1 PXM 1 [mem 0x80000000-0xbfffffff]",
    ]


def test_proximity_domains_become_nodes_in_the_order_they_are_met() -> None:
    k = booted(srat(memory(200, GIB, GIB), memory(7, 2 * GIB, GIB)))
    assert memory_nodes(k) == [(GIB, GIB, 0), (2 * GIB, GIB, 1)]
    assert numa_lines(k)[0] == "ACPI: SRAT: Node 0 PXM 200 [mem 0x40000000-0x7fffffff]"
    # CPUs are looked at before memory.
    k = booted(srat(memory(200, GIB, GIB), memory(7, 2 * GIB, GIB), cpu(7, 0)))
    assert memory_nodes(k) == [(GIB, GIB, 1), (2 * GIB, GIB, 0)]


def test_a_srat_of_revision_1_has_8_bits_for_a_domain() -> None:
    k = booted(srat(memory(0x100, GIB, GIB), memory(0x101, 2 * GIB, GIB), revision=1))
    assert "ACPI: SRAT: Node 1 PXM 1 [mem 0x80000000-0xbfffffff]" in log(k)


def test_hotpluggable_memory_is_marked_though_not_there_yet() -> None:
    hotplug = memory(1, 2 * GIB, 2 * GIB, 1 | 2 | 4)
    k = booted(srat(memory(0, GIB, GIB), hotplug), options="CONFIG_MEMORY_HOTPLUG=y")
    assert "ACPI: SRAT: Node 1 PXM 1 [mem 0x80000000-0xffffffff] hotplug non-volatile" in log(k)
    assert [region.flags for region in k.memblock.memory.regions] == [MEMBLOCK_NONE, MEMBLOCK_HOTPLUG]
    assert k.max_possible_pfn == 4 * GIB >> 12
    # A kernel that knows no hotplug takes it as it is.
    k = booted(srat(memory(0, GIB, GIB), hotplug))
    assert [region.flags for region in k.memblock.memory.regions] == [MEMBLOCK_NONE, MEMBLOCK_NONE]


def test_memory_that_is_not_enabled_does_not_count() -> None:
    k = booted(srat(*TWO_NODES, memory(2, 4 * GIB, GIB, 0)))
    assert k.numa.node_online_map == (0, 1)


def test_a_node_may_have_cpus_and_no_memory() -> None:
    k = booted(srat(memory(0, GIB, 2 * GIB), cpu(3, 1)))
    assert k.numa.node_online_map == (0, 1)
    assert "NUMA: Initmem setup node 0 [<memory-less node>]" in log(k)


def test_memory_without_a_node_spoils_it_for_all() -> None:
    k = booted(srat(memory(0, GIB, GIB)))
    assert numa_lines(k)[1:3] == [
        "NUMA: Warning: invalid memblk node 16 [mem 0x0000000080000000-0x00000000bfffffff]",
        "NUMA: Faking a node at [mem 0x0000000040000000-0x00000000bfffffff]",
    ]
    assert (k.numa.node_online_map, k.numa_off) == ((0,), True)


def test_without_a_srat_one_node_is_faked() -> None:
    assert numa_lines(booted())[:2] == [
        "NUMA: Failed to initialise from firmware",
        "NUMA: Faking a node at [mem 0x0000000040000000-0x00000000bfffffff]",
    ]


def test_a_memory_entry_that_is_too_short_spoils_the_srat() -> None:
    k = booted(srat(memory(0, GIB, GIB), memory(1, 2 * GIB, GIB, length=39)))
    assert numa_lines(k)[:4] == [
        "ACPI: SRAT: Node 0 PXM 0 [mem 0x40000000-0x7fffffff]",
        "ACPI: SRAT: Unexpected header length: 39",
        "ACPI: SRAT: SRAT not used.",
        "NUMA: Faking a node at [mem 0x0000000040000000-0x00000000bfffffff]",
    ]


def test_a_cpu_entry_that_is_too_short_spoils_the_srat() -> None:
    k = booted(srat(cpu(0, 0, length=17), *TWO_NODES))
    assert numa_lines(k)[:3] == [
        "ACPI: NUMA: SRAT: Invalid SRAT header length: 17",
        "ACPI: SRAT: SRAT not used.",
        "NUMA: Failed to initialise from firmware",
    ]


def test_an_entry_of_length_0_ends_the_table() -> None:
    k = booted(srat(memory(0, GIB, 2 * GIB), bytes(40), memory(1, 4 * GIB, GIB)))
    assert "ACPI: [SRAT:0x01] Invalid zero length" in log(k)
    assert "NUMA: Failed to initialise from firmware" in log(k)


def test_more_domains_than_nodes() -> None:
    crowd = [memory(pxm, GIB + pxm * (64 << 20), 64 << 20) for pxm in range(17)]
    k = booted(srat(*crowd))
    assert "ACPI: SRAT: Too many proximity domains." in log(k)
    assert k.numa.node_online_map == (0,)


def test_a_domain_above_255_is_too_many() -> None:
    k = booted(srat(cpu(256, 0), *TWO_NODES))
    assert "ACPI: NUMA: SRAT: Too many proximity domains 256" in log(k)


@pytest.mark.parametrize("distances", [(10, 10, 20, 10), (11, 20, 20, 10), (10, 20, 9, 10)])
def test_distances_that_make_no_sense_are_not_used(distances: tuple[int, ...]) -> None:
    k = booted(srat(*TWO_NODES), slit(*distances))
    assert "ACPI: SLIT table looks invalid. Not used." in log(k)
    assert k.numa.node_online_map == (0, 1)
    assert (node_distance(k, 0, 1), node_distance(k, 0, 0)) == (20, 10)


def test_a_window_for_cxl_memory_becomes_a_node() -> None:
    window = struct.pack("<BBHIQQ", 1, 0, 24, 0, 16 * GIB, 4 * GIB)
    k = booted(srat(*TWO_NODES), table("CEDT", window))
    assert k.numa.node_online_map == (0, 1, 2)
    assert k.acpi.node_to_pxm_map == {0: 0, 1: 1, 2: 2}


def test_a_generic_initiator_is_a_node_and_a_disabled_one_an_error() -> None:
    def initiator(pxm: int, flags: int) -> bytes:
        return struct.pack("<BBBBI16sII", 5, 32, 0, 1, pxm, b"", flags, 0)

    assert booted(srat(*TWO_NODES, initiator(5, 1))).numa.node_online_map == (0, 1, 2)
    assert booted(srat(initiator(5, 0), *TWO_NODES)).numa.node_online_map == (0, 1)
    # After an error nothing of the first pass is looked at any more, so the CPU makes no node.
    assert booted(srat(initiator(5, 0), cpu(9, 0), *TWO_NODES)).numa.node_online_map == (0, 1)


def test_cpus_of_other_architectures_are_not_looked_at() -> None:
    k = booted(srat(X2APIC, APIC, *TWO_NODES))
    assert "ACPI: Found unsupported x2apic [0x00000055] SRAT entry" in log(k)
    assert k.numa.node_online_map == (0, 1)


def test_an_architecture_that_has_such_cpus_looks_at_them() -> None:
    met: list[tuple[str, int]] = []
    k = acpi_kernel([fadt(), srat(X2APIC, APIC, cpu(7, 0), *TWO_NODES)])
    k.arch = structs.replace(
        k.arch,
        acpi_numa_gicc_affinity_init=None,
        acpi_numa_processor_affinity_init=lambda k, entry: met.append(("apic", entry.number(3, 1))),
        acpi_numa_x2apic_affinity_init=lambda k, entry: met.append(("x2apic", entry.number(8, 4))),
    )
    arch_numa_init(k)
    assert sorted(met) == [("apic", 9), ("x2apic", 0x55)]
    assert not any("unsupported" in line for line in log(k))
    assert k.numa.node_online_map == (0, 1)

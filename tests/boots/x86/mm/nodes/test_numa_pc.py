"""Nodes of a PC.

Covers boots/x86/mm/nodes/numa.py, boots/x86/mm/nodes/numa_cpus.py, boots/x86/mm/nodes/numa_nodes.py,
boots/x86/mm/nodes/srat.py, boots/drivers/acpi/pxm.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from acpi_machine import memory, slit, srat
from booted_pc import GIB, MIB, booted_pc, log, state_at
from bootstep.boots.x86.variables import Kernel
from pc_acpi import booted_acpi_pc, initiator, near, near_x2, pc_fadt, usual_madt

END = 0x7FFE0000
LOW, HIGH = memory(0, 0, GIB), memory(1, GIB, GIB)


def booted(
    *entries: bytes, cmdline: str = "", release: str = "6.1", distances: Sequence[int] = (), cpus: int = 2
) -> Kernel:
    tables = [pc_fadt(), usual_madt(cpus), srat(*entries)]
    if distances:
        tables.append(slit(*distances))
    return booted_acpi_pc(tables, cmdline, release)


def meminfo(k: Kernel) -> list[tuple[int, int, int]]:
    return [tuple(block) for block in k.state.numa.meminfo]


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_without_a_table_all_memory_is_on_a_node_that_is_faked(release: str) -> None:
    k = booted_pc(release=release)
    lines = log(k)
    at = lines.index("No NUMA configuration found")
    assert lines[at + 1] == f"Faking a node at [mem {0:#018x}-{END - 1:#018x}]"
    assert "NUMA turned off" in log(booted_pc(cmdline="numa=off", release=release))
    # Since 6.12 nodes begin where memory does.
    assert meminfo(k) == [(0x1000 if release == "6.12" else 0, END, 0)]


def test_cpus_and_memory_are_on_the_nodes_of_their_domains() -> None:
    k = booted(near(0, 0), near(1, 1), LOW, HIGH)
    lines = log(k)
    at = lines.index("SRAT: PXM 0 -> APIC 0x00 -> Node 0")
    assert lines[at + 1 : at + 4] == [
        "SRAT: PXM 1 -> APIC 0x01 -> Node 1",
        "ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x3fffffff]",
        "ACPI: SRAT: Node 1 PXM 1 [mem 0x40000000-0x7fffffff]",
    ]
    assert k.numa.node_online_map == (0, 1)
    assert [k.numa.cpu_to_node[cpu] for cpu in (0, 1)] == [0, 1]
    assert meminfo(k) == [(0, GIB, 0), (GIB, END, 1)]
    # What lies above all memory could still be plugged in.
    assert [tuple(block) for block in k.state.numa.reserved_meminfo] == [(END, 2 * GIB, 1)]


def test_6_12_does_not_print_what_the_table_says_of_cpus() -> None:
    assert not any("PXM 0 -> APIC" in line for line in log(booted(near(0, 0), LOW, release="6.12")))


@pytest.mark.parametrize(("release", "size"), [("6.1", 0x3000), ("6.12", 0x25C0)])
def test_the_data_of_a_node_are_on_it(release: str, size: int) -> None:
    k = booted(near(0, 0), LOW, HIGH, release=release)
    assert f"NODE_DATA(0) allocated [mem {GIB - size:#010x}-{GIB - 1:#010x}]" in log(k)
    assert k.zones.nodes[0].pgdat_pa == GIB - size


def test_cpus_without_a_node_are_dealt_out_in_turn() -> None:
    k = booted(near(0, 0), LOW, HIGH, cpus=4)
    # Of four, SRAT tells of the first only: all were dealt out before.
    assert [k.numa.cpu_to_node[cpu] for cpu in range(4)] == [0, 1, 0, 1]


def test_a_node_with_cpus_and_no_memory_is_online_late() -> None:
    k = booted(near(0, 0), near(1, 1), memory(0, 0, 2 * GIB))
    assert "Initializing node 1 as memoryless" in log(k)
    assert "Initmem setup node 1 as memoryless" in log(k)
    assert k.numa.node_online_map == (0, 1)
    k = booted(near(0, 0), initiator(1), memory(0, 0, 2 * GIB))
    assert k.numa.node_online_map == (0, 1)


def test_a_node_of_devices_that_nobody_gave_data_ends_the_kernel() -> None:
    # The table is not used, but what it said of devices stays, and their node comes online.
    k = booted(near(0, 0), initiator(1), memory(0, 0, 1200 * MIB), HIGH)
    assert k.numa.node_online_map == (0, 1)
    assert any(line.startswith("BUG: unable to handle page fault for address") for line in log(k))


def test_distances_are_a_table_that_the_first_one_allocates() -> None:
    k = booted(near(0, 0), LOW, HIGH, distances=(10, 21, 31, 10))
    assert list(k.state.numa.distance) == [(10, 21), (31, 10)]
    assert k.numa_distance_cnt == 2
    assert "NUMA: Initialized distance table, cnt=2" in log(k)


def test_nodes_that_overlap_are_not_used() -> None:
    k = booted(near(0, 0), memory(0, 0, 1200 * MIB), HIGH)
    lines = log(k)
    wrong = "node 0 [mem 0x00000000-0x4affffff] overlaps with node 1 [mem 0x40000000-0x7ffdffff]"
    assert lines.index(wrong) < lines.index("No NUMA configuration found")
    assert k.numa.node_possible_map == (0,)


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ("6.1", "NUMA: nodes only cover 1023MB of your 2047MB e820 RAM. Not used."),
        ("6.12", "NUMA: no nodes coverage for 1023MB of 2047MB RAM"),
    ],
)
def test_nodes_that_leave_memory_out_are_not_used(release: str, line: str) -> None:
    k = booted(near(0, 0), LOW, release=release)
    assert line in log(k)
    assert k.numa.node_possible_map == (0,)


def test_the_table_may_be_left_unread() -> None:
    k = booted(near(0, 0), LOW, HIGH, cmdline="numa=noacpi")
    assert "No NUMA configuration found" in log(k)
    assert k.acpi_numa == -1


def test_an_entry_of_the_wrong_length_spoils_the_table() -> None:
    k = booted(near(0, 0, length=15), b"", LOW, HIGH)
    assert "ACPI: SRAT: SRAT not used." in log(k)


def test_a_large_apic_id_without_x2apic_is_ignored() -> None:
    assert "SRAT: PXM 0 -> X2APIC 0x012c ignored" in log(booted(near_x2(0, 300), LOW, HIGH))
    assert "SRAT: PXM 0 -> APIC 0x0001 -> Node 0" in log(booted(near_x2(0, 1), LOW, HIGH))


def test_reserved_memory_that_is_on_no_node_says_so_in_its_releases_way() -> None:
    old = state_at(booted(near(0, 0), LOW, HIGH), "initmem_init:return").memblock.reserved.regions
    new = state_at(booted(near(0, 0), LOW, HIGH, release="6.12"), "initmem_init:return")
    assert (old[0].base, old[0].nid, old[-1].nid) == (0, 0, 16)
    first, last = new.memblock.reserved.regions[0], new.memblock.reserved.regions[-1]
    assert (first.size, first.nid, last.nid) == (0x1000, -1, -1)


def test_a_kernel_without_nodes_has_all_memory_on_node_0() -> None:
    k = booted_pc(options={"NUMA": "n"})
    assert {region.nid for region in k.memblock.memory.regions} == {0}
    assert not any("Faking" in line for line in log(k))

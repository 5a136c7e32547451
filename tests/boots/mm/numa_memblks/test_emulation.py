"""Fake nodes, on a PC.

Covers boots/mm/numa_memblks/split_nodes.py, boots/mm/numa_memblks/distance.py.
"""

from __future__ import annotations

import pytest
from acpi_machine import memory, slit, srat
from booted_pc import EIGHT_GIB, GIB, MIB, booted_pc, log
from bootstep.boots.x86.variables import Kernel
from pc_acpi import booted_acpi_pc, near, pc_fadt, usual_madt

END = 0x7FFE0000


def fakes(k: Kernel) -> list[str]:
    return [line.removeprefix("Faking ") for line in log(k) if line.startswith("Faking node")]


def two_nodes(fake: str, release: str = "6.1", *distances: int) -> Kernel:
    nodes = srat(near(0, 0), near(1, 1), memory(0, 0, GIB), memory(1, GIB, GIB))
    tables = [pc_fadt(), usual_madt(), nodes, *([slit(*distances)] if distances else [])]
    return booted_acpi_pc(tables, f"numa=fake={fake}", release)


def test_a_number_of_nodes_shares_all_memory() -> None:
    assert fakes(booted_pc(cmdline="numa=fake=2")) == [
        "node 0 at [mem 0x0000000000000000-0x000000003fffffff] (1024MB)",
        "node 1 at [mem 0x0000000040000000-0x000000007ffdffff] (1023MB)",
    ]
    # Since 6.12 memory begins at its first page.
    assert fakes(booted_pc(cmdline="numa=fake=2", release="6.12"))[0] == (
        "node 0 at [mem 0x0000000000001000-0x0000000040000fff] (1024MB)"
    )


def test_a_hole_counts_for_nothing() -> None:
    k = booted_pc(EIGHT_GIB, "numa=fake=2")
    assert [(block.start, block.end) for block in k.state.numa.meminfo] == [
        (0, 5 * GIB),
        (5 * GIB, 9 * GIB),
    ]


def test_nodes_of_a_size_have_at_least_that_much() -> None:
    k = booted_pc(cmdline="numa=fake=512M")
    sizes = [(block.end - block.start) // MIB for block in k.state.numa.meminfo]
    # A rest that is too little for a node goes to the one before.
    assert sizes == [544, 512, 991]
    assert "Fake node size 16MB too small, increasing to 128MB" in log(booted_pc(cmdline="numa=fake=16M"))


def test_fake_nodes_take_turns_over_the_real_ones() -> None:
    k = two_nodes("4")
    assert [block.nid for block in sorted(k.state.numa.meminfo)] == [0, 2, 1, 3]
    assert [k.numa.cpu_to_node[cpu] for cpu in (0, 1)] == [0, 1]


def test_each_real_node_can_be_cut_into_so_many() -> None:
    k = two_nodes("2U")
    assert [block.nid for block in sorted(k.state.numa.meminfo)] == [0, 1, 2, 3]
    assert [k.numa.cpu_to_node[cpu] for cpu in (0, 1)] == [0, 2]


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_fake_nodes_are_as_far_apart_as_those_they_are_on(release: str) -> None:
    k = two_nodes("2U", release, 10, 25, 25, 10)
    assert list(k.state.numa.distance) == [
        (10, 10, 25, 25),
        (10, 10, 25, 25),
        (25, 25, 10, 10),
        (25, 25, 10, 10),
    ]


def test_distances_can_be_said() -> None:
    k = two_nodes("2:10,40,50,10,")
    assert list(k.state.numa.distance) == [(10, 40), (50, 10)]


def test_since_6_12_proximity_domains_lead_to_fake_nodes() -> None:
    assert two_nodes("2U").acpi.node_to_pxm_map == {0: 0, 1: 1}
    assert two_nodes("4", "6.12").acpi.node_to_pxm_map == {0: 0, 1: 1, 2: 0, 3: 1}


def test_what_makes_no_nodes_changes_nothing() -> None:
    for options in ("0", "-3", "nonsense"):
        k = booted_pc(cmdline=f"numa=fake={options}")
        assert fakes(k) == []
        assert k.numa.node_possible_map == (0,)
    assert "numa=fake=20 too large, reducing to 16" in log(booted_pc(cmdline="numa=fake=20"))
    k = two_nodes("40U")
    assert "numa_emulation: phys: 0 only got 32 of 40 nodes, failing" in log(k)


def test_a_kernel_that_cannot_fake_nodes_says_so() -> None:
    k = booted_pc(cmdline="numa=fake=2", options={"NUMA_EMU": "n"})
    assert "Malformed early option 'numa'" in log(k)
    assert fakes(k) == []


def test_fewer_fake_nodes_than_real_ones_need_distances_that_firmware_told() -> None:
    nodes = srat(
        *(near(nid, nid) for nid in range(3)), *(memory(nid, nid * GIB // 2, GIB // 2) for nid in range(3))
    )
    k = booted_acpi_pc([pc_fadt(), usual_madt(), nodes], "numa=fake=2", "6.12")
    assert log(k)[-2:] == [
        "BUG: kernel NULL pointer dereference, address: 0000000000000001",
        "Kernel panic - not syncing: Attempted to kill the idle task!",
    ]

"""Nodes, from the device tree or made up.

Covers boots/mm/numa.py, boots/mm/numa_tables.py, boots/mm/numa_memblks/distance.py, of/numa.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.drivers.arch_numa import arch_numa_init
from bootstep.boots.mm.numa_tables import node_distance
from device_tree_kernel import GIB, kernel_with_tree, log

TWO_BANKS = ((GIB, GIB), (2 * GIB, GIB))


def bank(base: int, nid: int | None) -> str:
    on = "" if nid is None else f"numa-node-id = <{nid}>;"
    return f'memory@{base:x} {{ device_type = "memory"; reg = <0 {base:#x} 0 {GIB:#x}>; {on} }};'


def distances(matrix: str) -> str:
    return f'distance-map {{ compatible = "numa-distance-map-v1"; distance-matrix = <{matrix}>; }};'


def booted(nodes: str, memory: tuple[tuple[int, int], ...] = TWO_BANKS) -> Kernel:
    k = kernel_with_tree(nodes, memory)
    arch_numa_init(k)
    return k


def test_two_nodes_with_a_distance_between_them() -> None:
    k = booted(bank(GIB, 0) + bank(2 * GIB, 1) + distances("0 0 10 0 1 25 1 1 10"))
    assert k.numa.node_online_map == k.numa.node_possible_map == (0, 1)
    assert k.nr_node_ids == 2
    assert node_distance(k, 0, 0) == 10
    assert node_distance(k, 0, 1) == node_distance(k, 1, 0) == 25
    # Each pg_data_t is at the end of its node, the upper one below the table of distances.
    assert log(k) == [
        "OF: NUMA: parsing numa-distance-map-v1",
        "NUMA: NODE_DATA [mem 0x7fffdb40-0x7fffffff]",
        "NUMA: NODE_DATA [mem 0xbfffcb40-0xbfffefff]",
    ]


def test_without_a_word_about_nodes_one_is_faked() -> None:
    k = booted(bank(GIB, None) + bank(2 * GIB, None))
    assert log(k)[:2] == [
        "NUMA: No NUMA configuration found",
        "NUMA: Faking a node at [mem 0x0000000040000000-0x00000000bfffffff]",
    ]
    assert (k.numa.node_online_map, k.nr_node_ids, k.numa_off) == ((0,), 1, True)


def test_numa_off_does_not_look() -> None:
    k = kernel_with_tree(bank(GIB, 0) + bank(2 * GIB, 1), TWO_BANKS)
    k.numa_off = True
    arch_numa_init(k)
    assert log(k)[0] == "NUMA: NUMA disabled"
    assert k.numa.node_online_map == (0,)


def test_memory_without_a_node_spoils_it_for_all() -> None:
    k = booted(bank(GIB, 0) + bank(2 * GIB, None))
    assert log(k)[0] == "NUMA: Warning: invalid memblk node 16 [mem 0x0000000080000000-0x00000000bfffffff]"
    assert log(k)[1].startswith("NUMA: Faking a node")


def test_a_node_with_nothing_but_cpus_has_its_data_elsewhere() -> None:
    cpus = 'cpus { cpu@0 { device_type = "cpu"; reg = <0>; numa-node-id = <1>; }; };'
    k = booted(cpus + bank(GIB, 0), ((GIB, GIB),))
    assert "NUMA: Initmem setup node 1 [<memory-less node>]" in log(k)
    assert log(k)[-1] == "NUMA: NODE_DATA(1) on node 0"


@pytest.mark.parametrize(
    ("matrix", "line"),
    [
        ("0 0 11", "OF: NUMA: Invalid distance[node0 -> node0] = 11"),
        ("0 1 10", "OF: NUMA: Invalid distance[node0 -> node1] = 10"),
    ],
)
def test_distances_must_make_sense(matrix: str, line: str) -> None:
    k = booted(bank(GIB, 0) + bank(2 * GIB, 1) + distances(matrix))
    assert line in log(k)
    assert k.numa_off


def test_node_numbers_have_a_limit() -> None:
    k = booted(bank(GIB, 16), ((GIB, GIB),))
    assert log(k)[:2] == [
        "OF: NUMA: Node id 16 exceeds maximum value",
        "OF: NUMA: bad property in memory node",
    ]

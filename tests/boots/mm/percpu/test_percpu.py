"""The per-CPU areas.

Covers chunk.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.drivers.arch_numa import setup_per_cpu_areas
from bootstep.boots.mm.numa_tables import early_map_cpu_to_node
from bootstep.model.memory.memblock import memblock_set_node
from device_tree_kernel import GIB, kernel_with_tree, log, regions


def kernel(cpus: int, nodes: tuple[int, ...] = (0,)) -> Kernel:
    k = kernel_with_tree("", memory=tuple(((1 + nid) * GIB, GIB) for nid in nodes))
    k.memstart_addr = GIB
    k.numa.node_online_map = k.numa.node_possible_map = nodes
    for nid in nodes:
        memblock_set_node(k.memblock, (1 + nid) * GIB, GIB, "memory", nid)
    k.nr_cpu_ids, k.cpu_possible = cpus, tuple(range(cpus))
    for cpu in k.cpu_possible:
        early_map_cpu_to_node(k, cpu, nodes[cpu % len(nodes)])
    return k


def test_every_cpu_gets_the_static_variables_and_room_for_more() -> None:
    k = kernel(1)
    setup_per_cpu_areas(k)
    assert log(k) == [
        "percpu: Embedded 16 pages/cpu s34208 r0 d31328 u65536",
        "pcpu-alloc: s34208 r0 d31328 u65536 alloc=16*4096",
        "pcpu-alloc: [0] 0 ",
    ]


def test_cpus_of_one_node_are_a_group() -> None:
    k = kernel(4, (0, 1))
    setup_per_cpu_areas(k)
    assert log(k)[2:] == ["pcpu-alloc: [0] 0 [0] 2 [1] 1 [1] 3 "]


def test_a_line_has_room_for_eight_units_and_two_digits_for_a_dozen_cpus() -> None:
    k = kernel(12)
    setup_per_cpu_areas(k)
    assert log(k)[2:] == [
        "pcpu-alloc: [0] 00 [0] 01 [0] 02 [0] 03 [0] 04 [0] 05 [0] 06 [0] 07 ",
        "pcpu-alloc: [0] 08 [0] 09 [0] 10 [0] 11 ",
    ]


def test_a_cpu_whose_node_is_not_online_is_said_to_have_none() -> None:
    k = kernel(1)
    early_map_cpu_to_node(k, 0, 3)
    setup_per_cpu_areas(k)
    assert log(k)[0] == "percpu: cpu 0 has no node 3 or node-local memory"


def test_page_by_page_the_areas_are_in_the_vmalloc_area() -> None:
    k = kernel(2)
    k.pcpu_chosen_fc = "page"
    before = sum(size for _, size in regions(k, "reserved"))
    setup_per_cpu_areas(k)
    assert log(k)[0].startswith("percpu: 12 4K pages/cpu s34208 r0 d")
    runs = [run for run in k.page_tables.runs if run.va_start >= k.layout.vmalloc.start]
    assert sum(run.va_end - run.va_start for run in runs) == 2 * 12 * 4096
    assert sum(size for _, size in regions(k, "reserved")) > before


@pytest.mark.parametrize(("value", "chosen"), [("page", "page"), ("embed", "embed"), ("huge", "auto")])
def test_percpu_alloc_names_the_allocator(value: str, chosen: str) -> None:
    from bootstep.boots.mm.percpu.percpu import percpu_alloc_setup

    k = kernel(1)
    percpu_alloc_setup(k, value)
    assert k.pcpu_chosen_fc == chosen

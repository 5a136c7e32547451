"""Every CPU's variables on a PC.

Covers cpu_masks.py.
"""

from __future__ import annotations

from bootstep.boots.x86.kernel.cpu_masks import cpumask_size
from bootstep.boots.x86.kernel.setup_percpu import pcpu_cpu_distance
from bootstep.model.trace.events import Kind

from tests.support.booted_pc import MIB, TWO_GIB, booted_pc, loaded_pc, log, state_at

OFFSTACK = {"CPUMASK_OFFSTACK": "y"}


def allocated_by(k, caller):
    """The bytes of each allocation that prints this caller."""
    lines = (k.trace.log_text(event) for event in k.trace.logs)
    return [int(line.split()[1]) for line in lines if "memblock_alloc" in line and line.endswith(caller)]


def test_units_are_cut_from_2_mib_of_the_direct_map():
    k = booted_pc()
    assert any(line.startswith("setup_percpu: NR_CPUS:16 nr_cpumask_bits:1 ") for line in log(k))
    assert (k.pcpu_atom_size, k.pcpu_unit_size, k.pcpu_nr_units, k.pcpu_nr_groups) == (2 * MIB, 2 * MIB, 1, 1)
    assert k.pcpu_base_addr % (2 * MIB) == 0
    assert k.page_tables.leaf(k.pcpu_base_addr).level == 2


def test_until_there_are_areas_every_cpu_has_the_variables_of_the_image():
    k = booted_pc()
    before = state_at(k, "setup_per_cpu_areas").numa.per_cpu_offset
    assert before == [k.image.symbol("__per_cpu_load")] * 16
    assert k.state.numa.per_cpu_offset == [k.pcpu_base_addr - k.image.symbol("__per_cpu_start")]


def test_single_pages_get_tables_from_spp_getpage():
    k = booted_pc(TWO_GIB, "percpu_alloc=page")
    assert k.pcpu_base_addr == k.layout.vmalloc.start
    assert k.page_tables.leaf(k.pcpu_base_addr).level == 3
    assert k.state.numa.per_cpu_offset == [k.layout.vmalloc.start]
    assert allocated_by(k, "spp_getpage").count(4096) >= 3


def test_cpus_of_one_node_are_near_whatever_the_table_of_distances_says():
    k = loaded_pc()
    k.numa.cpu_to_node = {0: 0, 1: 1, 2: 1}
    assert [pcpu_cpu_distance(k, *pair) for pair in ((0, 1), (1, 2), (2, 0))] == [20, 10, 20]


def test_sets_of_cpus_are_allocated_where_they_are_not_part_of_the_image():
    counts = {}
    for release in ("6.1", "6.12"):
        k = booted_pc(release=release, options=OFFSTACK)
        called = [k.trace.function(event).name for event in k.trace.of_kind(Kind.ENTER)]
        counts[release] = called.count("alloc_bootmem_cpumask_var")
    # One for the node; of those for all CPUs, 6.12 has the siblings' only.
    assert counts == {"6.1": 5, "6.12": 2}


def test_a_set_has_a_bit_for_each_cpu_there_may_be():
    k = loaded_pc()
    k.nr_cpu_ids = 65
    assert cpumask_size(k) == 16
    later = loaded_pc(release="6.12", options={"NR_CPUS": "256"})
    later.nr_cpu_ids = 2
    assert cpumask_size(later) == 32

"""What comes before what, in each release."""

from __future__ import annotations

import pytest
from bootstep.boots.kernel import Kernel
from bootstep.boots.load import load_kernel
from bootstep.boots.machine import read_machine
from bootstep.boots.start_kernel import boot
from bootstep.model.occurrences import Occurrences
from device_tree_kernel import log


@pytest.fixture(scope="module")
def old() -> Kernel:
    return booted("virt-1g")


@pytest.fixture(scope="module")
def new() -> Kernel:
    return booted("virt-1g-6.12")


def booted(machine: str) -> Kernel:
    k = load_kernel(read_machine(machine))
    boot(k)
    return k


def first(k: Kernel, function: str) -> int:
    """The first call of a function; -1 if there is none."""
    found = Occurrences(k.trace).first(function)
    return -1 if found is None else found


def in_order(k: Kernel, *functions: str) -> bool:
    calls = [first(k, function) for function in functions]
    return calls == sorted(calls) and calls[0] >= 0


def test_6_1_maps_the_image_in_paging_init(old: Kernel) -> None:
    assert in_order(old, "start_kernel", "paging_init", "map_kernel", "map_mem", "memblock_phys_free")


def test_6_12_maps_the_image_before_start_kernel(new: Kernel) -> None:
    assert in_order(new, "primary_entry", "early_map_kernel", "map_kernel", "start_kernel", "paging_init")
    assert new.init_mm_pgd == "swapper_pg_dir"


def test_6_12_keeps_the_head_of_the_image_and_its_first_page_tables(old: Kernel, new: Kernel) -> None:
    assert regions_of_image(old)[0][0] == old.pa_symbol("_stext")
    assert regions_of_image(new)[0] == (new.pa_symbol("_text"), new.pa_symbol("_end"))


def regions_of_image(k: Kernel) -> list[tuple[int, int]]:
    text, end = k.pa_symbol("_text"), k.pa_symbol("_end")
    return [(region.base, region.end) for region in k.memblock.reserved.regions if text <= region.base < end]


def test_zone_lists_are_built_before_the_command_line_is_parsed_in_6_1(old: Kernel) -> None:
    assert in_order(old, "setup_per_cpu_areas", "build_all_zonelists", "parse_boot_params", "mm_init")


def test_zone_lists_are_built_with_the_allocators_in_6_12(new: Kernel) -> None:
    assert in_order(new, "setup_per_cpu_areas", "parse_boot_params", "mm_core_init", "build_all_zonelists")


def test_6_12_saves_reserved_regions_once_memory_is_mapped(old: Kernel, new: Kernel) -> None:
    assert in_order(old, "fdt_scan_reserved_mem", "fdt_init_reserved_mem", "paging_init")
    assert in_order(new, "fdt_scan_reserved_mem", "paging_init", "fdt_scan_reserved_mem_reg_nodes")


def test_the_buffer_for_bouncing_small_allocations_is_there_in_6_12_only(old: Kernel, new: Kernel) -> None:
    assert not any("software IO TLB" in line for line in log(old))
    assert "software IO TLB: SWIOTLB bounce buffer size adjusted to 1MB" in log(new)


def test_both_end_with_what_memory_there_is(old: Kernel, new: Kernel) -> None:
    assert log(old)[-1].startswith("Memory: ")
    assert log(new)[-1].startswith("Memory: ")
    assert in_order(new, "memblock_free_all", "page_alloc_init_late", "mem_init_print_info")

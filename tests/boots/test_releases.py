"""What comes before what, in each release.

Covers kernel/stackdepot.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.index.calls import CallIndex
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
    found = CallIndex(k.trace, ARM64).first(function)
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


COMMON = ("start_kernel", "setup_arch", "setup_machine_fdt", "early_init_dt_scan", "parse_early_param")
ORDERS = {
    "virt-512m-5.7": (
        *("stext", "__create_page_tables", *COMMON, "efi_init", "arm64_memblock_init"),
        *("fdt_enforce_memory_region", "early_init_fdt_scan_reserved_mem", "reserve_crashkernel"),
        *("dma_contiguous_reserve", "paging_init", "map_kernel", "map_mem", "unflatten_device_tree"),
        *("bootmem_init", "arm64_numa_init", "memblocks_present", "sparse_init", "zone_sizes_init"),
        *("free_area_init_nodes", "init_unavailable_mem", "free_area_init_node", "memmap_init"),
        *("memblock_dump_all", "request_standard_resources", "setup_per_cpu_areas"),
        *("build_all_zonelists", "page_alloc_init", "setup_log_buf", "mm_init", "mem_init"),
        *("memblock_free_all", "mem_init_print_info"),
    ),
    "virt-1g": (
        *("__primary_switch", "create_kernel_mapping", "early_fdt_map", *COMMON, "efi_init"),
        *("arm64_memblock_init", "early_init_fdt_scan_reserved_mem", "paging_init", "map_kernel", "map_mem"),
        *("create_idmap", "unflatten_device_tree", "bootmem_init", "arch_numa_init"),
        *("dma_pernuma_cma_reserve", "sparse_init", "memblocks_present", "zone_sizes_init"),
        *("free_area_init", "free_area_init_node", "memmap_init", "dma_contiguous_reserve"),
        *("reserve_crashkernel", "memblock_dump_all", "request_standard_resources"),
        *("setup_per_cpu_areas", "build_all_zonelists", "page_alloc_init", "setup_log_buf", "mm_init"),
        *("mem_init", "memblock_free_all", "mem_init_print_info"),
    ),
    "virt-1g-6.6": (
        *("__primary_switch", "create_kernel_mapping", "early_fdt_map", "kaslr_init", *COMMON[2:]),
        *("efi_init", "arm64_memblock_init", "early_init_fdt_scan_reserved_mem", "paging_init"),
        *("map_kernel", "map_mem", "create_idmap", "unflatten_device_tree", "bootmem_init"),
        *("sparse_init", "memblocks_present", "zone_sizes_init", "free_area_init"),
        *("free_area_init_node", "memmap_init", "dma_contiguous_reserve", "reserve_crashkernel"),
        *("memblock_dump_all", "request_standard_resources", "setup_per_cpu_areas", "setup_log_buf"),
        *("mm_core_init", "build_all_zonelists", "kfence_alloc_pool_and_metadata", "mem_init"),
        *("swiotlb_init", "memblock_free_all", "mem_init_print_info"),
    ),
    "virt-1g-6.12": (
        *("primary_entry", "create_init_idmap", "early_map_kernel", "map_kernel", "start_kernel"),
        *("kaslr_init", *COMMON[2:], "efi_init", "arm64_memblock_init", "fdt_scan_reserved_mem"),
        *("paging_init", "map_mem", "create_idmap", "unflatten_device_tree"),
        *("fdt_scan_reserved_mem_reg_nodes", "bootmem_init", "arch_numa_init", "numa_memblks_init"),
        *("sparse_init", "memblocks_present", "zone_sizes_init", "free_area_init"),
        *("free_area_init_node", "calc_nr_kernel_pages", "memmap_init", "dma_contiguous_reserve"),
        *("arch_reserve_crashkernel", "memblock_dump_all", "request_standard_resources"),
        *("setup_per_cpu_areas", "setup_log_buf", "mm_core_init", "build_all_zonelists", "mem_init"),
        *("swiotlb_init", "memblock_free_all", "page_alloc_init_late", "mem_init_print_info"),
    ),
}
"""What comes before what, by machine: each function's first call."""


@pytest.mark.parametrize("machine", ORDERS)
def test_the_main_functions_are_called_in_the_order_of_the_release(machine: str) -> None:
    k = booted(machine)
    assert sorted(ORDERS[machine], key=lambda function: first(k, function)) == list(ORDERS[machine])
    assert all(first(k, function) >= 0 for function in ORDERS[machine])


def test_in_5_7_the_old_name_is_the_functions_own_and_the_new_one_finds_it_too() -> None:
    k = booted("virt-512m-5.7")
    call = first(k, "free_area_init_nodes")
    assert k.trace.function(call).name == "free_area_init_nodes"
    assert first(k, "free_area_init") == call


def test_later_the_old_name_finds_the_new_function(old: Kernel) -> None:
    assert old.trace.function(first(old, "free_area_init_nodes")).name == "free_area_init"

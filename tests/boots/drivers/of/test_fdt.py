"""What the early scan takes from the device tree.

Covers base.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.drivers.of.fdt import (
    early_init_dt_check_for_usable_mem_range,
    early_init_dt_scan_chosen,
    early_init_dt_scan_memory,
    early_init_dt_scan_nodes,
)
from device_tree_kernel import GIB, MIB, bare_kernel, kernel_with_tree, log, regions


def memory_node(reg: str, more: str = "") -> str:
    return f'memory@0 {{ device_type = "memory"; reg = <{reg}>; {more} }};'


def test_memory_is_what_nodes_of_that_type_say_whatever_their_name() -> None:
    k = kernel_with_tree(
        'ram { device_type = "memory"; reg = <0 0x40000000 0 0x1000 0 0x80000000 0 0x2000>; };'
    )
    assert early_init_dt_scan_memory(k) == 1
    assert regions(k) == [(0x40000000, 0x1000), (0x80000000, 0x2000)]


def test_a_memory_node_that_is_disabled_is_no_memory() -> None:
    k = kernel_with_tree(memory_node("0 0x40000000 0 0x1000", 'status = "disabled";'))
    assert early_init_dt_scan_memory(k) == 0
    assert regions(k) == []


def test_usable_memory_takes_the_place_of_reg() -> None:
    k = kernel_with_tree(memory_node("0 0 0 0x80000000", "linux,usable-memory = <0 0x1000 0 0x3000>;"))
    early_init_dt_scan_memory(k)
    assert regions(k) == [(0x1000, 0x3000)]


def test_a_cut_off_reg_entry_is_not_read() -> None:
    k = kernel_with_tree(memory_node("0 0x40000000 0 0x1000 0 0x80000000"))
    early_init_dt_scan_memory(k)
    assert regions(k) == [(0x40000000, 0x1000)]


def test_only_whole_pages_are_memory() -> None:
    k = kernel_with_tree(memory_node("0 0x40000800 0 0x3000 0 0x50000800 0 0x700"))
    early_init_dt_scan_memory(k)
    assert regions(k) == [(0x40001000, 0x2000)]
    assert log(k) == ["OF: fdt: Ignoring memory block 0x50000800 - 0x50000f00"]


def test_hotpluggable_memory_is_marked() -> None:
    k = kernel_with_tree(memory_node("0 0x40000000 0 0x1000", "hotpluggable;"))
    early_init_dt_scan_memory(k)
    assert [region.flags for region in k.memblock.memory.regions] == [1]


@pytest.mark.parametrize(
    ("options", "bootargs", "cmdline"),
    [
        ('CONFIG_CMDLINE="quiet"', "mem=1G", "mem=1G"),
        ('CONFIG_CMDLINE="quiet"', "", "quiet"),
        ('CONFIG_CMDLINE="quiet"\nCONFIG_CMDLINE_FORCE=y', "mem=1G", "quiet"),
        ('CONFIG_CMDLINE="quiet"\nCONFIG_CMDLINE_EXTEND=y', "mem=1G", "mem=1G quiet"),
    ],
)
def test_the_built_in_command_line_is_a_default_or_forced(options: str, bootargs: str, cmdline: str) -> None:
    k = bare_kernel(options)
    k.fdt = k.fdt.with_properties("/chosen", {"bootargs": bootargs.encode() + b"\0"})
    early_init_dt_scan_chosen(k)
    assert k.boot_command_line == cmdline


def test_a_command_line_is_cut_at_command_line_size() -> None:
    k = kernel_with_tree("chosen { };")
    k.fdt = k.fdt.with_properties("/chosen", {"bootargs": b"x" * 5000 + b"\0"})
    early_init_dt_scan_chosen(k)
    assert k.boot_command_line == "x" * 2047


def test_an_initrd_that_ends_before_it_starts_is_none() -> None:
    k = kernel_with_tree("chosen { linux,initrd-start = <0x48000000>; linux,initrd-end = <0x47000000>; };")
    early_init_dt_scan_chosen(k)
    assert (k.phys_initrd_start, k.phys_initrd_size) == (0, 0)


def test_an_initrd_may_be_given_in_one_cell_or_two() -> None:
    k = kernel_with_tree("chosen { linux,initrd-start = <0x48000000>; linux,initrd-end = <0 0x48010600>; };")
    early_init_dt_scan_chosen(k)
    assert (k.phys_initrd_start, k.phys_initrd_size) == (0x48000000, 0x10600)


def test_the_random_seed_is_gone_once_it_was_used() -> None:
    k = kernel_with_tree("chosen { rng-seed = <1 2 3 4>; };")
    early_init_dt_scan_chosen(k)
    chosen = k.fdt.find("/chosen")
    assert chosen is not None
    assert "rng-seed" not in chosen.properties


def test_a_crash_kernel_keeps_its_two_usable_ranges() -> None:
    ranges = "0 0x60000000 0 0x10000000 0 0x48000000 0 0x800000"
    k = kernel_with_tree(f"chosen {{ linux,usable-memory-range = <{ranges}>; }};", memory=((GIB, GIB),))
    early_init_dt_check_for_usable_mem_range(k)
    assert regions(k) == [(0x48000000, 8 * MIB), (0x60000000, 256 * MIB)]


def test_cell_counts_of_the_root_decide_how_memory_is_read() -> None:
    k = bare_kernel()
    k.memblock.debug = False
    early_init_dt_scan_nodes(k)
    assert (k.dt_root_addr_cells, k.dt_root_size_cells) == (2, 2)
    assert regions(k) == [(GIB, GIB)]

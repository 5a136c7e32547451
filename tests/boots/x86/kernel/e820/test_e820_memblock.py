"""The e820 map becomes memblock's memory.  Covers memblock.py."""

from __future__ import annotations

from bootstep.boots.x86.kernel.e820.memblock import (
    e820__end_of_low_ram_pfn,
    e820__end_of_ram_pfn,
    e820__memblock_alloc_reserved,
    e820__memblock_setup,
)
from bootstep.boots.x86.kernel.e820.memory_setup import e820__memory_setup
from bootstep.boots.x86.variables import Kernel
from device_tree_kernel import log, regions
from e820_machine import (
    ACPI,
    GIB,
    KERN,
    KIB,
    MIB,
    PRAM,
    RAM,
    RESERVED,
    SOFT,
    USUAL,
    Map,
    pc_kernel,
    ranges_of,
)


def kernel(ranges: Map, release: str = "6.1") -> Kernel:
    k = pc_kernel(ranges, release=release)
    e820__memory_setup(k)
    return k


def test_usable_memory_is_memory_in_whole_pages() -> None:
    k = kernel(USUAL)
    e820__memblock_setup(k)
    assert regions(k) == [(0, 0x9F000), (MIB, 0x7FFE0000 - MIB)]
    assert k.memblock.can_resize


def test_the_total_does_not_shrink_with_what_is_cut_to_pages() -> None:
    k = kernel(USUAL)
    e820__memblock_setup(k)
    assert k.memblock.memory.total_size == sum(size for _, size in regions(k)) + 0xC00


def test_setup_data_stays_memory() -> None:
    k = kernel([(0, MIB, RAM), (MIB, 2 * MIB, KERN), (2 * MIB, 3 * MIB, RAM), (3 * MIB, 4 * MIB, ACPI)])
    e820__memblock_setup(k)
    assert regions(k) == [(0, 3 * MIB)]


def test_soft_reserved_memory_is_reserved_and_no_memory() -> None:
    k = kernel([(0, MIB, RAM), (GIB, 2 * GIB, SOFT), (4 * GIB, 5 * GIB, PRAM)])
    e820__memblock_setup(k)
    assert regions(k) == [(0, MIB)]
    assert regions(k, "reserved") == [(GIB, GIB)]


def test_ram_ends_with_the_last_whole_page_of_usable_memory() -> None:
    k = kernel([(0, MIB, RAM), (MIB, GIB + 0x1800, RAM), (2 * GIB, 3 * GIB, RESERVED)])
    assert e820__end_of_ram_pfn(k) == (GIB + 0x1000) >> 12
    assert log(k)[-1] == "last_pfn = 0x40001 max_arch_pfn = 0x400000000"


def test_since_6_11_acpis_tables_may_be_the_end() -> None:
    ranges = [(0, GIB, RAM), (GIB, GIB + 64 * KIB, ACPI)]
    assert e820__end_of_ram_pfn(kernel(ranges)) == GIB >> 12
    assert e820__end_of_ram_pfn(kernel(ranges, "6.12")) == (GIB + 64 * KIB) >> 12


def test_low_ram_ends_at_4_gib_at_the_latest() -> None:
    assert e820__end_of_low_ram_pfn(kernel([(0, 3 * GIB, RAM), (4 * GIB, 5 * GIB, RAM)])) == 3 * GIB >> 12
    assert e820__end_of_low_ram_pfn(kernel([(0, MIB, RAM), (GIB, 6 * GIB, RAM)])) == 4 * GIB >> 12


def test_what_is_allocated_for_the_next_kernel_is_reserved_in_its_map_only() -> None:
    for release in ("6.1", "6.12"):
        k = kernel(USUAL, release)
        e820__memblock_setup(k)
        address = e820__memblock_alloc_reserved(k, 4096, 4)
        assert address == 0x7FFDF000
        # It touches what is reserved already.
        assert (address, 0x80000000, RESERVED) in ranges_of(k, "e820_table_kexec")
        assert ranges_of(k) == list(USUAL)
        assert log(k)[-1] == "update e820_table_kexec for e820__memblock_alloc_reserved()"

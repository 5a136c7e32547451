"""What is made of the e820 map late in setup_arch.  Covers boots/kernel/nosave.py and
boots/drivers/firmware_memmap.py."""

from __future__ import annotations

from bootstep.boots.x86.kernel.e820.memblock import e820__memblock_setup
from bootstep.boots.x86.kernel.e820.memory_setup import e820__memory_setup
from bootstep.boots.x86.kernel.e820.resources import (
    e820__register_nosave_regions,
    e820__reserve_resources,
    e820__setup_pci_gap,
    e820_type_to_string,
)
from bootstep.boots.x86.variables import Kernel
from bootstep.model.build.kconfig import KConfig
from bootstep.model.trace.events import Kind
from device_tree_kernel import log
from e820_machine import GIB, MIB, RAM, RESERVED, USUAL, Map, pc_kernel


def kernel(ranges: Map = USUAL, options: str = "") -> Kernel:
    k = pc_kernel(ranges)
    k.config = KConfig.parse(f"CONFIG_SMP=y\n{options}\n", "test")
    e820__memory_setup(k)
    e820__memblock_setup(k)
    k.memblock.debug = False
    return k


def allocations(k: Kernel) -> list[int]:
    """How many bytes memblock was asked for, each time."""
    enters = k.trace.of_kind(Kind.ENTER)
    calls = [event for event in enters if k.trace.function(event).name == "memblock_alloc_try_nid"]
    return [k.trace.payload(event)[0] for event in calls]


def test_there_is_one_array_for_proc_iomem_and_an_entry_for_each_range_of_firmwares_map() -> None:
    k = kernel(options="CONFIG_FIRMWARE_MEMMAP=y")
    e820__reserve_resources(k)
    assert allocations(k) == [64 * len(USUAL), *[104] * len(USUAL)]


def test_without_sysfs_there_are_no_entries_of_firmwares_map() -> None:
    k = kernel()
    e820__reserve_resources(k)
    assert len(allocations(k)) == 1


def test_what_is_no_ram_is_not_saved() -> None:
    k = kernel(options="CONFIG_HIBERNATION=y")
    e820__register_nosave_regions(k, 0x7FFE0)
    lines = [line for line in log(k) if "nosave" in line]
    assert lines == ["PM: hibernation: Registered nosave memory: [mem 0x0009f000-0x000fffff]"]


def test_a_range_that_follows_the_last_one_makes_it_longer() -> None:
    k = kernel([(0, MIB, RAM), (2 * MIB, 2 * MIB + 1, RAM), (3 * MIB, 4 * MIB, RAM)], "CONFIG_HIBERNATION=y")
    e820__register_nosave_regions(k, 8 * MIB >> 12)
    lines = [line.partition("[")[2] for line in log(k) if "nosave" in line]
    assert lines == ["mem 0x00100000-0x001fffff]", "mem 0x00200000-0x002fffff]", "mem 0x00400000-0x007fffff]"]
    assert len(allocations(k)) == 2


def test_the_largest_gap_below_4_gib_is_for_pci() -> None:
    k = kernel()
    e820__setup_pci_gap(k)
    assert k.pci_mem_start == 0x80000000
    assert log(k)[-1] == "[mem 0x80000000-0xfffbffff] available for PCI devices"


def test_of_gaps_that_are_as_large_the_lowest_counts() -> None:
    k = kernel([(0, GIB, RAM), (2 * GIB, 3 * GIB, RESERVED)])
    e820__setup_pci_gap(k)
    assert k.pci_mem_start == GIB


def test_without_a_gap_pci_gets_what_lies_above_ram() -> None:
    k = kernel([(0, 4 * GIB, RAM), (4 * GIB, 5 * GIB, RAM)])
    k.max_pfn = 5 * GIB >> 12
    e820__setup_pci_gap(k)
    assert k.pci_mem_start == 5 * GIB + MIB
    assert "Cannot find an available gap in the 32-bit address range" in log(k)
    assert log(k)[-1] == "[mem 0x140100000-0x1404fffff] available for PCI devices"


def test_types_have_names_in_proc_iomem() -> None:
    assert [e820_type_to_string(type) for type in (1, 2, 3, 4, 5, 7, 12, 128, 9)] == [
        "System RAM",
        "Reserved",
        "ACPI Tables",
        "ACPI Non-volatile Storage",
        "Unusable memory",
        "Persistent Memory",
        "Persistent Memory (legacy)",
        "System RAM",
        "Unknown E820 type",
    ]

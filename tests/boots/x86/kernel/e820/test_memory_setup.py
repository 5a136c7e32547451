"""The e820 map as boot loaders hand it over."""

from __future__ import annotations

import struct

from bootstep.boots.x86.kernel.e820.memory_setup import (
    e820__memory_setup,
    e820__memory_setup_extended,
    e820__reserve_setup_data,
)
from bootstep.model.firmware.boot_params import (
    SETUP_E820_EXT,
    SETUP_EFI,
    SETUP_INDIRECT,
    SETUP_PCI,
    SetupData,
    packed_entries,
)
from device_tree_kernel import log
from e820_machine import GIB, KERN, MIB, RAM, RESERVED, USUAL, entries, pc_kernel, ranges_of

U64 = (1 << 64) - 1


def test_the_zero_pages_map_is_sorted_copied_and_printed() -> None:
    k = pc_kernel(USUAL[::-1])
    assert e820__memory_setup(k)
    for table in ("e820_table", "e820_table_kexec", "e820_table_firmware"):
        assert ranges_of(k, table) == list(USUAL)
    assert log(k)[:2] == [
        "BIOS-provided physical RAM map:",
        "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable",
    ]


def test_of_a_map_with_one_entry_older_answers_are_believed() -> None:
    k = pc_kernel([(0, GIB, RAM)], params={"alt_mem_k": 65536, "ext_mem_k": 32768})
    e820__memory_setup(k)
    assert ranges_of(k) == [(0, 0x9F000, RAM), (MIB, 65 * MIB, RAM)]
    assert log(k)[1].startswith("BIOS-e801: [mem 0x0")


def test_the_oldest_answer_counts_if_it_gives_more() -> None:
    k = pc_kernel([(0, GIB, RAM)], params={"alt_mem_k": 1024, "ext_mem_k": 32768})
    e820__memory_setup(k)
    assert ranges_of(k)[-1] == (MIB, 33 * MIB, RAM)
    assert log(k)[1].startswith("BIOS-88: ")


def test_a_map_with_a_range_beyond_all_addresses_is_not_believed() -> None:
    k = pc_kernel([(0, MIB, RAM), (U64 - 4095, U64 + MIB, RAM), (GIB, 2 * GIB, RAM)])
    e820__memory_setup(k)
    assert ranges_of(k) == [(0, 0x9F000, RAM)]


def test_ranges_that_had_no_room_are_in_setup_data() -> None:
    more = entries([(4 * GIB, 5 * GIB, RAM)])
    node = SetupData(0x10000, SETUP_E820_EXT, 20, packed_entries(more))
    k = pc_kernel(setup_data=(node,))
    e820__memory_setup(k)
    e820__memory_setup_extended(k, node)
    assert ranges_of(k) == [*USUAL, (4 * GIB, 5 * GIB, RAM)]
    assert ranges_of(k, "e820_table_firmware") == ranges_of(k)
    assert "extended physical RAM map:" in log(k)
    assert log(k)[-1] == "extended: [mem 0x0000000100000000-0x000000013fffffff] usable"


def marked(release: str, *nodes: SetupData) -> dict[str, list[tuple[int, int, int]]]:
    """What of the tables is marked as memory of setup_data."""
    k = pc_kernel(release=release)
    e820__memory_setup(k)
    k.setup_data = nodes
    e820__reserve_setup_data(k)
    return {
        table: [item for item in ranges_of(k, table) if item[2] == KERN]
        for table in ("e820_table", "e820_table_kexec", "e820_table_firmware")
    }


def test_setup_data_is_marked_for_this_kernel_and_until_6_9_for_the_next() -> None:
    node = SetupData(0x7E000018, SETUP_PCI, 0x100)
    piece = (0x7E000018, 0x7E000128, KERN)
    assert marked("6.1", node) == {
        "e820_table": [piece],
        "e820_table_kexec": [piece],
        "e820_table_firmware": [],
    }
    assert marked("6.12", node)["e820_table_kexec"] == []


def test_what_kexec_makes_anew_is_not_marked_for_the_next_kernel() -> None:
    found = marked("6.1", SetupData(0x7E000000, SETUP_EFI, 0x40))
    assert len(found["e820_table"]) == 1
    assert found["e820_table_kexec"] == []


def test_what_an_indirect_node_points_to_is_marked_too() -> None:
    data = struct.pack("<IIQQ", SETUP_PCI, 0, 0x2000, 0x7D000000)
    found = marked("6.12", SetupData(0x7E000000, SETUP_INDIRECT, len(data), data))
    assert found["e820_table"] == [(0x7D000000, 0x7D002000, KERN), (0x7E000000, 0x7E000028, KERN)]


def test_without_setup_data_the_map_is_not_printed_again() -> None:
    k = pc_kernel()
    e820__memory_setup(k)
    before = len(log(k))
    e820__reserve_setup_data(k)
    assert len(log(k)) == before
    assert (0x7FFE0000, 0x80000000, RESERVED) in ranges_of(k)

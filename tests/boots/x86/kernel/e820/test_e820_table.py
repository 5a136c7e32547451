"""The e820 map: entries are added, sorted, swept.  Covers table.py."""

from __future__ import annotations

from bootstep.boots.x86.kernel.e820.table import (
    TABLE,
    e820__get_entry_type,
    e820__mapped_all,
    e820__mapped_any,
    e820__print_table,
    e820__range_add,
    e820__update_table,
    e820__update_table_print,
    max_entries,
    put_all,
)
from bootstep.boots.x86.variables import Kernel
from device_tree_kernel import log
from e820_machine import (
    ACPI,
    KERN,
    MIB,
    NVS,
    PMEM,
    PRAM,
    RAM,
    RESERVED,
    SOFT,
    Map,
    entries,
    pc_kernel,
    ranges_of,
)

U64 = (1 << 64) - 1


def kernel(*ranges: tuple[int, int, int]) -> Kernel:
    k = pc_kernel()
    put_all(k, TABLE, entries(ranges))
    return k


def updated(*ranges: tuple[int, int, int]) -> Map:
    k = kernel(*ranges)
    assert e820__update_table(k, TABLE) == 0
    return ranges_of(k)


def test_the_map_in_the_comment_of_the_kernel_is_swept_as_it_says() -> None:
    drawing = """
        ____22__________________
        ______________________4_
        ____1111________________
        _44_____________________
        11111111________________
        ____________________33__
        ___________44___________
        __________33333_________
        ______________22________
        ___________________2222_
        _________111111111______
        _____________________11_
        _________________4______
    """
    given = [row.strip() for row in drawing.strip().splitlines()]
    ranges: list[tuple[int, int, int]] = []
    for row in given:
        digits = row.strip("_")
        start = row.index(digits)
        ranges.append((start, start + len(digits), int(digits[0])))
    assert updated(*ranges) == [
        (0, 1, 1),
        (1, 3, 4),
        (3, 4, 1),
        (4, 6, 2),
        (6, 8, 1),
        (9, 10, 1),
        (10, 11, 3),
        (11, 13, 4),
        (13, 15, 3),
        (15, 16, 2),
        (16, 17, 1),
        (17, 18, 4),
        (19, 20, 2),
        (20, 22, 3),
        (22, 23, 4),
    ]


def test_what_touches_and_is_of_one_type_becomes_one_entry() -> None:
    assert updated((MIB, 2 * MIB, RAM), (0, MIB, RAM), (4 * MIB, 5 * MIB, RAM)) == [
        (0, 2 * MIB, RAM),
        (4 * MIB, 5 * MIB, RAM),
    ]


def test_types_that_mark_places_stay_apart() -> None:
    for type in (PRAM, SOFT):
        assert updated((0, MIB, type), (MIB, 2 * MIB, type)) == [(0, MIB, type), (MIB, 2 * MIB, type)]


def test_persistent_memory_is_cut_where_another_range_in_it_begins_and_ends() -> None:
    assert updated((0, 4 * MIB, PRAM), (MIB, 2 * MIB, RESERVED)) == [
        (0, MIB, PRAM),
        (MIB, 2 * MIB, PRAM),
        (2 * MIB, 4 * MIB, PRAM),
    ]


def test_empty_entries_are_dropped() -> None:
    assert updated((0, 0, RAM), (MIB, 2 * MIB, RAM), (3 * MIB, 3 * MIB, RESERVED)) == [(MIB, 2 * MIB, RAM)]


def test_a_single_entry_is_left_alone() -> None:
    k = kernel((0, MIB, RAM))
    assert e820__update_table(k, TABLE) == -1
    assert ranges_of(k) == [(0, MIB, RAM)]


def test_nothing_is_sorted_if_an_entry_wraps_around_the_end_of_all_addresses() -> None:
    wraps = (U64 - 0xFFF, U64 + 1, RAM)
    k = kernel((MIB, 2 * MIB, RAM), wraps)
    assert e820__update_table(k, TABLE) == -1
    assert ranges_of(k) == [(MIB, 2 * MIB, RAM), wraps]


def test_a_full_table_takes_no_more() -> None:
    k = pc_kernel()
    most = max_entries(k)
    assert most == 128 + 3 * 16
    put_all(k, TABLE, entries([(page << 13, (page << 13) + 4096, RAM) for page in range(most)]))
    e820__range_add(k, 1 << 40, MIB, RAM)
    assert len(ranges_of(k)) == most
    assert log(k)[-1] == "too many entries; ignoring [mem 0x10000000000-0x100000fffff]"


def test_all_of_a_range_is_in_the_map_if_entries_cover_it_without_a_hole() -> None:
    k = kernel((0, MIB, RAM), (MIB, 2 * MIB, RAM), (3 * MIB, 4 * MIB, RAM), (4 * MIB, 5 * MIB, ACPI))
    assert e820__mapped_all(k, 4096, 2 * MIB, RAM)
    assert not e820__mapped_all(k, 4096, 4 * MIB, RAM)
    assert not e820__mapped_all(k, 3 * MIB, 5 * MIB, RAM)
    assert e820__mapped_all(k, 3 * MIB, 5 * MIB, 0)
    assert e820__get_entry_type(k, 3 * MIB, 5 * MIB) == ACPI
    assert e820__get_entry_type(k, 2 * MIB, 5 * MIB) == -22


def test_any_byte_of_a_range_may_be_asked_for() -> None:
    k = kernel((0, MIB, RAM), (2 * MIB, 3 * MIB, RESERVED))
    assert e820__mapped_any(k, MIB - 1, 2 * MIB, RAM)
    assert not e820__mapped_any(k, MIB, 2 * MIB, 0)
    assert not e820__mapped_any(k, 2 * MIB, 3 * MIB, RAM)


def test_the_types_are_printed_in_the_kernels_words() -> None:
    types = (RAM, RESERVED, ACPI, NVS, 5, PMEM, 9, PRAM, KERN, SOFT)
    k = kernel(*((at << 20, at + 1 << 20, type) for at, type in enumerate(types)))
    e820__print_table(k, "who")
    lines = log(k)[-len(types) :]
    assert lines[0] == "who: [mem 0x0000000000000000-0x00000000000fffff] usable"
    assert [line.partition("] ")[2] for line in lines[1:]] == [
        "reserved",
        "ACPI data",
        "ACPI NVS",
        "unusable",
        "persistent (type 7)",
        "type 9",
        "persistent (type 12)",
        "usable",
        "soft reserved",
    ]


def test_a_map_is_printed_as_modified_only_if_it_could_be_sorted() -> None:
    k = kernel((0, MIB, RAM))
    before = len(log(k))
    e820__update_table_print(k)
    assert len(log(k)) == before
    put_all(k, TABLE, entries([(MIB, 2 * MIB, RAM), (0, MIB, RESERVED)]))
    e820__update_table_print(k)
    assert log(k)[before] == "modified physical RAM map:"
    assert log(k)[before + 1] == "modified: [mem 0x0000000000000000-0x00000000000fffff] reserved"

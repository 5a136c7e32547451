"""Ranges of the e820 map change their type, or go.  Covers ranges.py."""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import KernelPanic
from bootstep.boots.x86.kernel.e820.ranges import (
    e820__range_remove,
    e820__range_update,
    e820__range_update_kexec,
    e820__range_update_table,
)
from bootstep.boots.x86.kernel.e820.table import TABLE, TABLE_KEXEC, put_all
from bootstep.boots.x86.variables import Kernel
from device_tree_kernel import log
from e820_machine import ACPI, MIB, RAM, RESERVED, entries, pc_kernel, ranges_of

U64 = (1 << 64) - 1


def kernel(*ranges: tuple[int, int, int]) -> Kernel:
    k = pc_kernel()
    put_all(k, TABLE, entries(ranges))
    return k


def test_an_entry_inside_the_range_gets_the_new_type() -> None:
    k = kernel((MIB, 2 * MIB, RAM), (2 * MIB, 3 * MIB, ACPI))
    assert e820__range_update(k, 0, 3 * MIB, RAM, RESERVED) == MIB
    assert ranges_of(k) == [(MIB, 2 * MIB, RESERVED), (2 * MIB, 3 * MIB, ACPI)]
    assert log(k)[-1] == "e820: update [mem 0x00000000-0x002fffff] usable ==> reserved"


def test_an_entry_around_the_range_is_split_and_the_new_ones_come_last() -> None:
    k = kernel((0, 4 * MIB, RAM), (4 * MIB, 5 * MIB, ACPI))
    assert e820__range_update(k, MIB, MIB, RAM, RESERVED) == MIB
    assert ranges_of(k) == [
        (0, MIB, RAM),
        (4 * MIB, 5 * MIB, ACPI),
        (MIB, 2 * MIB, RESERVED),
        (2 * MIB, 4 * MIB, RAM),
    ]


def test_entries_are_cut_at_either_end() -> None:
    k = kernel((0, 2 * MIB, RAM), (3 * MIB, 5 * MIB, RAM))
    assert e820__range_update(k, MIB, 3 * MIB, RAM, RESERVED) == 2 * MIB
    assert ranges_of(k) == [
        (0, MIB, RAM),
        (4 * MIB, 5 * MIB, RAM),
        (MIB, 2 * MIB, RESERVED),
        (3 * MIB, 4 * MIB, RESERVED),
    ]


def test_a_type_cannot_become_itself() -> None:
    with pytest.raises(KernelPanic, match="old_type == new_type"):
        e820__range_update(pc_kernel(), 0, MIB, RAM, RAM)


def test_only_what_is_of_the_type_is_taken_out() -> None:
    k = kernel((0, 2 * MIB, RAM), (2 * MIB, 3 * MIB, RESERVED), (3 * MIB, 4 * MIB, RAM))
    assert e820__range_remove(k, MIB, U64 - MIB, RAM, True) == 2 * MIB
    assert ranges_of(k) == [(0, MIB, RAM), (2 * MIB, 3 * MIB, RESERVED), (0, 0, 0)]
    assert log(k)[-1] == "e820: remove [mem 0x00100000-0xfffffffffffffffe] usable"


def test_whatever_is_there_is_taken_out() -> None:
    k = kernel((0, 4 * MIB, ACPI), (4 * MIB, 6 * MIB, RESERVED))
    assert e820__range_remove(k, MIB, MIB, 0, False) == MIB
    assert e820__range_remove(k, 5 * MIB, 2 * MIB, 0, False) == MIB
    assert ranges_of(k) == [(0, MIB, ACPI), (4 * MIB, 5 * MIB, RESERVED), (2 * MIB, 4 * MIB, ACPI)]
    assert log(k)[-1] == "e820: remove [mem 0x00500000-0x006fffff] "


def test_a_range_ends_with_all_addresses_at_the_latest() -> None:
    k = kernel((U64 - MIB, U64, RAM))
    assert e820__range_update(k, U64 - MIB, 1 << 63, RAM, RESERVED) == MIB
    assert log(k)[-1].startswith("e820: update [mem 0xffffffffffefffff-0xfffffffffffffffe]")


def test_other_tables_are_changed_in_the_same_way() -> None:
    for release in ("6.1", "6.12"):
        k = pc_kernel(release=release)
        put_all(k, TABLE_KEXEC, entries([(0, MIB, RAM)]))
        if release == "6.1":
            e820__range_update_kexec(k, 0, MIB, RAM, RESERVED)
        else:
            e820__range_update_table(k, TABLE_KEXEC, 0, MIB, RAM, RESERVED)
        assert ranges_of(k, TABLE_KEXEC) == [(0, MIB, RESERVED)]
        assert ranges_of(k) == []

"""Covers log_line.py, kernel_log.py, records/memblock.py, records/firmware.py, records/reserved.py,
records/zones.py, records/summary.py, records/record.py: what holds of records whatever line they were read
from."""

from __future__ import annotations

from typing import get_args

from bootstep.model.logs.kernel_log import BootExtent, KernelLog
from bootstep.model.logs.log_line import LogLine
from bootstep.model.logs.records.memblock import DumpedArray, DumpedRegion, Operation
from bootstep.model.logs.records.record import Record

LINE = LogLine(" memory[0x0]")


def test_every_record_has_the_line_that_says_it() -> None:
    assert all(kind._fields[0] == "line" for kind in get_args(Record))


def test_an_array_of_a_dump_is_complete_with_all_its_regions() -> None:
    regions = tuple(DumpedRegion(LINE, at, at << 20, 0x1000) for at in range(3))
    assert DumpedArray(3, regions).is_complete
    assert not DumpedArray(4, regions).is_complete
    assert not DumpedArray(None, regions).is_complete
    assert not DumpedArray(2, (regions[0], regions[2])).is_complete


def test_an_operation_adds_to_its_array_or_takes_away() -> None:
    assert {(one.array, one.adds) for one in Operation} == {
        ("memory", True),
        ("memory", False),
        ("reserved", True),
        ("reserved", False),
    }


def test_a_boot_is_complete_from_the_banner_to_the_summary() -> None:
    first = BootExtent(1, 9, "6.1", begins=True, ends=False)
    second = BootExtent(10, 99, "6.1", begins=True, ends=True)
    log = KernelLog("dmesg.txt", (LINE,), (first, second), chosen=2)
    assert log.extent is second
    assert [boot.is_complete for boot in log.boots] == [False, True]

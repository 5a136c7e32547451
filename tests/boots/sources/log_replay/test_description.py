"""A log as people are told of it."""

from __future__ import annotations

from bootstep.boots.sources.log_replay.description import described, description
from bootstep.model.logs.kernel_log import BootExtent, KernelLog
from bootstep.model.logs.log_line import LogLine
from bootstep.model.logs.records.record import Understood

LINES = (LogLine("Zone ranges:", 7), LogLine("memblock_whatever: 12", 9))
EXTENTS = (BootExtent(1, 5, "5.10.1", True, True), BootExtent(7, 9, "", False, False))


def test_what_is_odd_about_a_log_is_said() -> None:
    log = KernelLog("dmesg.txt", LINES, EXTENTS, 2, frozenset((9,)), ("3 lines were wrapped and are joined",))
    told = dict(described(log, Understood((), (LINES[1],))))
    assert told["log"] == "dmesg.txt, lines 7 to 9"
    assert told["boot"].startswith("2 of 2 in this file") and "1: 5.10.1, lines 1 to 5" in told["boot"]
    assert "banner" in told["begins"] and "panic" in told["ends"]
    assert told["gaps"] == "something is missing before line 9"
    assert told["repaired"] == "3 lines were wrapped and are joined"
    assert told["not understood"] == "line 9: memblock_whatever: 12"


def test_a_whole_log_has_nothing_to_be_sorry_for() -> None:
    log = KernelLog("dmesg.txt", LINES, EXTENTS[:1], 1)
    assert [line.split()[0] for line in description(log, Understood(()))] == ["log", "understood"]

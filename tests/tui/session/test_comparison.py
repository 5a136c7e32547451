"""Two whole boots beside each other: their logs row by row, as far as both have got."""

from __future__ import annotations

import functools

from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if_syntax import WhatIf
from bootstep.model.debugger.compare import SAME, log_rows
from bootstep.model.debugger.debugger import Debugger
from bootstep.tui.session.comparison import MOST_ALIKE, BootComparison, LogSoFar
from bootstep.tui.session.recording import of_what_if


@functools.cache
def booted(wish: str = "") -> Debugger:
    tried = WhatIf(read_machine("virt-1g"))
    boot = of_what_if(tried.wished(wish) if wish else tried)
    boot.run()
    return boot.debugger()


def compared(wish: str, at: str, other_at: str = "") -> tuple[BootComparison, LogSoFar]:
    left, right = booted(), booted(wish)
    left.goto_name(other_at or at)
    right.goto_name(at)
    whole = BootComparison.of(left, right)
    return whole, LogSoFar(whole, left, right)


def test_at_the_end_the_logs_are_whole() -> None:
    whole, log = compared("add mem=600M", "end")
    assert [log[at] for at in range(len(log))] == list(whole.log)
    assert list(whole.log) == list(log_rows(booted(), booted("add mem=600M")))
    assert log.differing() == sum(row.mark != SAME for row in whole.log)
    assert len(log) == log.sure


def test_on_the_way_each_has_the_lines_it_has_printed() -> None:
    _, log = compared("add mem=600M", "sparse_init")
    for side, debugger in (("left", booted()), ("right", booted("add mem=600M"))):
        events = [event for at in range(len(log)) if (event := getattr(log[at], side)) is not None]
        assert events == list(debugger.trace.logs[: debugger.trace.log_count(debugger.position)])
    assert log.differing() == sum(log[at].mark != SAME for at in range(len(log)))


def test_a_line_that_only_one_has_printed_yet_stands_alone() -> None:
    whole, log = compared("add mem=600M", "sparse_init", other_at="paging_init")
    assert log.beyond
    assert {row.mark for row in log.beyond} == {">"}
    assert all(row.left is None for row in log.beyond)
    assert len(log) < len(whole.log)


def test_of_many_alike_only_the_first_are_to_be_read() -> None:
    whole, log = compared("ram 2G", "end")
    shown = log.shown()
    assert sum(entry.hidden or 1 for entry in shown) == log.differing()
    assert len(shown) < log.differing() // 4
    assert max(entry.hidden for entry in shown) > MOST_ALIKE
    assert all(whole.log[entry.row].mark != SAME for entry in shown)


def test_what_is_hidden_is_counted_on_the_way_too() -> None:
    _, log = compared("ram 2G", "paging_init:return")
    assert sum(entry.hidden or 1 for entry in log.shown()) == log.differing()

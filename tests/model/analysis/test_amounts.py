"""What a jump comes to, owner by owner."""

from __future__ import annotations

from bootstep.model.analysis.amounts import differences
from bootstep.model.memory.state import Replica
from captured import CASES, at_the_end, booted


def test_over_a_whole_boot_the_differences_are_all_that_is_reserved() -> None:
    for case in CASES[:3]:
        debugger = at_the_end(booted(case))
        replica = Replica(debugger.trace)
        replica.move(debugger.position)
        found = differences(debugger.owners, 0, debugger.position)
        assert sum(each.size for each in found) == replica.state.memblock.reserved.total_size
        assert [abs(each.size) for each in found] == sorted((abs(each.size) for each in found), reverse=True)
        assert all(sum(end - start for start, end in each.ranges) == each.size for each in found)


def test_backwards_it_is_all_gone() -> None:
    debugger = at_the_end(booted(CASES[0]))
    forwards = differences(debugger.owners, 0, debugger.position)
    backwards = differences(debugger.owners, debugger.position, 0)
    assert {each.name: each.size for each in backwards} == {each.name: -each.size for each in forwards}
    assert not any(each.ranges for each in backwards)


def test_what_an_owner_had_before_is_not_new() -> None:
    debugger = at_the_end(booted(CASES[0]))
    half = debugger.position // 2
    had = [(part.start, part.end) for part in debugger.owners.reserved(half)]
    new = [
        each
        for difference in differences(debugger.owners, half, debugger.position)
        for each in difference.ranges
    ]
    assert new
    assert not [1 for start, end in new for low, high in had if start < high and low < end]


def test_nothing_differs_from_itself() -> None:
    debugger = at_the_end(booted(CASES[0]))
    assert differences(debugger.owners, debugger.position, debugger.position) == []

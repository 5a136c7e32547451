"""Where breakpoints would stop is known before anybody goes there."""

from __future__ import annotations

import pytest
from bootstep.model.debugger.breakpoints.hits import HitPlaces
from bootstep.model.debugger.debugger import Debugger
from small_boot import recorded

TRACE = recorded()


def stops(debugger: Debugger) -> list[int]:
    """The events at which a run from the start stops."""
    debugger.start()
    found: list[int] = []
    while debugger.cont().breakpoint:
        found.append(debugger.position - 1)
    return found


def test_they_are_where_a_run_stops() -> None:
    debugger = Debugger(TRACE)
    for spec, condition in (("memblock_*", "size >= 8M"), ("watch:max_pfn", None), ("log:Memory", None)):
        debugger.breakpoints.add(spec, condition=condition)
    places = HitPlaces(debugger.breakpoints)
    assert places.look(10_000)
    assert sorted(event for events in places.events() for event in events) == stops(debugger)


def test_conditions_are_tested_little_by_little() -> None:
    debugger = Debugger(TRACE)
    debugger.breakpoints.add("memblock_*", condition="size >= 8M")
    places = HitPlaces(debugger.breakpoints)
    looks = 1
    while not places.look(2):
        looks += 1
    assert looks > 2
    assert list(places.events()[0]) == stops(debugger)


def test_those_that_are_off_and_log_points_stop_nowhere() -> None:
    debugger = Debugger(TRACE)
    point = debugger.breakpoints.add("paging_init")
    debugger.breakpoints.add("memblock_reserve", message="{size}")
    places = HitPlaces(debugger.breakpoints)
    places.look(100)
    assert [len(events) for events in places.events()] == [1]
    version = places.version
    point.enabled = False
    assert places.look(100)
    assert (places.events(), places.version > version) == ([], True)


def test_an_edited_breakpoint_is_somewhere_else() -> None:
    debugger = Debugger(TRACE)
    debugger.breakpoints.add("memblock_reserve")
    places = HitPlaces(debugger.breakpoints)
    places.look(100)
    debugger.breakpoints.edit(1, "memblock_reserve", condition="size < 8M")
    places.look(100)
    assert [list(events) for events in places.events()] == [stops(debugger)]


def test_a_boot_looked_through_in_pieces_stops_where_it_does_as_a_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hits() -> list[int]:
        debugger = Debugger(TRACE)
        for spec in ("memblock_*", "watch:memblock.reserved", "op:reserve:return", "log:m"):
            debugger.breakpoints.add(spec)
        forwards = stops(debugger)
        backwards: list[int] = []
        other = Debugger(TRACE)
        other.breakpoints.add("watch:memblock.reserved")
        other.end()
        while other.reverse_cont().breakpoint:
            backwards.append(other.position - 1)
        return forwards + backwards

    whole = hits()
    assert len(whole) > 10
    for module in ("locations", "breakpoints"):
        monkeypatch.setattr(f"bootstep.model.debugger.breakpoints.{module}.CHUNK", 3)
    assert hits() == whole

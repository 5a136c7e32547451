"""Breakpoints at lines of our own source: one stands before what happens there, in its function."""

from __future__ import annotations

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.breakpoints.errors import BreakpointError
from bootstep.model.debugger.breakpoints.lines import (
    SourceLine,
    functions_of_line,
    lines_with_events,
)
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.trace.events import Kind


@pytest.fixture(scope="module")
def source() -> ModelBoot:
    boot = ModelBoot.of(read_machine("virt-512m", {}))
    boot.run()
    return boot


@pytest.fixture
def debugger(source: ModelBoot) -> Debugger:
    return Debugger(source.trace, source.facts)


def place_of(debugger: Debugger, function: str) -> SourceLine:
    """The line of the first thing that a function does."""
    enter = next(
        event
        for event in debugger.trace.of_kind(Kind.ENTER)
        if debugger.trace.function(event).name == function
    )
    return SourceLine(*debugger.trace.site(enter + 1)[:2])


@pytest.mark.parametrize("text", ["a.py", "a.py:", ":3", "a.py:x", "a.py:-3", "a.py:" + "9" * 20])
def test_what_is_no_line(text: str) -> None:
    assert SourceLine.parse(text) is None


def test_one_stops_before_the_line_in_its_function_from_both_sides(debugger: Debugger) -> None:
    place = place_of(debugger, "memblock_reserve")
    point = debugger.breakpoints.add(f"source:{place.filename}:{place.line}")
    stops: list[int] = []
    while debugger.cont().breakpoint == point.number:
        stops.append(debugger.position)
        frame = debugger.where().frames[-1]
        assert (frame.function.name, frame.site.line) == ("memblock_reserve", place.line)
    assert len(stops) == point.hits > 10
    backwards: list[int] = []
    while debugger.reverse_cont().breakpoint == point.number:
        backwards.append(debugger.position)
    assert backwards == stops[::-1]


def test_conditions_and_messages_see_the_function_of_the_line(debugger: Debugger) -> None:
    place = place_of(debugger, "memblock_reserve")
    spec = f"source:{place.filename}:{place.line}"
    debugger.breakpoints.add(spec, message="{function}: {size:d}", condition="size >= 1M")
    point = debugger.breakpoints.add(spec, condition="size >= 1M and overlaps(base, base + 1)")
    stop = debugger.cont()
    assert stop.breakpoint == point.number
    assert "before " in stop.text
    arguments = dict(debugger.where().frames[-1].arguments)
    assert arguments["size"] >= 1 << 20
    assert debugger.breakpoints.printed[0].endswith(f'"memblock_reserve": {arguments["size"]}')


def test_until_takes_a_line_too(debugger: Debugger) -> None:
    place = place_of(debugger, "memblock_reserve")
    debugger.until(f"source:{place.filename}:{place.line}")
    assert debugger.where().frames[-1].site.line == place.line


@pytest.mark.parametrize("spec", ["source:", "source:x.py", "source:x.py:9", "source:/etc/passwd:1"])
def test_a_line_where_nothing_happens_is_refused(debugger: Debugger, spec: str) -> None:
    with pytest.raises(BreakpointError):
        debugger.breakpoints.add(spec)


def test_the_lines_of_a_file_and_their_functions(debugger: Debugger) -> None:
    place = place_of(debugger, "memblock_reserve")
    lines = lines_with_events(debugger.trace, place.filename)
    assert lines[place.line] == "memblock_reserve"
    assert list(lines) == sorted(lines)
    assert [each.name for each in functions_of_line(debugger.trace, place)] == ["memblock_reserve"]

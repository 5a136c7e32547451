"""Lines of a source as places of breakpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from ..expressions.scope import Names
from .unmatched import functions_of_file

BEFORE = 1
"""A breakpoint at a line stops before what the line does: its events are those before."""


class SourceLine(Struct, frozen=True):
    """A line of one of the files that a trace was recorded from, at which something is recorded."""

    path: str
    line: int
    function: str


def line_of(file: str, line: int, names: Names) -> SourceLine | None:
    """The line of that number, or the next one of the same function at which anything is recorded; None if
    there is none, or if no file of the trace is called so."""
    paths = {
        function.filename
        for function in functions_of_file(file, names)
        if f"/{function.filename}".endswith(f"/{file}")
    }
    if len(paths) != 1:
        return None
    path = paths.pop()
    starts = sorted(function.first_line for function in names.trace.functions if function.filename == path)
    end = next((start for start in starts if start > line), 1 << 30)
    known = sorted(site.line for site in names.trace.sites if site.filename == path)
    found = next((each for each in known if line <= each < end), None)
    if found is None or not starts or line < starts[0]:
        return None
    inside = max(start for start in starts if start <= line)
    function = next(
        each.name for each in names.trace.functions if each.filename == path and each.first_line == inside
    )
    return SourceLine(path, found, function)


def before_line(place: SourceLine, names: Names) -> Callable[[int, int], Iterator[int]]:
    """Gives the events just before those of a line, from a start up to an end."""

    def candidates(start: int, stop: int) -> Iterator[int]:
        trace = names.trace
        numbers = trace.site_numbers(place.path, place.line)
        last = min(stop + BEFORE, len(trace))
        return (event - BEFORE for event in trace.at_sites(numbers, range(start + BEFORE, last)))

    return candidates

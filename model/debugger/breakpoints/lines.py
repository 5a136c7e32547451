"""Lines of a source as places of breakpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from ...trace.events import Kind
from ..expressions.scope import Names
from .unmatched import BreakpointError, functions_of_file

BEFORE = 1
"""A breakpoint at a line stops before what the line does: its events are those before."""


class SourceLine(Struct, frozen=True):
    """A line of one of the files that a trace was recorded from, at which something is recorded."""

    path: str
    line: int


def line_of(file: str, line: int, names: Names) -> SourceLine | None:
    """The line of that number, or the next one before the next function at which anything is recorded; None
    if there is none.  Of several files that are called so, the one where something is recorded at that very
    line comes first.  Raises `BreakpointError` if that leaves more than one."""
    found = [each for path in _files(file, names) if (each := _line_in(path, line, names)) is not None]
    exact = [each for each in found if each.line == line]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) > 1:
        paths = " or ".join(sorted(each.path.rpartition("/boots/")[2] for each in chosen))
        raise BreakpointError(f"{file}:{line} may be in {paths}: name more of the path")
    return chosen[0] if chosen else None


def _files(file: str, names: Names) -> list[str]:
    """The files of ours that are called so."""
    paths = {function.filename for function in functions_of_file(file, names)}
    return sorted(path for path in paths if f"/{path}".endswith(f"/{file}"))


def _line_in(path: str, line: int, names: Names) -> SourceLine | None:
    starts = (function.first_line for function in names.trace.functions if function.filename == path)
    end = min((start for start in starts if start > line), default=1 << 30)
    known = (site.line for site in names.trace.sites if site.filename == path)
    found = min((each for each in known if line <= each < end), default=None)
    return SourceLine(path, found) if found is not None else None


def before_line(place: SourceLine, names: Names) -> Callable[[int, int], Iterator[int]]:
    """Gives the events just before those of a line, returns left out, from a start up to an end."""

    def candidates(start: int, stop: int) -> Iterator[int]:
        trace = names.trace
        numbers = trace.site_numbers(place.path, place.line)
        events = range(start + BEFORE, min(stop + BEFORE, len(trace)))
        return (
            event - BEFORE for event in trace.at_sites(numbers, events) if trace.kind(event) != Kind.LEAVE
        )

    return candidates

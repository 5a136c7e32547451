"""Lines of our own source as places: a boot comes to a line whenever an event is about to happen there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ...language.words import tr
from ...trace.events import Function, Trace
from ...trace.stepping import LEAVE
from ..expressions.scope import Names
from .errors import BreakpointError
from .unmatched import functions_of_file


class SourceLine(NamedTuple):
    """A line of a file, counted from 1."""

    filename: str
    line: int

    @classmethod
    def parse(cls, text: str) -> SourceLine | None:
        """Read ``FILE:LINE``; None if that is not what it says."""
        filename, colon, line = text.rpartition(":")
        if not colon or not filename or not line.isascii() or not line.isdigit() or len(line) > 9:
            return None
        return cls(filename, int(line))


def events_of_line(trace: Trace, place: SourceLine) -> Callable[[int, int], Iterable[int]]:
    """What finds the events that happen at a line, from a start up to an end, in order.  That a call has
    returned to a line is none: the boot came to it when it made the call."""
    known, numbers = -1, frozenset[int]()

    def candidates(start: int, stop: int) -> Iterator[int]:
        nonlocal known, numbers
        if known != len(trace.sites):  # a boot that is being recorded gets more
            known, numbers = len(trace.sites), trace.site_numbers(*place)
        if not numbers:
            return iter(())
        events = trace.at_sites(numbers, range(start, stop))
        return (event for event in events if trace.kind(event) != LEAVE)

    return candidates


def lines_with_events(trace: Trace, filename: str) -> dict[int, str]:
    """The lines of a file at which something happens, in order, each with the function it belongs to."""
    found = {site.line: site.function for site in trace.sites if site.filename == filename and site.line}
    return dict(sorted(found.items()))


def functions_of_line(trace: Trace, place: SourceLine) -> tuple[Function, ...]:
    """The traced functions whose line that is, as far as sites tell it."""
    names = {site.function for site in trace.sites if site[:2] == place}
    return tuple(
        function
        for function in trace.functions
        if function.filename == place.filename and function.name in names
    )


def line_of(file: str, line: int, names: Names) -> SourceLine | None:
    """The line of that number, or the next one before the next function at which anything is recorded; None
    if there is none.  Of several files that are called so, the one where something is recorded at that very
    line comes first.  Raises `BreakpointError` if that leaves more than one."""
    found = [each for path in _files(file, names) if (each := _line_in(path, line, names)) is not None]
    exact = [each for each in found if each.line == line]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) > 1:
        paths = tr(" or ").join(sorted(each.filename.rpartition("/boots/")[2] for each in chosen))
        raise BreakpointError(
            tr("{file}:{line} may be in {paths}: name more of the path", file=file, line=line, paths=paths)
        )
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

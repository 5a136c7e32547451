"""Lines of our own source as places: a boot comes to a line whenever an event is about to happen there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ...trace.events import Function, Trace
from ...trace.stepping import LEAVE


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

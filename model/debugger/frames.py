"""Where one stands in a trace: the open functions, their arguments and lines."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ..build.kernel_source.found import Place
from ..trace import stepping as moves
from ..trace.events import Function, Site, Trace


class Frame(Struct, frozen=True):
    """A function that is open at a position: its ENTER event, its arguments by name, the line of the model it
    has got to, and its place in the kernel's source."""

    enter: int
    function: Function
    arguments: tuple[tuple[str, Any], ...]
    site: Site
    place: Place = Place("")


class Where(Struct, frozen=True):
    """Where one stands: the open functions, outermost first, what happens next and the phase of the boot;
    and which of the functions is `selected`, 0 being the innermost."""

    frames: tuple[Frame, ...]
    next_event: int | None
    phase: str
    selected: int = 0


def frames_at(trace: Trace, position: int) -> tuple[Frame, ...]:
    """The functions open at a position, outermost first."""
    enters = moves.frames_at(trace, position)
    lines = [trace.site(inner) for inner in enters[1:]]
    if enters:
        lines.append(_innermost_site(trace, enters[-1], position))
    return tuple(_frame(trace, enter, line) for enter, line in zip(enters, lines, strict=True))


def _frame(trace: Trace, enter: int, site: Site) -> Frame:
    function = trace.function(enter)
    arguments = tuple(zip(function.parameters, trace.payload(enter), strict=False))
    return Frame(enter, function, arguments, site)


def _innermost_site(trace: Trace, enter: int, position: int) -> Site:
    """The line of the event to come, if that is the function's own; else of its last one; else its first
    line."""
    if position < len(trace) and trace.parent(position) == enter:
        return trace.site(position)
    if trace.parent(position - 1) == enter:
        return trace.site(position - 1)
    function = trace.function(enter)
    return Site(function.filename, function.first_line, function.name)

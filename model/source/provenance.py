"""Where an event of a trace is known from, if the trace was made of a kernel log: a line says it, or it is
inferred from lines around.

It stands in the event's place in the source (`Site`), so that a recorded trace has it too.
"""

from __future__ import annotations

from msgspec import Struct

from ..language.words import tr
from ..trace.call_places import call_place
from ..trace.events import Trace
from ..trace.functions import Site
from .reasons import said_reason

LOGGED = "logged"
AFTER_GAP = LOGGED + " after a gap"
INFERRED = "inferred: "


class Logged(Struct, frozen=True):
    """A line of the log says so; `line` is its number in the file, counted from 1.  `after_gap` says that
    lines before it are missing in the file."""

    line: int
    after_gap: bool = False

    @property
    def why(self) -> str:
        """In words."""
        return tr("line {line} of the log", line=self.line)


class Inferred(Struct, frozen=True):
    """No line says so; `why` is a reason in words, and `line` the line of the file that it follows from (0:
    none in particular)."""

    line: int
    why: str


Provenance = Logged | Inferred
"""Whether an event was logged or inferred."""


def logged_at(file: str, line: int, after_gap: bool = False) -> Site:
    """The place of an event that a line of a log says."""
    return Site(file, line, AFTER_GAP if after_gap else LOGGED)


def inferred_at(file: str, line: int, why: str) -> Site:
    """The place of an event that follows from a line of a log, and from what else `why` says."""
    return Site(file, line, INFERRED + why)


def provenance(trace: Trace, event: int) -> Provenance | None:
    """Where an event is known from; None in a trace that no log was made into."""
    site = trace.site(event)
    if site.function in (LOGGED, AFTER_GAP):
        return Logged(site.line, site.function == AFTER_GAP)
    if site.function.startswith(INFERRED):
        return Inferred(site.line, site.function.removeprefix(INFERRED))
    return None


def caller_words(trace: Trace, frame: int, nobody: str) -> str:
    """Who called the function entered at `frame`, or why it is inferred that it was called: whose frame it
    then lies in is known by the kernel's order only.  `nobody` is what is said if no caller is known."""
    where = provenance(trace, frame)
    if isinstance(where, Inferred):
        return tr("inferred, {why}", why=said_reason(where.why))
    place = call_place(trace.site(frame))
    if place is not None:
        return tr("called at {place}", place=place.words())
    caller = trace.callers(frame)
    return tr("called from {caller}", caller=caller) if caller else nobody


def is_from_log(trace: Trace) -> bool:
    """Whether a trace was made of a kernel log."""
    return len(trace) > 0 and provenance(trace, 0) is not None


def log_event_at(trace: Trace, line: int) -> int | None:
    """The LOG event of a line of the file, or of the last line before it that the log has; None if there is
    none, or the trace was made of no log."""
    found = None
    for event in trace.logs:
        where = provenance(trace, event)
        if where is None or where.line > line:
            break
        found = event
    return found


def time_of(trace: Trace, event: int) -> float | None:
    """The kernel's time in seconds of a LOG event that a line of a log is: the value behind its text; None if
    the line has none."""
    values = trace.payload(event)
    return values[1] if len(values) > 1 and isinstance(values[1], float) else None

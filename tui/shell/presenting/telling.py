"""The speaker's notes of the moment that the application shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ....model.base.units import printable
from ....model.language.words import local
from ...session.presenting.notes import LOG_LINES, LONGEST_TEXT, Notes

if TYPE_CHECKING:
    from ...session.context import Context
    from ...session.presenting.timer import Timer
    from ...session.session import Session
    from ...session.touring import Touring

LONGEST_LINE = 300
"""Characters of a line of the log."""


def notes_of(context: Context, timer: Timer) -> Notes:
    """Where one is, and what is said there."""
    session, snapshot = context.session, context.snapshot
    if session is None or snapshot is None:
        return Notes(elapsed=timer.elapsed(), minutes=timer.minutes)
    position = session.debugger.position
    is_there = context.touring.is_at_stop(session.debugger.trace, position)
    notes = Notes(
        machine=_text(snapshot.facts.name),
        place=_text(session.debugger.position_name()) if snapshot.finished else "",
        phase=_text(snapshot.where.phase),
        elapsed=timer.elapsed(),
        minutes=timer.minutes,
        log=_last_lines(session),
    )
    return _with_tour(notes, context.touring, is_there)


def _text(text: str) -> str:
    return printable(text[:LONGEST_TEXT])


def _last_lines(session: Session) -> tuple[str, ...]:
    """The last lines of the log there."""
    trace = session.debugger.trace
    count = trace.log_count(session.debugger.position)
    events = [trace.logs[index] for index in range(max(count - LOG_LINES, 0), count)]
    return tuple(_text(trace.log_text(event)[:LONGEST_LINE]).replace("\n", " ") for event in events)


def _with_tour(notes: Notes, touring: Touring, is_there: bool) -> Notes:
    """The same with what the tour has for the speaker, if one is on."""
    place, course, tour, page = touring.place, touring.course, touring.tour, touring.page
    if place is None or course is None or tour is None:
        return notes
    behind = course.places[touring.index + 1 : touring.index + 2]
    question = page.question if page is not None else None
    return replace(
        notes,
        tour=_text(local(tour.title)),
        at=touring.index + 1,
        of=len(course.places),
        is_away=not is_there,
        title=_text(page.title if page is not None else local(place.stop.title)),
        next=_text(local(behind[0].stop.title)) if behind else "",
        notes=_text(page.notes) if page is not None else "",
        say=_text(page.say) if page is not None else "",
        question=_text(question.ask) if question is not None else "",
        answer=_text(question.answer) if question is not None else "",
        explain=_text(question.explain) if question is not None else "",
    )

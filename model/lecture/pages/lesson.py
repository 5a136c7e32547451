"""The moments of a page, made one after another."""

from __future__ import annotations

from collections.abc import Sequence

from ...base.errors import InputError
from ...debugger.debugger import Debugger
from ...language.words import tr
from ...trace.events import Kind
from .choosing import MAJOR, chosen
from .content import Step, printed_lines, step
from .stop import PageStop

MOST_STEPS = 1200
"""So many moments can still be looked at, and a browser holds them."""


def lesson(debugger: Debugger, stops: Sequence[PageStop], leaves_out: bool = False) -> list[Step]:
    """What is shown at some stops, in their order; if it `leaves_out`, not where nothing has changed since
    the stop before, unless a call begins there.  Raises `InputError`: there are too many."""
    if len(stops) > MOST_STEPS:
        raise InputError(
            tr(
                "{count} steps are too many for one page, at most {most}: a shorter range (--from, --to) or "
                "--every phase has fewer",
                count=len(stops),
                most=MOST_STEPS,
            )
        )
    printed = printed_lines(debugger.trace)
    found: list[Step] = []
    for number, stop in enumerate(stops):
        made = step(debugger, stop, printed)
        is_last = number == len(stops) - 1
        if not leaves_out or not found or is_last or _has_something(debugger, found[-1], made):
            found.append(made)
    return found


def _has_something(debugger: Debugger, before: Step, now: Step) -> bool:
    """Whether a step shows something that the one before did not, or asks something."""
    return (
        bool(now.stop.questions)
        or before.parts != now.parts
        or debugger.trace.kind(now.position - 1) == Kind.ENTER
    )


def lesson_between(
    debugger: Debugger, start: int, end: int, every: str = MAJOR, questions: int = 0, seed: int = 0
) -> list[Step]:
    """What is shown from a position to another one, both included, where nobody chose the stops; `every` says
    how fine they are, see `chosen`.  So many `questions` are asked, made by chance from a `seed`.  Raises
    `InputError`: there are too many steps."""
    stops = list(chosen(debugger, start, end, every))
    return lesson(debugger, asking(debugger, stops, questions, seed), every == MAJOR)


def asking(debugger: Debugger, stops: Sequence[PageStop], questions: int, seed: int) -> Sequence[PageStop]:
    """Stops with so many questions between them."""
    if not questions:
        return stops
    from .from_questions import with_questions  # few lessons ask any

    return with_questions(debugger, stops, questions, seed)

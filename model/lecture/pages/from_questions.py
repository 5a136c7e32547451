"""Questions made of a boot, put between the moments of a page: each is asked where it is still open, and
there is a moment after it at which its answer can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from msgspec.structs import replace

from ...debugger.debugger import Debugger
from ..questions.making import MOST, questions
from ..questions.material import Material
from ..questions.question import Question as MadeQuestion
from .stop import PageStop, Question
from .telling import told


def with_questions(debugger: Debugger, stops: Sequence[PageStop], count: int, seed: int) -> list[PageStop]:
    """The stops, at least one, with as many questions between the first and the last position as are asked
    for, or as can be made: always the same for a boot and a seed.  Stops that are not in the order of the
    boot stay in theirs."""
    material = Material(debugger.trace, debugger.facts)
    first, last = min(stop.position for stop in stops), max(stop.position for stop in stops)
    inside = (
        each
        for each in questions(material, MOST if last - first < len(debugger.trace) else count, seed)
        if first <= each.position and each.reveal <= last
    )
    found = list(stops)
    for question in islice(inside, count):
        _put(found, debugger, question.position, as_shown(question))
        _put(found, debugger, question.reveal)
    return found


def as_shown(question: MadeQuestion) -> Question:
    """A question as a page shows it: its answer reads as the choice that is right."""
    answer = next((each.text for each in question.choices if each.value == question.answer), question.shown)
    why = f"{question.explanation} ({question.place})" if question.place else question.explanation
    return Question(question.text, answer, why, tuple(choice.text for choice in question.choices))


def _put(stops: list[PageStop], debugger: Debugger, position: int, question: Question | None = None) -> None:
    """Have a stop at a position, and let it ask a question."""
    at = next((at for at, stop in enumerate(stops) if stop.position == position), None)
    if at is None:
        at = _place(stops, position)
        stops.insert(at, told(debugger, position))
    if question is not None:
        stops[at] = replace(stops[at], questions=(*stops[at].questions, question))


def _place(stops: Sequence[PageStop], position: int) -> int:
    """Where a position belongs among the stops: before the first that lies behind it."""
    return next((at for at, stop in enumerate(stops) if stop.position > position), len(stops))

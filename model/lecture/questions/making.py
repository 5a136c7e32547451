"""Questions made from a boot, by chance and always the same for the same seed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import cycle
from random import Random

from ...trace.events import Kind as Kinds
from .kind import Kind
from .material import Material
from .question import Question
from .table import KINDS

MOST = 200
"""So many questions are made at once."""
FRUITLESS = 40
"""After so many events of which no new question comes, no more of a kind are looked for."""


def questions(
    material: Material,
    count: int,
    seed: int,
    kinds: Sequence[Kind] = KINDS,
    difficulty: int | None = None,
) -> list[Question]:
    """As many questions as are asked for, or as can be made, of these kinds in turn, in the order of the
    boot; of one `difficulty` alone if that is given.  The same boot, seed and wishes give
    the same questions."""
    order = [kind for kind in kinds if kind.can_be_asked(material)]
    Random(f"{seed} kinds").shuffle(order)
    sources = [_of_kind(material, kind, Random(f"{seed} {kind.name}"), difficulty) for kind in order]
    found: list[Question] = []
    while sources and len(found) < min(count, MOST):
        for source in list(sources):
            question = next(source, None)
            if question is None:
                sources.remove(source)
            elif len(found) < min(count, MOST):
                found.append(question)
    return sorted(found, key=lambda question: (question.position, question.kind, question.text))


def question_near(
    material: Material,
    kind: Kind,
    position: int,
    seed: int = 1,
    difficulty: int | None = None,
    asker: str = "",
) -> Question | None:
    """The question of a kind whose place is next at or after a position, else the last one before it; with an
    `asker`, only of calls that a function of that name makes or is.  None if there is none."""
    chance = Random(f"{seed} {kind.name}")
    if not kind.can_be_asked(material):
        return None
    events = sorted(event for group in kind.places(material).values() for event in group)
    events = [event for event in events if not asker or _is_asked_by(material, event, asker)]
    first = bisect_left(events, position)
    for event in (*events[first:], *events[:first][::-1]):
        question = kind.make(material, event, chance)
        if question is not None and difficulty in (None, question.difficulty):
            return question
    return None


def _is_asked_by(material: Material, event: int, asker: str) -> bool:
    """Whether an event is a call of a function, or happens in one."""
    trace = material.trace
    calls = [*trace.outwards(event), *([event] if trace.kind(event) == Kinds.ENTER else [])]
    return any(material.name(enter) == asker for enter in calls)


def stops_of(material: Material, questions: Sequence[Question]) -> list[Question]:
    """Those of some questions that a step can be stopped for: which are about the call that comes next, and
    are answered when that has returned.  Of several at one place, the first."""
    trace = material.trace
    found: dict[int, Question] = {}
    for question in questions:
        at = question.position
        if trace.kind(at) == Kinds.ENTER and question.reveal <= trace.partner(at) + 1:
            found.setdefault(at, question)
    return list(found.values())


def _of_kind(material: Material, kind: Kind, chance: Random, difficulty: int | None) -> Iterator[Question]:
    """Questions of one kind, no two alike, each of another group of events as long as there is one."""
    groups = [list(events) for events in kind.places(material).values() if events]
    chance.shuffle(groups)
    asked: set[tuple[str, int]] = set()
    fruitless = 0
    for group in cycle(groups):
        question = kind.make(material, chance.choice(group), chance)
        is_wanted = question is not None and difficulty in (None, question.difficulty)
        if question is None or not is_wanted or (question.text, question.position) in asked:
            fruitless += 1
            if fruitless > max(FRUITLESS, 2 * len(groups)):
                return
            continue
        fruitless = 0
        asked.add((question.text, question.position))
        yield question

"""Questions made from a boot, by chance and always the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from random import Random

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

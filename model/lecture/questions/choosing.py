"""The answers that are offered: the right one, and wrong ones that somebody could come to; and the
sentences that explain them, in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

from ...language.words import ENGLISH, language
from .question import Choice, Value

MOST = 4
"""So many choices a question has."""
POOL = 6
"""Wrong answers are drawn from the first so many, which are the likeliest."""


def choices_of(
    chance: Random, answer: Value, wrong: Iterable[Value], shown: Callable[[Value], str]
) -> tuple[Choice, ...]:
    """The answer among wrong ones, numbers in their order, anything else shuffled.  `wrong` may hold
    anything, the likeliest first: what reads as another choice does is left out, and what is negative."""
    taken = {shown(answer)}
    pool: list[Choice] = []
    for value in wrong:
        if value == answer or (isinstance(value, int) and value < 0) or shown(value) in taken:
            continue
        taken.add(shown(value))
        pool.append(Choice(value, shown(value)))
        if len(pool) == POOL:
            break
    chosen = [*chance.sample(pool, min(MOST - 1, len(pool))), Choice(answer, shown(answer))]
    numbers = [(choice.value, choice) for choice in chosen if isinstance(choice.value, int)]
    if len(numbers) == len(chosen):
        return tuple(choice for _, choice in sorted(numbers, key=lambda pair: pair[0]))
    chosen.sort(key=lambda choice: str(choice.value))
    chance.shuffle(chosen)
    return tuple(chosen)


def around(number: int, *steps: int) -> list[int]:
    """The neighbours of a number, the nearest first."""
    return [value for step in steps or (1, 2) for value in (number + step, number - step) if value >= 0]


def one_after_other(sentences: Iterable[str]) -> str:
    """Sentences in a row, as the chosen language has it: only English parts them by a space."""
    return (" " if language() == ENGLISH else "").join(sentences)

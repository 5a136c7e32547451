"""A kind of question: what in a boot it can be asked about, and how one is made of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from msgspec import Struct

from .material import Material
from .question import Question, Value

Places = Mapping[str, Sequence[int]]
"""Events that questions can be about, in groups of those that are alike, so that a thousand like calls do not
hide the one that is not."""


def says_nothing(material: Material, question: Question, given: Value) -> str:
    """Nothing more is to be said of a wrong answer."""
    return ""


class Kind(Struct, frozen=True):
    """One kind: its `name`, what it is `about` in words for people, and the capabilities of a source that it
    `needs`.  `places` finds what it can be asked about; `make` makes a question about one of these events, by
    chance where there is more than one, or None if there is nothing to ask.  `compare` says of a wrong answer
    what is there instead, in a sentence."""

    name: str
    about: str
    needs: tuple[str, ...]
    places: Callable[[Material], Places]
    make: Callable[[Material, int, Random], Question | None]
    compare: Callable[[Material, Question, Value], str] = says_nothing

    def can_be_asked(self, material: Material) -> bool:
        """Whether the source tells what this is about."""
        return not material.facts.can.missing(self.needs)


def grouped(material: Material, events: Sequence[int], key: Callable[[int], str]) -> Places:
    """Events in groups of those with the same key, in the order of their first ones."""
    found: dict[str, list[int]] = {}
    for event in events:
        found.setdefault(key(event), []).append(event)
    return found

"""The question that a tour names by its kind: made of the boot, at the stop where it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...base.errors import InputError
from ...base.units import printable
from ...language.words import tr
from .making import question_near
from .material import Material
from .question import HARD, Question
from .table import kind_named

OPTIONS = ("seed", "difficulty", "by")
"""What a tour may say of such a question: a seed, a difficulty, the function that asks."""


def made_question(
    material: Material, kind: str, options: Mapping[str, Any], position: int
) -> Question | None:
    """The question of a kind next to a position; None if this boot has none.  Raises `InputError` for an
    unknown kind, and for options that are none or have a wrong value."""
    found = kind_named(kind)
    for name in options:
        if name not in OPTIONS:
            known = ", ".join(OPTIONS)
            raise InputError(
                tr("question: there is no {name}, only {known}", name=printable(name), known=known)
            )
    by = options.get("by", "")
    if not isinstance(by, str):
        raise InputError(tr("question: by is the name of a function"))
    difficulty = _number(options, "difficulty", HARD) if "difficulty" in options else None
    seed = _number(options, "seed", 10**9) if "seed" in options else 1
    return question_near(material, found, position, seed, difficulty, by)


def _number(options: Mapping[str, Any], name: str, most: int) -> int:
    value = options[name]
    if type(value) is not int or not 1 <= value <= most:
        raise InputError(tr("question: {name} is a number from 1 to {most}", name=name, most=most))
    return value

"""What a lesson and its files are called."""

from __future__ import annotations

import re

from ...language.words import tr
from ...source.facts import Facts
from .content import Step


def title_of(facts: Facts) -> str:
    """What stands above a lesson about a boot where nobody says anything else."""
    return tr("How {machine} finds its memory", machine=facts.name)


def about_of(facts: Facts) -> str:
    """Whose boot it is, in a line."""
    return f"{facts.name} · {facts.arch.name} · Linux {facts.release} · {tr(facts.kind)}"


def slide_name(number: int, count: int, step: Step) -> str:
    """The name of a picture's file: they are in order, and say where they are."""
    where = re.sub(r"[^A-Za-z0-9_]+", "-", step.name).strip("-")[:60]
    return f"{number:0{max(len(str(count)), 2)}}-{where}.svg"

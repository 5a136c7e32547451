"""Changes of the kernel's variables in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from ...debugger.inspect.answers import Said
from ...language.words import local, tr
from ...text.variables import VariableWords
from ...trace.changes import Assign, Change
from ..texts import tables
from .ground import Ground

FILE = Path(__file__).with_name("variables.toml")


def meaning(name: str) -> str:
    """What a variable of the kernel is, to be said behind its name; "" if it has no sentence."""
    found = tables(FILE).get(name)
    return local(found) if found else ""


def variable_changes(ground: Ground, event: int) -> Iterator[Said]:
    """What variables an event set, to what, and what they are."""
    words = VariableWords(ground.arch.variables)
    for change in cast("tuple[Change, ...]", ground.trace.payload(event)):
        if not isinstance(change, Assign):
            continue
        name = str(change.key)
        value = _text(ground, words, name, change.new)
        if change.old is None or not _text(ground, words, name, change.old):
            yield Said(tr("{variable} is {value} now.", variable=name, value=value))
        else:
            old = _text(ground, words, name, change.old)
            yield Said(tr("{variable} is {value} now, no longer {old}.", variable=name, value=value, old=old))
        if about := meaning(name):
            yield Said(tr("{variable} is {meaning}.", variable=name, meaning=about))
        before = ground.occurrences.last_change(name, event)
        if before is not None:
            yield Said(tr("It was set before at event {event}.", event=before), before)


def _text(ground: Ground, words: VariableWords, name: str, value: object) -> str:
    return " ".join(words.text(name, value, ground.page_size).split()) if value is not None else ""

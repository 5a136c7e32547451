"""The names that owners, rows of ledgers and causes have, in the chosen language.

What has memory is told by a name, and the name is what the code compares, counts by and writes into JSON:
it stays English there, and is said in another language only where people read it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..language.words import ENGLISH, language, tr, translatable

TEMPLATES = (
    translatable("{owner} (no-map)"),
    translatable("reserved memory {node}"),
    translatable("device tree {path}"),
    translatable("CMA area '{name}'"),
    translatable("CMA area {name}"),
    translatable("{tablename} hash table"),
    translatable("command line {words}"),
    translatable("line {line} of the log"),
    translatable("inferred, {why}"),
    translatable("kept by firmware: {kind}"),
    translatable("taken out of the map: {range} is {kind}"),
    translatable("free again: {what}"),
    translatable("{owner} of holes in sections"),
)
"""Names with something in them that is a name itself; the first that fits counts."""
SAID_TOO = ("why", "owner")
"""What is in a name and has a translation of its own, if it is a name of ours."""


def said(name: str) -> str:
    """A name in the chosen language; as it is, where nobody has translated it."""
    return name if language() == ENGLISH else _said(language(), name)


@lru_cache(maxsize=1 << 12)
def _said(language: str, name: str) -> str:
    whole = tr(name)
    if whole != name:
        return whole
    for template, pattern in _patterns():
        if found := pattern.fullmatch(name):
            values = found.groupdict()
            return tr(
                template,
                **{
                    key: _said(language, value) if key in SAID_TOO else value for key, value in values.items()
                },
            )
    return name


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each template, and what it reads like."""
    return tuple(
        (template, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template)), re.DOTALL))
        for template in TEMPLATES
    )

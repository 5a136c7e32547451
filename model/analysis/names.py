"""The names that owners, rows of ledgers and causes have, in the chosen language.

What has memory is told by a name, and the name is what the code compares, counts by and writes into JSON:
it stays English there, and is said in another language only where people read it.
"""

from __future__ import annotations

from ..language.templates import Templates
from ..language.words import tr, translatable
from ..source.reasons import said_reason

_NAMES = Templates(
    (
        translatable("{owner} (no-map)"),
        translatable("reserved memory {node}"),
        translatable("device tree {path}"),
        translatable("CMA area '{name}'"),
        translatable("CMA area {name}"),
        translatable("{tablename} hash table"),
        translatable("command line {words}"),
        translatable("line {line} of the log"),
        translatable("kept by firmware: {kind}"),
        translatable("taken out of the map: {range} is {kind}"),
        translatable("free again: {what}"),
        translatable("{owner} of holes in sections"),
    ),
    said_too=("owner",),
)
"""Names with something in them that is a name itself."""


def said(name: str) -> str:
    """A name in the chosen language; as it is, where nobody has translated it."""
    inferred = name.removeprefix("inferred, ")
    if inferred != name:
        return tr("inferred, {why}", why=said_reason(inferred))
    return _NAMES.said(name)

"""How the arguments, results and local variables of a boot function read: numbers as people write them,
records field by field, functions and other objects by their name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any

from ..base.units import value_text
from ..language.templates import Templates
from ..language.words import tr, translatable
from ..source.trace_source import Local
from ..trace.described import Thing, object_words, type_name

MOST_ITEMS = 4
"""So many elements of a list are shown."""
LONGEST = 72
"""Characters of one value."""


def locals_in_words(values: Mapping[str, Any]) -> tuple[Local, ...]:
    """Local variables in the order they got their first value; functions and modules are no values."""
    return tuple(
        Local(name, local_text(name, value))
        for name, value in values.items()
        if name.isidentifier() and not isinstance(value, FunctionType | ModuleType)
    )


def local_text(name: str, value: Any) -> str:
    """A value in one line, shortened where it is long."""
    return shortened_text(whole_text(name, value))


def shortened_text(text: str) -> str:
    """The text of a value, cut where it is long."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def whole_text(name: str, value: Any) -> str:
    """A value in one line, however long."""
    if isinstance(value, Enum | FunctionType | Thing):
        return object_words(value)
    if value is None or isinstance(value, bool | int | str):
        return value_text(name, value)
    if isinstance(value, bytes | bytearray):
        more = tr(" … {count} bytes", count=len(value)) if len(value) > 2 * MOST_ITEMS else ""
        return f"[{value[: 2 * MOST_ITEMS].hex(' ')}{more}]"
    if hasattr(value, "_fields"):
        fields = (f"{each}={whole_text(each, getattr(value, each))}" for each in value._fields)
        return f"{type_name(value)}({', '.join(fields)})"
    if isinstance(value, Mapping):
        pairs = (f"{whole_text('', key)}: {whole_text('', each)}" for key, each in value.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        return _listed("{", pairs, "}", len(value))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, list | tuple | set | frozenset):
        items = (whole_text(name.removesuffix("s"), each) for each in value)  # pyright: ignore[reportUnknownVariableType]
        return _listed("[", items, "]", len(value))  # pyright: ignore[reportUnknownArgumentType]
    return object_words(value)


def _listed(start: str, items: Iterable[str], end: str, count: int) -> str:
    shown = [item for item, _ in zip(items, range(MOST_ITEMS), strict=False)]
    more = tr(", … {count} in all", count=count) if count > MOST_ITEMS else ""
    return f"{start}{', '.join(shown)}{more}{end}"


def node_text(nid: int, max_numnodes: int) -> str:
    """A node by its number, or that it is none, as `node_words`, in the chosen language."""
    return tr("node {nid}", nid=nid) if 0 <= nid < max_numnodes else tr("no node")


_LEVELS = Templates((translatable("level {level}"),), ())


def level_text(words: str) -> str:
    """The level of a page table as an architecture calls it (``level_words``), in the chosen language."""
    return _LEVELS.said(words)

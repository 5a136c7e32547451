"""The values of variables, read from registers and the stack, and in words."""

from __future__ import annotations

from typing import NamedTuple

from ....model.build.dwarf.frames.records import ValueType, Variable
from ....model.text.values import local_text, shortened_text
from ..functions.traced import number_of
from .expressions import Around, Located, Unknown, evaluated

MOST_ITEMS = 6
"""Elements of an array that are shown."""


class Parts(NamedTuple):
    """The members of a structure, by name, or the elements of an array, without names; `more` are not
    there."""

    parts: tuple[tuple[str, Value], ...]
    more: bool = False


class Unread(NamedTuple):
    """A value that is not read: what C calls its type."""

    type: str


Value = int | bool | str | Parts | Unread
"""A number, true or false, the name of an enumeration's value, or what is made of these."""


def value_of(variable: Variable, around: Around) -> Value:
    """A variable's value.  Raises `Unknown`."""
    if variable.place is None:
        raise Unknown
    kind, found = variable.type, evaluated(variable.place, around)
    if isinstance(found, Located):
        if not kind.is_number and not kind.members and kind.items is None:
            return Unread(kind.name)
        return _read(kind, around.memory(found.address, kind.size))
    if kind.is_number:
        return _number(kind, found)
    return _read(kind, found.to_bytes(8, "little"))


def _read(kind: ValueType, data: bytes) -> Value:
    """What some bytes are.  Raises `Unknown` if they are too few."""
    if len(data) < kind.size:
        raise Unknown
    if kind.is_number:
        return _number(kind, int.from_bytes(data[: kind.size], "little"))
    if kind.members:
        read = [(name, _read(each, data[at:])) for name, at, each in kind.members]
        return Parts(tuple(read))
    if kind.items is not None and kind.items.size:
        size, shown = kind.items.size, min(kind.length, MOST_ITEMS)
        items = [("", _read(kind.items, data[at * size :])) for at in range(shown)]
        return Parts(tuple(items), more=kind.length > shown)
    return Unread(kind.name)


def _number(kind: ValueType, held: int) -> Value:
    value = number_of(held, kind.size, kind.is_signed, kind.is_boolean)
    return kind.enumerators.get(value, value)


def value_words(name: str, value: Value) -> str:
    """A value in one line, for something of that name, shortened where it is long."""
    return shortened_text(_words(name, value))


def _words(name: str, value: Value) -> str:
    if isinstance(value, Parts):
        parts = [
            f"{part} = {_words(part, each)}" if part else _words(name, each) for part, each in value.parts
        ]
        return f"{{{', '.join([*parts, *(['…'] if value.more else [])])}}}"
    if isinstance(value, Unread):
        return f"{value.type} {{...}}"
    return value if isinstance(value, str) else local_text(name, value)

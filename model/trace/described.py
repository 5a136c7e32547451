"""Values of a trace that outlive what made them: in a file there are no classes and no functions of a boot,
only what they were called and what they held.  They read as what they stand for."""

from __future__ import annotations

from enum import Enum
from types import FunctionType
from typing import Any


class Record:
    """A record of a class that is not at hand: its name, its fields, their values."""

    __slots__ = ("_fields", "_values", "type_name")

    def __init__(self, type_name: str, fields: tuple[str, ...], values: tuple[Any, ...]) -> None:
        self.type_name = type_name
        self._fields = fields
        self._values = values

    def __getattr__(self, name: str) -> Any:
        if name not in Record.__slots__ and name in self._fields:
            return self._values[self._fields.index(name)]
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.parts() == other.parts()

    def __hash__(self) -> int:
        return hash(self.parts())

    def __repr__(self) -> str:
        pairs = (f"{name}={value!r}" for name, value in zip(self._fields, self._values, strict=True))
        return f"{self.type_name}({', '.join(pairs)})"

    def parts(self) -> tuple[str, tuple[str, ...], tuple[Any, ...]]:
        """The name of the class, those of the fields, the values."""
        return self.type_name, self._fields, self._values


class Thing(str):
    """What is no data at all, a function or a node of the device tree, by the words that stand for it."""

    __slots__ = ()


def type_name(value: object) -> str:
    """The class of a value, or of what it stands for."""
    return value.type_name if isinstance(value, Record) else type(value).__name__


def object_words(value: object) -> str:
    """A function, an enumerator or any object, in words: its name, or its class and the name it goes by."""
    if isinstance(value, Thing):
        return str(value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, FunctionType):
        return value.__name__
    for attribute in ("path", "name"):
        called = getattr(value, attribute, None)
        if isinstance(called, str) and called:
            return f"{type(value).__name__} {called}"
    return type(value).__name__

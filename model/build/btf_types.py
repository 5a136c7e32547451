"""Types of BTF by their numbers: what they are called in C, and how large they are.  Names are the same as
those that `dwarf/types.py` makes."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from .dwarf.types import DEEPEST, POINTER_SIZE

INT, POINTER, ARRAY, STRUCT, UNION, ENUM, FORWARD, TYPEDEF, VOLATILE, CONST, RESTRICT = range(1, 12)
FUNCTION_PROTOTYPE, FLOAT, TYPE_TAG, ENUM64 = 13, 16, 18, 19
KEYWORDS = {STRUCT: "struct", UNION: "union", ENUM: "enum", ENUM64: "enum"}
QUALIFIERS = {CONST: "const ", VOLATILE: "volatile "}
UNION_FORWARD = 1 << 31
SIGNED = 1 << 24
"""Of the word behind an INT: BTF_INT_SIGNED, as BTF_INT_ENCODING has it."""


class BtfTypes:
    """All types of some BTF: `places` has where each begins, type 1 first; `name` reads a string of it."""

    def __init__(self, data: bytes, places: array[int], name: Callable[[int], str]) -> None:
        self._data = data
        self._places = places
        self._name = name

    def name(self, number: int, depth: int = 0) -> str:
        """What C calls a type.  Raises IndexError for a number that no type has."""
        if number == 0:
            return "void"
        if depth > DEEPEST:
            return ""
        kind, name_at, info, refers = self._read(number)
        name = self._name(name_at)
        if keyword := KEYWORDS.get(kind):
            return f"{keyword} {name or '{...}'}"
        if kind == FORWARD:
            return f"{'union' if info & UNION_FORWARD else 'struct'} {name}"
        if kind in (INT, FLOAT, TYPEDEF):
            return name
        if kind == ARRAY:
            element, count = self._array(number)
            base, bracket, rest = self.name(element, depth + 1).partition("[")
            return f"{base}[{count or ''}]{bracket}{rest}"
        if kind == FUNCTION_PROTOTYPE:
            return f"{self.name(refers, depth + 1)} ()"
        inner = self.name(refers, depth + 1)
        if kind == POINTER:
            return f"{inner}*" if inner.endswith("*") else f"{inner} *"
        return f"{QUALIFIERS.get(kind, '')}{inner}"

    def size(self, number: int, depth: int = 0) -> int:
        """Bytes of a type, 0 where that is not told."""
        if number == 0 or depth > DEEPEST:
            return 0
        kind, _, _, size = self._read(number)
        if kind == POINTER:
            return POINTER_SIZE
        if kind == ARRAY:
            element, count = self._array(number)
            return self.size(element, depth + 1) * count
        if kind in (TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG):
            return self.size(size, depth + 1)
        return size if kind in (INT, STRUCT, UNION, ENUM, ENUM64, FLOAT) else 0

    def is_signed(self, number: int, depth: int = 0) -> bool:
        """Whether a type is of whole numbers that may be below 0."""
        if number == 0 or depth > DEEPEST:
            return False
        kind, _, _, refers = self._read(number)
        if kind == INT:
            return bool(self._words(self._places[number - 1] + 12, 1)[0] & SIGNED)
        return kind in (TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG) and self.is_signed(refers, depth + 1)

    def _words(self, at: int, count: int) -> tuple[int, ...]:
        return tuple(int.from_bytes(self._data[at + 4 * n : at + 4 * n + 4], "little") for n in range(count))

    def _read(self, number: int) -> tuple[int, int, int, int]:
        """Kind, where the name is, the word of flags, and the size or the type it refers to."""
        name_at, info, size = self._words(self._places[number - 1], 3)
        return info >> 24 & 31, name_at, info, size

    def _array(self, number: int) -> tuple[int, int]:
        element, _, count = self._words(self._places[number - 1] + 12, 3)
        return element, count

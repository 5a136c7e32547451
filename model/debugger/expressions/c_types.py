"""The names of C's types as people write them, in casts, ``sizeof``, ``ptype``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...build.structures import BASE_SIZES, TYPEDEFS

LONGEST_TYPE = 16
"""Words of a type."""
KEYWORDS = frozenset(("struct", "union", "enum"))
QUALIFIERS = frozenset(("const", "volatile"))
WORDS = frozenset(("unsigned", "signed", "long", "short", "int", "char", "void", "bool", "_Bool"))
NAMED = frozenset((*BASE_SIZES, *TYPEDEFS))


class TypeWords(NamedTuple):
    """A type as C writes it, and the number of the word after it."""

    words: str
    end: int


def read_type(texts: Sequence[str], first: int = 0) -> TypeWords | None:
    """The type that some words begin with, the first of which has the number `first`; None if they begin with
    none."""
    at = 0
    while at < len(texts) and texts[at] in QUALIFIERS:
        at += 1
    if at < len(texts) and texts[at] in KEYWORDS:
        if at + 1 >= len(texts) or not texts[at + 1].isidentifier():
            return None
        name = f"{texts[at]} {texts[at + 1]}"
        at += 2
    else:
        start = at
        while at < len(texts) and texts[at] in WORDS:
            at += 1
        if at > start:
            name = _base(texts[start:at])
        elif at < len(texts) and texts[at] in NAMED:
            name, at = texts[at], at + 1
        else:
            return None
    stars = 0
    while at < len(texts) and texts[at] in ("*", "const"):
        stars += texts[at] == "*"
        at += 1
    return TypeWords(f"{name} {'*' * stars}".rstrip(), first + at) if name else None


def _base(words: Sequence[str]) -> str:
    """One of C's own types in its usual order of words; "" for words that make none."""
    if len(words) == 1:
        return {"unsigned": "unsigned int", "signed": "int"}.get(words[0], words[0])
    longs, is_unsigned = words.count("long"), "unsigned" in words
    rest = [word for word in words if word not in ("long", "unsigned", "signed", "int")]
    if longs > 2 or len(rest) > 1 or (rest and (longs or rest[0] not in ("char", "short"))):
        return ""
    core = rest[0] if rest else " ".join(["long"] * longs) or "int"
    return f"unsigned {core}" if is_unsigned else core

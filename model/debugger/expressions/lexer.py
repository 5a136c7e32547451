"""The words of an expression: numbers with sizes, strings, names, operators."""

from __future__ import annotations

import re

from msgspec import Struct

from ...base.units import parse_size
from ...language.words import tr

LONGEST, MOST_WORDS, DEEPEST = 4000, 400, 25
"""How long and how deep an expression may be, in characters, words and brackets."""
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")


class ExpressionError(ValueError):
    """What is wrong with an expression, in one sentence that names the place."""

    def __init__(self, words: str, column: int) -> None:
        self.column = column
        super().__init__(tr("{words} at column {column}", words=words, column=column + 1))


class UnknownName(ExpressionError):
    """A name that stands for nothing."""


class UnknownField(ExpressionError):
    """A field that a structure has not."""


class Token(Struct, frozen=True):
    """A word: its kind ("number", "string", "name", "operator" or "end"), its text and where it stands."""

    kind: str
    text: str
    start: int
    end: int

    def number(self) -> int:
        """The value of a number.  C's suffixes U and L mean nothing here."""
        try:
            return parse_size(self.text.rstrip("uUlL"))
        except ValueError as error:
            raise ExpressionError(str(error), self.start) from None


_TOKEN = r"""\s*(?:
    (?P<number>0[xX][0-9a-fA-F]+(?:[KMGTPkmgtp](?:i?B)?)?[uUlL]*|\d+(?:\.\d+)?(?:[KMGTPEkmgtpe](?:i?B)?|B)?[uUlL]*)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
    |(?P<operator>->|<<|>>|<=|>=|==|!=|&&|\|\||//|[-+*/%&|^~!<>()\[\]{},.@])
    )"""


def tokens(text: str) -> list[Token]:
    """The words of `text`, and an "end" after them.  Raises `ExpressionError`."""
    if len(text) > LONGEST:
        raise ExpressionError(
            tr(
                "an expression has at most {longest} characters, not {count},",
                longest=LONGEST,
                count=len(text),
            ),
            LONGEST,
        )
    token = re.compile(_TOKEN, re.VERBOSE)  # not before an expression is read
    found: list[Token] = []
    at = depth = 0
    end = len(text.rstrip())
    while at < end:
        match = token.match(text, at)
        if match is None:
            start = len(text) - len(text[at:].lstrip())
            raise ExpressionError(_unreadable(text[start]), start)
        kind = match.lastgroup or ""
        if kind == "number" and text[match.end() : match.end() + 1].isidentifier():
            raise ExpressionError(tr("a number runs into a name"), match.start(kind))
        found.append(Token(kind, match[kind], match.start(kind), match.end()))
        at = match.end()
        depth += (match[kind] in OPENING) - (match[kind] in CLOSING)
        if depth > DEEPEST or len(found) > MOST_WORDS:
            limits = tr(
                "at most {most_words} words, and {deepest} brackets in each other",
                most_words=MOST_WORDS,
                deepest=DEEPEST,
            )
            raise ExpressionError(
                tr("an expression has {limits}: too much", limits=limits), match.start(kind)
            )
    found.append(Token("end", "", len(text), len(text)))
    return found


def _unreadable(character: str) -> str:
    if character in "\"'":
        return tr("a string without an end")
    if character == "=":
        return tr("= is not a comparison, write ==")
    return tr("unexpected {character!r}", character=character)

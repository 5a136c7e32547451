"""What a log point prints: text with expressions in braces, such as ``{size} at {base:x}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...base.units import value_text
from ...language.words import tr
from ...text.formats import FORMATS
from ..expressions.c_text import c_text
from ..expressions.lexer import ExpressionError
from ..expressions.nodes import Call, Name, Scope
from ..expressions.parser import Expression
from ..expressions.values import Array, Pointer, Structure

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|([{}])")


class Slot(NamedTuple):
    """An expression in a message, as it was written, and the format of its value ("": as reads best)."""

    text: str
    expression: Expression
    form: str

    def value(self, scope: Scope) -> str:
        """The value in a scope, in words; what cannot be had is told in its place."""
        try:
            value = self.expression.evaluate(scope)
        except ExpressionError as error:
            return f"<{error}>"
        if self.form or isinstance(value, Structure | Array | Pointer):
            return c_text(self.text, value, self.form, scope.symbols)
        return value_text(self.text.rpartition(".")[2], value)


class Message(NamedTuple):
    """The pieces of a message."""

    text: str
    pieces: tuple[str | Slot, ...]

    @classmethod
    def parse(cls, text: str) -> Message:
        """Read a message.  Raises `ExpressionError`."""
        return cls(text, tuple(_pieces(text)))

    def names(self) -> list[Name]:
        """The names that its expressions ask for."""
        return [name for piece in self.pieces if isinstance(piece, Slot) for name in piece.expression.names]

    def calls(self) -> list[Call]:
        """The functions that its expressions call."""
        return [call for piece in self.pieces if isinstance(piece, Slot) for call in piece.expression.calls]

    def print(self, scope: Scope) -> str:
        """The message with the values of a scope."""
        return "".join(piece if isinstance(piece, str) else piece.value(scope) for piece in self.pieces)


def _pieces(text: str) -> Iterator[str | Slot]:
    at = 0
    for found in _PART.finditer(text):
        if text[at : found.start()]:
            yield text[at : found.start()]
        at = found.end()
        if found[2]:
            raise ExpressionError(tr("a brace without its other half; {{ prints one"), found.start())
        if found[1] is None:
            yield found[0][0]
            continue
        words, colon, form = found[1].rpartition(":")
        if not colon or form not in FORMATS:
            words, form = found[1], ""
        yield Slot(words.strip(), Expression.parse(words), form)
    if text[at:]:
        yield text[at:]

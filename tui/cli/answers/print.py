"""``bootstep print``: the values of expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....model.base.errors import InputError
from ....model.language.words import tr
from .question import Question, answered, asked, parser_of, put

if TYPE_CHECKING:
    from ....model.debugger.debugger import Debugger


def run(words: Sequence[str]) -> int:
    """Print the value of each expression, a line or an object for each.  Raises `InputError`."""
    parser = parser_of(
        "print",
        tr("the values of expressions with the kernel's variables and macros"),
        "EXPRESSION",
        tr(
            "each one word: max_pfn, '__pa(_text)'; /x, /d, /s, /t or /o before them chooses how numbers look"
        ),
    )
    question = asked(parser, words)
    form, expressions = _split(question.words)
    if not expressions:
        raise InputError(tr("print what? (a variable, an expression with kernel macros)"))
    lines = [answered(question.debugger, f"output {form} {each}")[0] for each in expressions]
    for expression, text in zip(expressions, lines, strict=True):
        _put(question, expression, text)
    return 0


def _split(words: Sequence[str]) -> tuple[str, list[str]]:
    """The format that goes first, if one does, and the expressions."""
    first = words[0] if words else ""
    return (first, list(words[1:])) if first.startswith("/") else ("", list(words))


def _put(question: Question, expression: str, text: str) -> None:
    if not question.is_json:
        print(text)
        return
    put(question.debugger, {**expression_json(question.debugger, expression), "text": text})


def expression_json(debugger: Debugger, expression: str) -> dict[str, Any]:
    """The value of an expression as plain data: of a number the integer, and the same as ``hex``, since it
    may be an address.  Raises `ExpressionError`."""
    from ....model.text.values_json import hex_of, value_json

    value = debugger.evaluate(expression)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return {
        "kind": "value",
        "expression": expression,
        "value": int(value) if is_number else value_json("", value),
        "hex": hex_of(value) if is_number else None,
    }

"""``bootstep print``: the values of expressions."""

from __future__ import annotations

from collections.abc import Sequence

from ....model.base.errors import InputError
from ....model.language.words import tr
from .question import answered, asked, parser_of, put


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
    results = [answered(question.debugger, f"output {form} {each}") for each in expressions]
    for result in results:
        if question.is_json:
            told = result.plain() if result.plain is not None else {}
            del told["number"]
            put(question.debugger, {**told, "text": result.text})
        else:
            print(result.text)
    return 0


def _split(words: Sequence[str]) -> tuple[str, list[str]]:
    """The format that goes first, if one does, and the expressions."""
    first = words[0] if words else ""
    return (first, list(words[1:])) if first.startswith("/") else ("", list(words))

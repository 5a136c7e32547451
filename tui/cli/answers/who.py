"""``bootstep who``: who has an address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....model.language.words import tr
from .question import Question, answer, asked, parser_of, put

if TYPE_CHECKING:
    from ....model.debugger.debugger import Debugger


def run(words: Sequence[str]) -> int:
    """Print who reserved an address, or put it into memory.  Raises `InputError`."""
    parser = parser_of(
        "who",
        tr("who reserved an address, or put it into memory"),
        "ADDRESS",
        tr("a physical or virtual address, an expression with symbols, or pfn N"),
    )
    question = asked(parser, words)
    return _put(question) if question.is_json else answer(question, "who")


def _put(question: Question) -> int:
    from .question import answered

    line = " ".join(["who", *question.words])
    text, _ = answered(question.debugger, line)
    put(question.debugger, {"command": line, "text": text, **who_json(question.debugger, line[4:])})
    return 0


def who_json(debugger: Debugger, rest: str) -> dict[str, Any]:
    """Who has the address that somebody means, as plain data.  Raises `CommandError`, `ExpressionError`."""
    from ....model.base.units import hex_address
    from ....model.debugger.commands.memory import claims_of
    from ....model.debugger.inspect.answers_json import facts_json

    physical, virtual, facts = claims_of(debugger, rest)
    return {
        "kind": "who",
        "physical": hex_address(physical) if physical is not None else None,
        "virtual": hex_address(virtual) if virtual is not None else None,
        "facts": facts_json(facts),
    }

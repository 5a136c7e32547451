"""``bootstep ledger``: all RAM by who has it."""

from __future__ import annotations

from collections.abc import Sequence

from ....model.language.words import tr
from .question import answer, asked, parser_of


def run(words: Sequence[str]) -> int:
    """Print the ledger of a boot at a position.  Raises `InputError`."""
    parser = parser_of("ledger", tr("all RAM by who has it, to the byte"))
    return answer(asked(parser, words), "ledger")

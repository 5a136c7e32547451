"""``bootstep who``: who has an address."""

from __future__ import annotations

from collections.abc import Sequence

from ....model.language.words import tr
from .question import answer, asked, parser_of


def run(words: Sequence[str]) -> int:
    """Print who reserved an address, or put it into memory.  Raises `InputError`."""
    parser = parser_of(
        "who",
        tr("who reserved an address, or put it into memory"),
        "ADDRESS",
        tr("a physical or virtual address, an expression with symbols, or pfn N"),
    )
    return answer(asked(parser, words), "who")

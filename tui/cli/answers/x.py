"""``bootstep x``: all that is known of an address."""

from __future__ import annotations

from collections.abc import Sequence

from ....model.language.words import tr
from .question import answer, asked, parser_of


def run(words: Sequence[str]) -> int:
    """Print what is known of an address.  Raises `InputError`."""
    parser = parser_of(
        "x",
        tr("all that is known of an address: where it is, who has it, how it is mapped, what happens to it"),
        "ADDRESS",
        tr("a physical or virtual address, an expression with symbols, pfn N, section N, or page ADDRESS"),
    )
    return answer(asked(parser, words), "x")

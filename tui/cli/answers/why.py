"""``bootstep why``: why memory was refused, or where it was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....model.language.words import tr
from .question import answer, asked, parser_of


def run(words: Sequence[str]) -> int:
    """Print why a request for memory came out as it did.  Raises `InputError`."""
    parser = parser_of(
        "why",
        tr("why memory was refused, or where it was found"),
        "SUBJECT",
        tr(
            "an event, a function, a node of /reserved-memory, or crashkernel, cma, swiotlb, log_buf, "
            "overlap …; "
            "the last refusal if nothing is named"
        ),
    )
    nothing: dict[str, Any] = {"explanation": None, "failures": [], "facts": []}
    return answer(asked(parser, words), "why", nothing)

"""Answers in sentences as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from ..debugger.inspect.answers import Paragraph, WordsAnswer
from ..language.columns import columns, wrapped

WIDTH = 78
"""Columns of a line of text."""
INDENT = "  "


def text_of(answer: WordsAnswer) -> str:
    """An answer as text: each paragraph below its heading."""
    return "\n".join(line for paragraph in answer.paragraphs for line in _lines(paragraph))


def _lines(paragraph: Paragraph) -> Iterator[str]:
    yield paragraph.heading
    for said in paragraph.said:
        yield from (INDENT + line for line in wrapped(said.text, WIDTH - columns(INDENT)))

"""A sheet and its key as Markdown (CommonMark)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contents import Sheet, answer_line, asked_at, choice_lines, how_to_answer, source_line, stars

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The questions."""
    yield from _head(sheet.title(), sheet)
    for number, question in enumerate(sheet.questions, 1):
        yield ""
        yield f"## {number}. {escaped(question.text)}"
        yield ""
        yield f"*{stars(question)}; {escaped(asked_at(question))}; {escaped(how_to_answer(question))}*"
        yield ""
        for line in choice_lines(question):
            yield f"- {escaped(line)}"


def key_lines(sheet: Sheet) -> Iterator[str]:
    """The answers, and why."""
    yield from _head(sheet.key_title(), sheet)
    for number, question in enumerate(sheet.questions, 1):
        yield ""
        yield f"## {number}. {escaped(answer_line(question))}"
        yield ""
        yield escaped(question.explanation)
        if source := source_line(question):
            yield ""
            yield escaped(source)


def whole_lines(sheet: Sheet) -> Iterator[str]:
    """Both, with a rule between them."""
    yield from sheet_lines(sheet)
    yield from ("", "---", "")
    yield from key_lines(sheet)


def _head(title: str, sheet: Sheet) -> Iterator[str]:
    yield f"# {escaped(title)}"
    yield ""
    yield escaped(sheet.about())


def escaped(text: str) -> str:
    """Text in which nothing means anything to Markdown."""
    return _SPECIAL.sub(r"\\\1", text)

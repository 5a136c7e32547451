"""A sheet and its key as text for a terminal or a printer."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from .contents import Sheet, answer_line, asked_at, choice_lines, source_line, stars

WIDTH = 78
INDENT = "    "


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The questions."""
    yield from _head(sheet.title(), sheet)
    for number, question in enumerate(sheet.questions, 1):
        yield ""
        yield from wrap(f"{number:2}. {question.text}", WIDTH, subsequent_indent=INDENT)
        yield from wrap(
            f"({stars(question)}; {asked_at(question)})",
            WIDTH,
            initial_indent=INDENT,
            subsequent_indent=INDENT,
        )
        for line in choice_lines(question):
            yield from wrap(line, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT + "   ")


def key_lines(sheet: Sheet) -> Iterator[str]:
    """The answers, and why."""
    yield from _head(sheet.key_title(), sheet)
    for number, question in enumerate(sheet.questions, 1):
        yield ""
        yield from wrap(f"{number:2}. {answer_line(question)}", WIDTH, subsequent_indent=INDENT)
        for text in (question.explanation, source_line(question)):
            yield from wrap(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)


def whole_lines(sheet: Sheet) -> Iterator[str]:
    """Both, with a line between them to cut at."""
    yield from sheet_lines(sheet)
    yield from ("", "-" * WIDTH, "")
    yield from key_lines(sheet)


def _head(title: str, sheet: Sheet) -> Iterator[str]:
    yield title
    yield from wrap(sheet.about(), WIDTH)

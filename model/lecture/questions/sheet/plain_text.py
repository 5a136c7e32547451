"""A sheet and its key as text for a terminal or a printer: lines of at most `WIDTH` columns."""

from __future__ import annotations

from collections.abc import Iterator

from ....language.columns import wrapped
from .contents import Sheet, answer_line, asked_at, choice_lines, source_line, stars

WIDTH = 78
INDENT = "    "


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The questions."""
    yield from _head(sheet.title(), sheet)
    for number, question in enumerate(sheet.questions, 1):
        yield ""
        yield from _hanging(f"{number:2}. ", question.text)
        yield from _hanging(INDENT, f"({stars(question)}; {asked_at(question)})")
        for line in choice_lines(question):
            yield from _hanging(INDENT + line[:3], line[3:])


def key_lines(sheet: Sheet) -> Iterator[str]:
    """The answers, and why."""
    yield from _head(sheet.key_title(), sheet)
    for number, question in enumerate(sheet.questions, 1):
        yield ""
        yield from _hanging(f"{number:2}. ", answer_line(question))
        for text in filter(None, (question.explanation, source_line(question))):
            yield from _hanging(INDENT, text)


def whole_lines(sheet: Sheet) -> Iterator[str]:
    """Both, with a line between them to cut at."""
    yield from sheet_lines(sheet)
    yield from ("", "-" * WIDTH, "")
    yield from key_lines(sheet)


def _head(title: str, sheet: Sheet) -> Iterator[str]:
    yield title
    yield from wrapped(sheet.about(), WIDTH)


def _hanging(head: str, text: str) -> Iterator[str]:
    """A text behind a few letters, its other lines below where it begins."""
    for at, line in enumerate(wrapped(text, WIDTH - len(head))):
        yield (head if at == 0 else " " * len(head)) + line

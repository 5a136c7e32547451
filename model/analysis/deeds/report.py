"""Two logs held against each other, in lines of text: what differs, subject by subject, and a paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import NamedTuple

from ...base.units import one_line
from ...language.columns import columns, wrapped
from ...language.words import tr
from .callers import Callers
from .deed import Deed, Subject, ToldBoot
from .names import said_deed
from .paragraph import has_same_lines, paragraph, size_text, two_sizes
from .rows import CHANGED, LEFT, SAME, DeedRow, deed_rows, silent_subjects

WIDTH = 80
MOST_ROWS = 40
"""Rows of a subject that are shown, the largest changes first."""


class LogComparison(NamedTuple):
    """Two boots, what they did, and the paragraph about it."""

    left: ToldBoot
    right: ToldBoot
    rows: tuple[DeedRow, ...]
    paragraph: str

    @classmethod
    def of(cls, left: ToldBoot, right: ToldBoot, callers: tuple[Callers, Callers]) -> LogComparison:
        """Hold one against the other."""
        rows = tuple(deed_rows(left, right))
        return cls(left, right, rows, paragraph(left, right, rows, callers))

    def __bool__(self) -> bool:
        """Whether they differ, or have nothing in common that tells."""
        if self.rows:
            return any(row.mark != SAME for row in self.rows)
        return not has_same_lines(self.left, self.right)

    def lines(self) -> Iterator[str]:
        """Everything in words."""
        for mark, boot in (("<", self.left), (">", self.right)):
            yield f"{mark} {boot.name}: {boot.title}"
        yield from _command_lines(self.left.command_line, self.right.command_line)
        for subject in Subject:
            yield from _subject_lines(subject, [row for row in self.rows if row.subject is subject])
        renamed = sum(bool(row.other_name) for row in self.rows)
        if renamed:
            yield ""
            yield tr("{count} things were done alike by functions of other names.", count=renamed)
        for subject, boot in silent_subjects(self.left, self.right):
            yield ""
            yield tr(
                "{name} does not tell of this, so it is not compared: {subject}.",
                name=boot.name,
                subject=tr(subject.title),
            )
        for boot in (self.left, self.right):
            if boot.is_excerpt:
                yield ""
                yield tr(
                    "{name} is an excerpt: what is not in it may have happened all the same.", name=boot.name
                )
        yield ""
        text = one_line_of(self.paragraph)
        if columns(text) > len(text):
            yield from wrapped(text, WIDTH)
        else:
            yield from wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def one_line_of(text: str) -> str:
    """Text in which nothing moves the cursor, however long."""
    return " ".join(map(one_line, text.split()))


def _command_lines(left: str, right: str) -> Iterator[str]:
    """The words that only one of the command lines has."""
    mine, its = left.split(), right.split()
    if not left or not right or sorted(mine) == sorted(its):
        return
    yield ""
    yield tr("command line:")
    for mark, words, others in (("<", mine, its), (">", its, mine)):
        only = [word for word in words if word not in others]
        if only:
            yield one_line(f"{mark} {' '.join(only)}")


def _subject_lines(subject: Subject, rows: Sequence[DeedRow]) -> Iterator[str]:
    differing = [row for row in rows if row.mark != SAME]
    if not differing:
        return
    yield ""
    yield f"{tr(subject.title)}:"
    shown = sorted(differing, key=lambda row: -abs(growth(row)))[:MOST_ROWS]
    for row in differing:
        if row in shown:
            yield one_line(f"{row.mark} {row_text(row)}")
    if len(differing) > len(shown):
        yield tr("  … {count} more, in which less changes", count=len(differing) - len(shown))


def growth(row: DeedRow) -> int:
    """The bytes that the second boot has more."""
    return sum(deed.size for deed in row.right) - sum(deed.size for deed in row.left)


def row_text(row: DeedRow) -> str:
    """A row in words, with the lines that tell it."""
    notes = dict.fromkeys(deed.note for deed in (*row.left_rest, *row.right_rest) if deed.note)
    noted = f"  {'; '.join(notes)}" if notes else ""
    left, right = amounts(row)
    if row.mark == CHANGED:
        where = f"{_places(row.left_rest or row.left)} → {_places(row.right_rest or row.right)}"
        right = right.removeprefix(f"{_name(row)}: ")
        return f"{left} → {right}" + tr("  (line {number})", number=where) + noted
    deeds = row.left if row.mark == LEFT else row.right
    return (left or right) + tr("  (line {number})", number=_places(deeds)) + noted


def amounts(row: DeedRow) -> tuple[str, str]:
    """What each boot did for a purpose, in words; nothing if it did nothing."""
    left, right = (sum(deed.size for deed in side) for side in (row.left, row.right))
    texts = two_sizes(left, right) if row.left and row.right else (size_text(left), size_text(right))
    name = _name(row)
    if row.subject is Subject.ENDING:
        return name if row.left else "", name if row.right else ""
    return (
        f"{name}: {texts[0]}{_pieces(row.left)}" if row.left else "",
        f"{name}: {texts[1]}{_pieces(row.right)}" if row.right else "",
    )


def _name(row: DeedRow) -> str:
    failed = any(deed.failed for deed in (*row.left, *row.right))
    return said_deed(f"could not be made: {row.what}" if failed else row.what)


def _pieces(deeds: Sequence[Deed]) -> str:
    return tr(" in {count} pieces", count=len(deeds)) if len(deeds) > 1 else ""


def _places(deeds: Sequence[Deed]) -> str:
    """The line that tells it, the first of them if they are many."""
    lines = list(dict.fromkeys(deed.line for deed in deeds))
    return f"{lines[0]} …" if len(lines) > 1 else str(lines[0])

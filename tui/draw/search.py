"""Searching the lines of a view: for words as they are; capitals count if there are any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from .lines import Line
from .widths import cells

PIECE = 64
"""Lines between two occasions to stop looking for a while."""
FAR = 1 << 30
"""A column behind the end of every line, and a number of lines that no view has."""


class SearchHit(Struct, frozen=True):
    """A match: its line, its columns from `start` up to `end`; `wrapped` if it lies beyond an end of the
    text."""

    row: int
    start: int
    end: int
    wrapped: bool


class Text(Protocol):
    """Lines that can be searched."""

    def count(self) -> int:
        """How many there are."""
        ...

    def text(self, index: int) -> str:
        """The characters of one."""
        ...


def pattern_of(words: str) -> re.Pattern[str]:
    """What to look for."""
    return re.compile(re.escape(words), 0 if words != words.lower() else re.IGNORECASE)


def matches(
    text: Text, pattern: re.Pattern[str], index: int, column: int, direction: int
) -> Iterator[SearchHit | None]:
    """The matches after a place (direction 1) or before it (-1), and on from the other end until that line
    again.  None, every few lines, tells that it is still looking."""
    count = text.count()
    for step in range(count + 1):
        if step % PIECE == PIECE - 1:
            yield None
        at = (index + step * direction) % count
        if at >= text.count():
            return
        found = [match for match in pattern.finditer(text.text(at)) if match.start() < match.end()]
        if step == 0:
            found = [match for match in found if (match.start() - column) * direction > 0]
        wrapped = not 0 <= index + step * direction < count
        for match in found[::direction]:
            yield SearchHit(at, match.start(), match.end(), wrapped)


def search_start(
    match: SearchHit | None, sight: range, cursor: int | None, direction: int
) -> tuple[int, int]:
    """The line and the column after which (direction 1), or before which (-1), the next match is: at the
    match where the search stands, as long as the cursor is on its line, or without a cursor it is in sight;
    else at the cursor, or at the end of what is in sight."""
    if match is not None and (match.row in sight if cursor is None else match.row == cursor):
        return match.row, match.start
    line = cursor if cursor is not None else sight.start if direction > 0 else sight.stop - 1
    return max(line, 0), -1 if direction > 0 else FAR


def left_to_see(found: SearchHit, text: str, left: int, width: int) -> int:
    """How far a view of `width` cells that is scrolled by `left` has to be scrolled sideways so that a match
    in a line of `text` is in sight: not at all, if it may be."""
    start, end = cells(text[: found.start]), cells(text[: found.end])
    if end <= width:
        return 0
    is_in_sight = left <= start and end <= left + width
    return left if is_in_sight else max(start - width // 3, 0)


def with_matches(line: Line, pattern: re.Pattern[str], here: int | None) -> Line:
    """A line with its matches marked; that which starts in column `here` more than the others."""
    places = [match.span() for match in pattern.finditer("".join(text for text, _ in line))]
    if not places:
        return line
    marked: Line = []
    at = 0
    for text, style in line:
        end, done = at + len(text), at
        for first, last in places:
            start, stop = max(first, done), min(last, end)
            if start >= stop:
                continue
            name = "match-here" if first == here else "match"
            marked += [(text[done - at : start - at], style), (text[start - at : stop - at], name)]
            done = stop
        marked.append((text[done - at :], style))
        at = end
    return [span for span in marked if span[0]]

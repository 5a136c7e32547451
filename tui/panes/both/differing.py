"""Two texts that face each other: only what differs is coloured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...draw.lines import Line, StyleName

if TYPE_CHECKING:
    from .rows import ComparedRow


def told(row: ComparedRow, style: StyleName) -> tuple[Line, Line]:
    """Both texts; where both are there, only what differs is coloured."""
    if row.mark != "~":
        return [(row.left, style)], [(row.right, style)]
    start, end = _common_ends(row.left, row.right)
    return _coloured(row.left, start, end, style), _coloured(row.right, start, end, style)


def _coloured(text: str, start: int, end: int, style: StyleName) -> Line:
    stop = len(text) - end
    spans = [(text[:start], ""), (text[start:stop], style), (text[stop:], "")]
    return [span for span in spans if span[0]]


def _common_ends(left: str, right: str) -> tuple[int, int]:
    """How many characters both begin and end with; whole numbers are not taken apart."""
    limit = min(len(left), len(right))
    start = 0
    while start < limit and left[start] == right[start]:
        start += 1
    while start and left[start - 1].isalnum():
        start -= 1
    end = 0
    while end < limit - start and left[-1 - end] == right[-1 - end]:
        end += 1
    while end and left[-end].isalnum():
        end -= 1
    return start, end

"""The light on what the last move changed: rows with a mark stand out, and the others stand back."""

from __future__ import annotations

from .lines import Line, lit

MARKED = frozenset(("gutter-added", "gutter-changed", "gutter-removed"))
KEPT = ("own", "gutter", "rule", "here", "match")
"""Beginnings of the styles that stay in the background, too: they mean something there."""


def spotlight(lines: list[Line], header: int, width: int) -> list[Line]:
    """The rows in sight, of which the first `header` stay as they are.  Where none stands out, none stands
    back: there is something else to read."""
    body = lines[header:]
    if not any(_stands_out(line) for line in body):
        return lines
    shone = (_shone_on(line, width) if _stands_out(line) else _dimmed(line) for line in body)
    return [*lines[:header], *shone]


def _stands_out(line: Line) -> bool:
    return any(style == "lit" or style in MARKED for _, style in line)


def _shone_on(line: Line, width: int) -> Line:
    """What is gone stays struck out."""
    return line if any(style == "removed" for _, style in line) else lit(line, width)


def _dimmed(line: Line) -> Line:
    return [(text, style if style.startswith(KEPT) else "dim") for text, style in line]

"""How many cells of the screen a text takes: a Chinese character takes two, as the terminal draws it.

All of it is as fast as counting characters where no text is wide."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from functools import cache

from rich.cells import cell_len

WIDE = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
"""What may be parted from its neighbours at the end of a line: characters of languages without spaces."""
OPENING = "\uff08\u300a\u300c\u300e\u3010\u3008\u201c\u2018"
CLOSING = "\uff0c\u3002\uff1b\uff1a\u3001\uff01\uff1f\uff09\u300b\u300d\u300f\u3011\u3009\u201d\u2019…"
"""What stands at no line's end, and at no line's start: brackets, quotes, commas, full stops."""


@cache
def _pieces() -> re.Pattern[str]:
    """What may be parted at the end of a line: compiled when the first wide text is wrapped."""
    return re.compile(rf"\s+|[{OPENING}]*(?:[{WIDE}]|[^\s{WIDE}]+)[{CLOSING}]*")


def cells(text: str) -> int:
    """Cells of a text that has no control characters."""
    return len(text) if text.isascii() else cell_len(text)


def ljust(text: str, width: int) -> str:
    """A text filled with spaces behind it to `width` cells; one that is wider stays as it is."""
    return text + " " * (width - cells(text))


def rjust(text: str, width: int) -> str:
    """The same with the spaces before it."""
    return " " * (width - cells(text)) + text


def clipped(text: str, width: int) -> str:
    """The start of a text, of at most `width` cells: one less where a wide character would be cut in two."""
    if text.isascii():
        return text[: max(width, 0)]
    end = len(text)
    if cell_len(text) > width:
        taken = end = 0
        while (taken := taken + cell_len(text[end])) <= width:
            end += 1
    return text[:end]


def without_cells(text: str, width: int) -> str:
    """A text without its first `width` cells; a space stands for the half of a wide character."""
    if text.isascii():
        return text[width:]
    start = clipped(text, width)
    missing = width - cell_len(start)
    rest = text[len(start) :]
    return " " * (cell_len(rest[0]) - missing) + rest[1:] if missing and rest else rest


def wrapped(text: str, width: int, most: int | None = None) -> list[str]:
    """A text in lines of at most `width` cells, and in `most` lines, of which the last then ends in ``…``.
    Words are parted at spaces, and wide characters anywhere but before and behind punctuation."""
    if cells(text) == len(text):
        return textwrap.wrap(text, width, max_lines=most, placeholder="…")
    lines = list(_wrapped(text, max(width, 2)))
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], clipped(lines[most - 1], width - 1) + "…"]


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = space = ""
    for piece in _pieces().findall(text):
        if piece.isspace():
            space = " " if line else ""
        elif cells(line + space + piece) <= width:
            line, space = line + space + piece, ""
        else:
            if line:
                yield line
            line, space = piece, ""
            while cells(line) > width:
                start = clipped(line, width)
                yield start
                line = line[len(start) :]
    if line:
        yield line

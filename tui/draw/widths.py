"""How many cells of the screen a text takes: a Chinese character takes two, as the terminal draws it.

All of it is as fast as counting characters where no text is wide."""

from __future__ import annotations

import textwrap

from rich.cells import cell_len

from ...model.language.columns import wrapped as in_columns


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
    lines = in_columns(text, width)
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], clipped(lines[most - 1], width - 1) + "…"]

"""Text of any language in columns of a terminal: Chinese characters take two, and lines may end between
them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import combining, east_asian_width

WIDE = ("W", "F")
NEVER_FIRST = frozenset(",.;:!?)]}、。，；：！？）】》」』”’…%")  # noqa: RUF001
"""What no line begins with."""
_PIECES = r"\s+|\S"


def columns(text: str) -> int:
    """How many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def padded(text: str, width: int) -> str:
    """A text with blanks behind it, so that it takes `width` columns; longer ones stay as they are."""
    return text + " " * max(width - columns(text), 0)


def _width(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in WIDE else 1


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` columns; line ends in it stay.  An empty text has no line."""
    if not text:
        return []
    return [line for paragraph in text.split("\n") for line in _lines(paragraph, max(width, 4))]


def _lines(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for word in _words(paragraph):
        if columns(line) + columns(word.rstrip()) <= width:
            line += word
            continue
        if line.strip():
            yield line.rstrip()
        line = ""
        while columns(word) > width and columns(word.rstrip()) > width:
            head = _head(word, width)
            yield head
            word = word[len(head) :]
        line = word.lstrip()
    yield line.rstrip()


def _head(word: str, width: int) -> str:
    """As much of a word that is too long as fits."""
    taken = 0
    for index, character in enumerate(word):
        taken += _width(character)
        if taken > width:
            return word[:index]
    return word


def _words(paragraph: str) -> Iterator[str]:
    """The pieces between which a line may end: a word with the spaces behind it, a wide character with what
    must not begin a line."""
    word = ""
    for found in re.finditer(_PIECES, paragraph):
        piece = found[0]
        is_space = piece.isspace()
        ends = bool(word) and not is_space and (word[-1].isspace() or _may_part(word[-1], piece))
        if ends:
            yield word
            word = ""
        word += piece
    if word:
        yield word


def _may_part(before: str, after: str) -> bool:
    """Whether a line may end between two characters that no space parts."""
    if after in NEVER_FIRST or before in "([{（【《「『“‘":  # noqa: RUF001
        return False
    return _width(before) == 2 or _width(after) == 2

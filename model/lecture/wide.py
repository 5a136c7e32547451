"""Lines of words in columns of a terminal: Chinese characters take two, and may end a line anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import category, east_asian_width

from ..language.words import language

NARROWEST = 12
_SPACELESS = frozenset(("zh",))
"""Languages whose sentences follow each other without a space."""


def columns(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1


def joined(sentences: Iterator[str] | list[str]) -> str:
    """Sentences one behind the other, as the chosen language has it."""
    return ("" if language() in _SPACELESS else " ").join(sentences)


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` columns; a word that is longer than a line is cut."""
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text, max(width, NARROWEST)):
        size = columns(piece)
        if used and used + columns(piece.rstrip()) > max(width, NARROWEST):
            lines.append(line.rstrip())
            line, used = "", 0
        if used or piece.strip():
            line, used = line + piece, used + size
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _stays_behind(character: str) -> bool:
    """Whether no line begins with a character: it ends a sentence or closes something."""
    return category(character) in ("Po", "Pe", "Pf")


def _pieces(text: str, width: int) -> Iterator[str]:
    """What a line may end behind: words with their spaces, and single wide characters with what must not
    stand at the beginning of a line."""
    piece = ""
    for character in text:
        wide = _columns(character) == 2
        may_break = piece and (
            (piece[-1] == " " and character != " ")
            or (wide and not _stays_behind(character))
            or (_columns(piece[-1]) == 2 and not _stays_behind(character) and character != " ")
            or columns(piece) + 2 > width
        )
        if may_break:
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece

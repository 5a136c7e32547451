"""How wide text is in a terminal: Chinese, Japanese and Korean letters take two columns."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def columns(text: str) -> int:
    """The columns that a text of one line takes."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def padded(text: str, width: int) -> str:
    """A text with blanks behind it, so that it takes `width` columns; longer ones stay as they are."""
    return text + " " * max(width - columns(text), 0)

"""Text inside of XML and HTML: nothing in a machine's names or log lines can be markup, or a character that
XML does not have."""

from __future__ import annotations

from html import escape

from ..base.units import printable

FONT = "'DejaVu Sans', Verdana, 'Segoe UI', Helvetica, Arial, sans-serif"
MONOSPACED = "'DejaVu Sans Mono', Menlo, Consolas, monospace"


def text(words: str) -> str:
    """Words as the text of an element, or as the value of an attribute between double quotes."""
    return escape(printable(words), quote=True)


def fitted(words: str, width: float, of_a_letter: float) -> str:
    """As much of some words as there is room for, with … for what is not; "" where there is next to none."""
    most = int(width / of_a_letter)
    words = printable(words).replace("\n", " ")
    if len(words) <= most:
        return words
    return f"{words[: most - 1].rstrip()}…" if most >= 4 else ""

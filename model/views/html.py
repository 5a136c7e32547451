"""Tables as HTML: for notebooks, and for pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..language.words import tr, translatable
from ..pictures.markup import text

HEADINGS = (
    translatable("who"),
    translatable("size"),
    translatable("bytes"),
    translatable("of all"),
    translatable("kind"),
    translatable("because of"),
    translatable("from"),
    translatable("to"),
    translatable("type"),
    translatable("number"),
    translatable("function"),
    translatable("text"),
    translatable("in"),
    translatable("base"),
    translatable("end"),
    translatable("node"),
    translatable("physical"),
    translatable("level"),
    translatable("attributes"),
    translatable("section"),
    translatable("about"),
    translatable("name"),
    translatable("value"),
    translatable("zone"),
    translatable("free"),
    translatable("difference"),
)
"""Heads of columns that are no names of the kernel's."""
MOST_ROWS = 500
"""So many rows of a table are shown; who wants all has the objects, or the JSON."""
MONO = ' style="font-family:monospace;text-align:left;white-space:pre"'
SHORT = ' style="text-align:left;white-space:nowrap"'
PLAIN = ' style="text-align:left"'
SHORTEST_BROKEN = 24
"""Letters of the shortest words that may be broken into lines: sizes and names are not."""


def table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[object]], most: int = MOST_ROWS
) -> str:
    """A table: numbers and hexadecimal ones in a monospaced font.  What of `rows` is behind the first `most`
    is counted."""
    return "".join(_table(caption, headings, rows, most))


def _table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[object]], most: int
) -> Iterator[str]:
    yield f"<table><caption>{text(caption)}</caption><thead><tr>"
    yield from (f'<th style="text-align:left">{text(tr(each))}</th>' for each in headings)
    yield "</tr></thead><tbody>"
    left_out = 0
    for number, row in enumerate(rows):
        if number >= most:
            left_out += 1
            continue
        yield "<tr>"
        for value in row:
            words = str(value)
            style = _style(value, words)
            yield f"<td{style}>{text(words)}</td>"
        yield "</tr>"
    if left_out:
        more = tr("… {count} more", count=left_out)
        yield f'<tr><td colspan="{len(headings)}">{more}</td></tr>'
    yield "</tbody></table>"


def _style(value: object, words: str) -> str:
    if type(value) is int or words.startswith("0x"):
        return MONO
    return SHORT if len(words) < SHORTEST_BROKEN else PLAIN

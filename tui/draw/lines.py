"""Lines of text as panes compose them: spans of plain text, each with the name of a style.

Nothing here is markup: what the kernel wrote reaches the screen character by character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeVar

from ...model.base.common_ends import common_ends
from ...model.base.units import printable
from ...model.language.words import tr
from .widths import cells, clipped, without_cells, wrapped

StyleName = str
"""One of `STYLE_NAMES`, or nothing for the pane's own colours."""

OWNERS = (
    *("kernel", "initrd", "fdt", "tables", "structs", "percpu"),
    *("hash", "cma", "crash", "node", "other", "nomap"),
)
"""Whose memory has a colour of its own: ``own-…`` is a block of it, ``part-…`` a letter in it."""

STYLE_NAMES: tuple[StyleName, ...] = (
    *("dim", "strong", "accent", "title", "focus", "rule"),
    *("added", "changed", "removed", "here", "cursor"),
    *("gutter-added", "gutter-changed", "gutter-removed"),
    *("keyword", "string", "comment", "number", "function"),
    *("memory", "reserved", "partial", "nomap", "hole"),
    *("warning", "error", "match", "match-here", "lit"),
    *(f"own-{owner}" for owner in OWNERS),
    *(f"part-{owner}" for owner in OWNERS),
)
"""Each is a component class of the `Deck`, coloured in app.tcss."""

Span = tuple[str, StyleName]
Line = list[Span]

Mark = Literal[" ", "+", "~", "-"]
"""What the last move did to a row: nothing, made it, changed it, took it away."""

MARK_STYLES: dict[Mark, StyleName] = {" ": "", "+": "added", "~": "changed", "-": "removed"}

Item = TypeVar("Item")


def plain(text: str) -> str:
    """Text with tabs as spaces, ``↵`` where it goes on in a new line, and other control characters as
    ``dmesg`` prints them: no device tree rules a terminal."""
    return text if text.isprintable() else printable(text.expandtabs().replace("\n", "↵"))


def gutter(mark: Mark) -> Line:
    """The start of a row: its mark, in reverse so that it shows without colour."""
    return [(mark, f"gutter-{MARK_STYLES[mark]}" if mark != " " else ""), (" ", "")]


def lit(line: Line, width: int) -> Line:
    """A line that is lit up over its width; its mark and blocks of memory keep their colours."""
    shone = [(text, style if style.startswith(("gutter", "own")) else "lit") for text, style in line]
    return [*shone, (" " * max(width - length(line), 0), "lit")]


def spread(left: Line, right: Line, width: int) -> Line:
    """A line with `left` at its start and `right` at its end; `right` gives way when they do not fit."""
    gap = width - length(left) - length(right)
    if gap < 1:
        return left
    return [*left, (" " * gap, ""), *right]


def length(line: Line) -> int:
    """How many cells a line takes."""
    return sum([len(text) if text.isascii() else cells(text) for text, _ in line])


def padded(line: Line, width: int) -> Line:
    """A line cut or filled to exactly `width` cells."""
    missing = width - length(line)
    if missing >= 0:
        return [*line, (" " * missing, "")]
    short = cut(line, width)
    missing = width - length(short)
    return [*short, (" ", "")] if missing else short


def cut(line: Line, width: int) -> Line:
    """A line of at most `width` cells; one that was longer ends in ``…``."""
    if length(line) <= width:
        return line
    kept: Line = []
    room = max(width - 1, 0)
    for text, style in line:
        taken = cells(text)
        if taken >= room:
            kept.append((clipped(text, room) + "…" * (width > 0), style))
            break
        kept.append((text, style))
        room -= taken
    return kept


def without_start(line: Line, columns: int) -> Line:
    """A line from one of its columns on."""
    rest: Line = []
    for text, style in line:
        taken = cells(text)
        if columns >= taken:
            columns -= taken
            continue
        rest.append((without_cells(text, columns), style))
        columns = 0
    return rest


def note(text: str, width: int) -> list[Line]:
    """A sentence in the background, over as many lines as it needs."""
    return [[(part, "dim")] for part in wrapped(text, max(width, 8))]


def packed(parts: Sequence[Line], width: int) -> list[Line]:
    """Parts one after the other, each whole if it fits into a line of `width` at all."""
    lines: list[Line] = [[]]
    for part in parts:
        if lines[-1] and length(lines[-1]) + length(part) > width:
            lines.append([("  ", "")])
        lines[-1] += part
    return lines


def text_of(line: Line) -> str:
    """The characters of a line."""
    return "".join(text for text, _ in line)


Edges = Callable[[Item], tuple[int, int]]
"""Where a row's range starts and ends."""


def differences(
    before: Sequence[Item], after: Sequence[Item], edges: Edges[Item], /
) -> list[tuple[Mark, Item]]:
    """The rows of `after`, each marked if it was not in `before`, and in their places those of `before` that
    are gone.  Rows are ranges in ascending order; one that kept its start or its end is changed, not new."""
    start, stop_before, stop_after = common_ends(before, after)
    rows = list(_unchanged(after[:start]))
    rows += _middle(before[start:stop_before], after[start:stop_after], edges)
    rows += _unchanged(after[stop_after:])
    return rows


def _unchanged(rows: Sequence[Item]) -> Iterator[tuple[Mark, Item]]:
    for row in rows:
        yield " ", row


def _middle(before: Sequence[Item], after: Sequence[Item], edges: Edges[Item]) -> Iterator[tuple[Mark, Item]]:
    old, old_starts, old_ends = (
        set(before),
        {edges(row)[0] for row in before},
        {edges(row)[1] for row in before},
    )
    new, new_starts, new_ends = set(after), {edges(row)[0] for row in after}, {edges(row)[1] for row in after}

    def is_gone(row: Item) -> bool:
        return row not in new and edges(row)[0] not in new_starts and edges(row)[1] not in new_ends

    gone = [row for row in before if is_gone(row)]
    at = 0
    for row in after:
        start, end = edges(row)
        while at < len(gone) and edges(gone[at])[0] < start:
            yield "-", gone[at]
            at += 1
        if row in old:
            yield " ", row
        else:
            yield ("~" if start in old_starts or end in old_ends else "+"), row
    for row in gone[at:]:
        yield "-", row


def in_short(command: str, answer: str) -> str:
    """One line for the status of an answer that may have many."""
    lines = answer.strip().splitlines()
    if len(lines) < 2:
        return answer.strip()
    word = command.split(maxsplit=1)[0] if command else tr("answer")
    return tr("{word}: {count} lines in the console", word=word, count=len(lines))

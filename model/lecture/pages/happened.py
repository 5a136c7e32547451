"""What changed from one moment to the next, the largest first, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...language.words import tr, translatable
from .content import Step
from .part import CHANGED, GONE, NEW, MarkedRow, marked

TITLES = {
    "memory": "memblock.memory",
    "reserved": "memblock.reserved",
    "sections": "sections",
    "nodes": "nodes",
    "zones": "zones",
    "e820": "e820_table",
    "amounts": translatable("kinds of memory"),
    "ledger": translatable("who has how much"),
    "variables": translatable("kernel variables"),
}
"""What the tables are called, the kernel's things as it calls them; those of page tables by their roots."""
TABLES = "tables "
MOST_TOLD = 7
QUIET = ("amounts", "ledger")
"""Tables that follow from others: what changes in them is marked there, and not told."""


class Happening(NamedTuple):
    """A row that came, changed or went: its mark, its table's id and title, and the row in words; without a
    mark: how many more there are."""

    mark: str
    part: str
    title: str
    words: str


def title(part: str) -> str:
    """What a table is called."""
    return part.removeprefix(TABLES) if part.startswith(TABLES) else tr(TITLES[part])


def happenings(before: Step | None, now: Step) -> Iterator[Happening]:
    """What came, changed and went since the moment before, the largest first; nothing at the first moment."""
    if before is None:
        return
    found: list[tuple[int, Happening]] = []
    for id in dict.fromkeys((*before.parts, *now.parts)):
        if id not in QUIET:
            rows = [(each.row.size, _told(id, each)) for each in changes(before, now, id)]
            found += rows or _summed_up(before, now, id)
    ordered = [told for _, told in sorted(found, key=lambda each: -each[0])]
    yield from ordered[:MOST_TOLD]
    if len(ordered) > MOST_TOLD:
        yield Happening("", "", "", tr("… and {count} more", count=len(ordered) - MOST_TOLD))


def _summed_up(before: Step, now: Step, id: str) -> Iterator[tuple[int, Happening]]:
    """A table whose rows are as they were, and which is summed up by something else."""
    captions = [step.parts[id].caption if id in step.parts else "" for step in (before, now)]
    if captions[1] != captions[0]:
        yield 0, Happening(CHANGED, id, title(id), f"{title(id)}: {captions[1]}")


def changes(before: Step, now: Step, id: str) -> Iterator[MarkedRow]:
    """The rows of a table that are marked."""
    rows = [step.parts[id].rows if id in step.parts else () for step in (before, now)]
    if rows[0] != rows[1]:
        yield from (each for each in marked(*rows) if each.mark)


def counts(before: Step | None, now: Step) -> str:
    """How much came, changed and went, in one short line."""
    if before is None:
        return ""
    words = [_count(before, now, id) for id in dict.fromkeys((*before.parts, *now.parts)) if id not in QUIET]
    return ", ".join(word for word in words if word)


def _count(before: Step, now: Step, id: str) -> str:
    marks = [each.mark for each in changes(before, now, id)]
    told = " ".join(f"{mark}{marks.count(mark)}" for mark in (NEW, CHANGED, GONE) if mark in marks)
    return f"{title(id)} {told}" if told else ""


def _told(id: str, each: MarkedRow) -> Happening:
    cells = each.row.cells
    if id == "variables":
        return Happening(each.mark, id, title(id), f"{cells[0]} = {cells[1]}")
    words = _range_words(cells) if _is_range(cells) else _words(id, cells)
    return Happening(each.mark, id, title(id), words)


def _is_range(cells: Sequence[str]) -> bool:
    return len(cells) > 2 and cells[0].startswith("0x") and cells[1].startswith("0x")


def _range_words(cells: Sequence[str]) -> str:
    """A row that begins with two addresses: those, and all that is not empty behind them."""
    start, end, *rest = cells
    return f"{start}…{end} {' '.join(word for word in rest if word)}"


def _words(id: str, cells: Sequence[str]) -> str:
    return f"{title(id)} {' '.join(word for word in cells if word)}"

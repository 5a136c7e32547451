"""What a page shows of a moment: tables whose cells are words, told apart by their first cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

NEW, CHANGED, GONE = "+", "~", "-"
"""The marks of rows."""


class Row(NamedTuple):
    """A row of a table; `kind` is the kind of memory that it is about, as `KINDS` of maps has them, `size`
    the bytes that it is about (0: none).  The first of `keys` cells say which row it is; where there is a
    `span` of addresses, that does."""

    cells: tuple[str, ...]
    kind: str = ""
    size: int = 0
    keys: int = 1
    span: tuple[int, int] | None = None

    def is_of(self, other: Row) -> bool:
        """Whether the two are the same thing, before and after a change."""
        if self.span is None or other.span is None:
            return self.cells[: self.keys] == other.cells[: other.keys]
        return self.span[0] < other.span[1] and other.span[0] < self.span[1]


class Part(Struct, frozen=True):
    """A table: `id` says which, `caption` sums it up, `left_out` rows are not here."""

    id: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int = 0


class MarkedRow(NamedTuple):
    """A row, and what the last move made of it ("": nothing)."""

    mark: str
    row: Row


def marked(before: Sequence[Row], now: Sequence[Row]) -> Iterator[MarkedRow]:
    """The rows of a table with their marks; those that are gone stand where they were."""
    same = set(before) & set(now)
    old, new = ([row for row in rows if row not in same] for rows in (before, now))
    lost = [row for row in old if not any(row.is_of(each) for each in new)]
    gone = _by_follower(before, same, lost)
    for row in now:
        if row in same:
            yield from (MarkedRow(GONE, each) for each in gone.pop(row, ()))
            yield MarkedRow("", row)
        else:
            yield MarkedRow(CHANGED if any(row.is_of(each) for each in old) else NEW, row)
    for rest in gone.values():
        yield from (MarkedRow(GONE, each) for each in rest)


def _by_follower(before: Sequence[Row], same: set[Row], lost: Sequence[Row]) -> dict[Row | None, list[Row]]:
    """The rows that are gone, by the row that they stood before and that is still there."""
    found: dict[Row | None, list[Row]] = {}
    following: Row | None = None
    for row in reversed(before):
        if row in same:
            following = row
        elif row in lost:
            found.setdefault(following, []).insert(0, row)
    return found

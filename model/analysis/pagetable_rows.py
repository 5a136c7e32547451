"""A tree of page tables as rows that open and close: a row for every run of like entries, until it is
opened."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from typing import NamedTuple

from ..memory.pagetable.entries import EMPTY, TABLE, Entries, TreeView

Key = tuple[str, int, int]
"""What can be opened: ``("table", level, first address)`` a table page; ``("entries", level, address)`` a run
of entries."""


class TreeRow(NamedTuple):
    """A row: `entries` (None: the root's own row), and what Enter opens (None: nothing)."""

    depth: int
    entries: Entries | None
    key: Key | None
    is_open: bool


class TreeBlock(NamedTuple):
    """`number` rows from row `start` on: each of them one of `entries`, or all of these one row."""

    start: int
    number: int
    depth: int
    entries: Entries | None
    key: Key | None
    is_open: bool


class TreeRows:
    """The rows of a tree of which the keys `opened` are open.  Closed ones cost one row's work, and so does
    an opened run of a thousand entries."""

    def __init__(self, view: TreeView, opened: Collection[Key]) -> None:
        self.view = view
        self.opened = opened
        self._blocks: list[TreeBlock] = []
        self._count = 0
        level = view.geometry.start_level
        key: Key = ("table", level, view.root_va)
        self._add(0, None, 1, key, key in opened)
        if key in opened:
            self._add_table(level, view.root_va, 1)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> TreeRow:
        block = self._blocks[self._block_of(index)]
        if block.number == 1 or block.entries is None:
            return TreeRow(block.depth, block.entries, block.key, block.is_open)
        entry = block.entries.part(index - block.start, index - block.start + 1)
        return TreeRow(block.depth, entry, _key(entry), False)

    def find(self, address: int) -> int:
        """The innermost row that an address belongs to."""
        found = 0
        for block in self._blocks:
            entries = block.entries
            if entries is not None and entries.va <= address < entries.va_end:
                found = block.start + ((address - entries.va) // entries.step if block.number > 1 else 0)
        return found

    def _block_of(self, index: int) -> int:
        return bisect_right(self._blocks, index, key=lambda block: block.start) - 1

    def _add(self, depth: int, entries: Entries | None, number: int, key: Key | None, is_open: bool) -> None:
        self._blocks.append(TreeBlock(self._count, number, depth, entries, key, is_open))
        self._count += number

    def _add_table(self, level: int, address: int, depth: int) -> None:
        for entries in self.view.entries(level, address):
            key = _key(entries)
            if key is not None and key[0] == "entries" and key in self.opened:
                self._add(depth, entries, 1, key, True)
                self._add_entries(entries, depth + 1, True)
            else:
                self._add_entries(entries, depth, False)

    def _add_entries(self, entries: Entries, depth: int, each: bool) -> None:
        """Entries, `each` in a row of its own or all in one; those whose tables are open in rows of their
        own in any case."""
        at = 0
        for number in self._open_tables(entries):
            self._add_closed(entries.part(at, number), depth, each)
            entry = entries.part(number, number + 1)
            self._add(depth, entry, 1, _key(entry), True)
            self._add_table(entry.level + 1, entry.va, depth + 1)
            at = number + 1
        self._add_closed(entries.part(at, entries.number), depth, each)

    def _add_closed(self, entries: Entries, depth: int, each: bool) -> None:
        if entries.number:
            number = entries.number if each else 1
            self._add(depth, entries, number, _key(entries) if number == 1 else None, False)

    def _open_tables(self, entries: Entries) -> list[int]:
        """Which of some entries point to tables that are open."""
        if entries.kind != TABLE:
            return []
        return sorted(
            (address - entries.va) // entries.step
            for kind, level, address in self.opened
            if kind == "table" and level == entries.level + 1 and entries.va <= address < entries.va_end
        )


def _key(entries: Entries) -> Key | None:
    """What Enter opens on some entries that are one row."""
    if entries.kind == EMPTY:
        return None
    if entries.number > 1:
        return "entries", entries.level, entries.va
    return ("table", entries.level + 1, entries.va) if entries.kind == TABLE else None

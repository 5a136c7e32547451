"""Page tables walked: the runs and table pages that the model's state has for the same tables.

All tables of a level are read at once, and those of the walk before as the first thing.  Nothing in them is
trusted: a walk ends, whatever they point to.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ....model.memory.pagetable.tables import (
    ALL,
    ENTRY_SIZE,
    PAGE_LEVEL,
    Run,
    TableRun,
    continued,
    joins,
)
from ...remote.target import Range
from .page_tables import Decode, LiveTree, ReadPhysical, Walked

MOST_TABLES = 1 << 16
"""Tables that are met at most in a walk, one that several entries point to as often as they do."""
MOST_BYTES = 48 << 20
"""Bytes of tables that are read at most in a walk: the direct map of 24 GiB by the smallest pages."""
MOST_PIECES = 1 << 18
"""Entries that do not continue their neighbours, of which more are no kernel's."""
AT_ONCE = 1 << 20
"""Bytes that are asked for together."""


class _Leaves(NamedTuple):
    """Neighbouring leaf entries of a table that continue each other: the place of the first in the table, how
    many, what the first of them maps."""

    place: int
    entries: int
    pa: int
    attrs: int


class _Below(NamedTuple):
    """An entry that points to a table, and its place in its own."""

    place: int
    pa: int
    attrs: int


_Contents = Sequence[_Leaves | _Below]


class Walker:
    """Walks trees again and again.  Few tables come or go between two walks, and most hold what they held:
    what was there is asked for at once, and understood once."""

    def __init__(self) -> None:
        self._before: _Tables | None = None

    async def walk(self, read: ReadPhysical, trees: Sequence[LiveTree]) -> list[Walked]:
        """All that some trees hold."""
        tables = _Tables(read, self._before)
        if self._before is not None:
            await tables.ask(self._before.met)
        for tree in trees:
            await self._read(tables, tree)
        self._before = tables
        tables.before = None
        return [_Gathering(tree, tables).walked() for tree in trees]

    async def _read(self, tables: _Tables, tree: LiveTree) -> None:
        """Read all of a tree, level by level."""
        wanted = [tree.root_pa]
        for level in range(tree.geometry.start_level, PAGE_LEVEL + 1):
            size = table_bytes(tree, level)
            places = [Range(pa, size) for pa in wanted]
            tables.met.update(dict.fromkeys(places))
            await tables.ask(places)
            found = [tables.contents(tree, level, pa) or () for pa in wanted]
            wanted = list(
                dict.fromkeys(each.pa for all_ in found for each in all_ if isinstance(each, _Below))
            )


async def walk(read: ReadPhysical, tree: LiveTree) -> Walked:
    """All that a tree holds."""
    return (await Walker().walk(read, [tree]))[0]


def table_bytes(tree: LiveTree, level: int) -> int:
    """Bytes of a table at a level."""
    return tree.geometry.entries(level) * ENTRY_SIZE


class _Tables:
    """The tables that are read for one walk, and what they say.  `met` has the places of those that the trees
    are made of; `before` is the same of the walk before, as long as that is of use."""

    def __init__(self, read: ReadPhysical, before: _Tables | None) -> None:
        self.before = before
        self.met: dict[Range, None] = {}
        self._read = read
        self._data: dict[Range, bytes | None] = {}
        self._contents: dict[tuple[Decode, int, Range], _Contents] = {}
        self._bytes_left = MOST_BYTES
        self._pieces_left = MOST_PIECES

    async def ask(self, places: Iterable[Range]) -> None:
        """Read the tables at places that have not been read yet."""
        part: list[Range] = []
        for place in places:
            if place not in self._data and place.size <= self._bytes_left:
                self._bytes_left -= place.size
                self._data[place] = None
                part.append(place)
            if sum(each.size for each in part[-1:]) * len(part) >= AT_ONCE:
                await self._ask(part)
                part = []
        await self._ask(part)

    async def _ask(self, part: Sequence[Range]) -> None:
        if part and self._pieces_left > 0:
            for place, data in zip(part, await self._read(part), strict=True):
                self._data[place] = data if data is not None and len(data) == place.size else None

    def contents(self, tree: LiveTree, level: int, pa: int) -> _Contents | None:
        """What a table says, None if it was not read."""
        key = tree.decode, level, Range(pa, table_bytes(tree, level))
        known = self._contents.get(key)
        data = self._data.get(key[2])
        if known is not None or data is None:
            return known
        before = self.before
        if before is not None and before._data.get(key[2]) == data:
            known = before._contents.get(key)
        if known is None:
            if self._pieces_left <= 0:
                return None
            known = list(_contents(data, level, tree))
        self._pieces_left -= len(known)
        self._contents[key] = known
        return known


def _contents(data: bytes, level: int, tree: LiveTree) -> Iterator[_Leaves | _Below]:
    """What a table's entries say, those that continue each other together."""
    if not data.strip(b"\0"):
        return
    entries = struct.unpack(f"<{len(data) // ENTRY_SIZE}Q", data)
    size, decode = tree.geometry.size(level), tree.decode
    at = 0
    while at < len(entries):
        found = decode(level, entries[at]) if entries[at] else None
        first = at
        at += 1
        if found is None:
            continue
        if found.is_table:
            yield _Below(first, found.pa, found.attrs)
            continue
        following = entries[first] + size
        while at < len(entries) and entries[at] == following:
            following += size
            at += 1
        yield _Leaves(first, at - first, found.pa, found.attrs)


class _Gathering:
    """Puts what the tables of a tree hold into runs, in the order of a walk by address."""

    def __init__(self, tree: LiveTree, read: _Tables) -> None:
        self.tree = tree
        self.read = read
        self.runs: list[Run] = []
        self.tables: list[TableRun] = []
        self.left_out = 0
        self._met = 0

    def walked(self) -> Walked:
        """The whole tree."""
        tree = self.tree
        self._table(tree.geometry.start_level, tree.root_va, tree.root_pa, 0, ())
        return Walked(self.runs, self.tables, self.left_out)

    def _table(self, level: int, va: int, pa: int, attrs: int, above: tuple[int, ...]) -> None:
        """A table that translates addresses from `va` on, and all below it; `above` are those on the way."""
        contents = self.read.contents(self.tree, level, pa)
        self._met += 1
        too_many = self._met > MOST_TABLES or len(self.runs) > MOST_PIECES
        if contents is None or pa in above or too_many:
            self.left_out += 1
            return
        self._add(TableRun(va, level, pa, 0, 1, 0, attrs))
        geometry = self.tree.geometry
        size = geometry.size(level)
        for each in contents:
            start = va + each.place * size
            if not above and geometry.both_halves and each.place >= geometry.entries(level) // 2:
                start += ALL - (1 << geometry.va_bits)
            if isinstance(each, _Below):
                self._table(level + 1, start, each.pa, each.attrs, (*above, pa))
            else:
                self._map(start, each, level, size)

    def _map(self, start: int, leaves: _Leaves, level: int, size: int) -> None:
        contiguous = self.tree.contiguous(leaves.attrs)
        end = start + leaves.entries * size
        run = Run(start, end, leaves.pa, level, size, contiguous, leaves.attrs)
        if self.runs and joins(self.runs[-1], run):
            self.runs[-1] = self.runs[-1]._replace(va_end=end)
        else:
            self.runs.append(run)

    def _add(self, table: TableRun) -> None:
        joined = continued(self.tables[-1], table, self.tree.geometry) if self.tables else None
        if joined is not None:
            self.tables[-1] = joined
        else:
            self.tables.append(table)

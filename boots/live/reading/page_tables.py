"""Page tables walked where they lie in physical memory: the runs and table pages that the model's state has
for the same tables.

All tables of a level are read at once.  Nothing in them is trusted: a walk ends, whatever they point to.
"""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NamedTuple

from ....model.memory.pagetable.tables import (
    ALL,
    ENTRY_SIZE,
    PAGE_LEVEL,
    Geometry,
    Run,
    TableRun,
    continued,
    joins,
)
from ...remote.target import Range, Target
from ..memory import KernelMemory

MOST_TABLES = 1 << 16
"""Tables that are met at most in a walk, one that several entries point to as often as they do."""
MOST_BYTES = 48 << 20
"""Bytes of tables that are read at most in a walk: the direct map of 24 GiB by the smallest pages."""
MOST_PIECES = 1 << 18
"""Entries that do not continue their neighbours, of which more are no kernel's."""
AT_ONCE = 1 << 20
"""Bytes that are asked for together."""

ReadPhysical = Callable[[Sequence[Range]], Awaitable[list[bytes | None]]]
"""Reads ranges of physical memory; None for what cannot be read."""


class Entry(NamedTuple):
    """What an entry of a table says: the physical address of the table below or of the memory that it maps,
    and its other bits."""

    is_table: bool
    pa: int
    attrs: int


Decode = Callable[[int, int], Entry | None]
"""What an entry means: by its level (3 holds pages) and its bits; None if it is not valid."""


class LiveTree(NamedTuple):
    """A tree as it is in memory: the name that the state has for it, the physical address of its root, the
    first address that it translates, its shape, and what its entries mean; `contiguous` tells by an entry's
    other bits whether it is one of a contiguous set."""

    target: str
    root_pa: int
    root_va: int
    geometry: Geometry
    decode: Decode
    contiguous: Callable[[int], bool]


class Walked(NamedTuple):
    """What a tree holds, as in the state: leaf runs by address, table pages in the order of a walk.
    `left_out` counts tables that could not be read, or that were too many."""

    runs: list[Run]
    tables: list[TableRun]
    left_out: int = 0


class TreeOps(NamedTuple):
    """What an architecture knows of its trees.  `root_registers` are those that say which one is used;
    `live_trees` finds those that a running kernel has, `physical_reader` how to read them."""

    root_registers: tuple[str, ...]
    live_trees: Callable[[Target, KernelMemory], Awaitable[list[LiveTree]]]
    physical_reader: Callable[[Target, KernelMemory], Awaitable[ReadPhysical]]


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


async def walk(read: ReadPhysical, tree: LiveTree) -> Walked:
    """All that a tree holds."""
    geometry = tree.geometry
    known: dict[tuple[int, int], _Contents] = {}
    level, wanted = geometry.start_level, [tree.root_pa]
    budget, pieces = MOST_BYTES, MOST_PIECES
    while wanted and level <= PAGE_LEVEL:
        size = geometry.entries(level) * ENTRY_SIZE
        wanted = wanted[: budget // size]
        budget -= len(wanted) * size
        step = max(1, AT_ONCE // size)
        for first in range(0, len(wanted), step):
            part = wanted[first : first + step] if pieces > 0 else []
            for pa, data in zip(part, await read([Range(pa, size) for pa in part]), strict=True):
                if data is not None and len(data) == size:
                    known[level, pa] = contents = list(_contents(data, level, tree))
                    pieces -= len(contents)
        found = (known.get((level, pa), ()) for pa in wanted)
        wanted = list(dict.fromkeys(each.pa for all_ in found for each in all_ if isinstance(each, _Below)))
        level += 1
    return _Gathering(tree, known).walked()


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

    def __init__(self, tree: LiveTree, known: dict[tuple[int, int], _Contents]) -> None:
        self.tree = tree
        self.known = known
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
        contents = self.known.get((level, pa))
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


async def translate(read: ReadPhysical, tree: LiveTree, address: int) -> int | None:
    """The physical address that a tree maps a virtual one to; None if it maps none."""
    geometry, pa = tree.geometry, tree.root_pa
    for level in range(geometry.start_level, PAGE_LEVEL + 1):
        data = (await read([Range(pa + geometry.offset(level, address), ENTRY_SIZE)]))[0]
        entry = tree.decode(level, int.from_bytes(data, "little")) if data else None
        if entry is None:
            return None
        if not entry.is_table:
            return entry.pa + address % geometry.size(level)
        pa = entry.pa
    return None


def reading_virtually(target: Target, virtual: Callable[[int], int | None]) -> ReadPhysical:
    """How physical memory is read where the stub knows virtual addresses only: at those that `virtual` says
    it is mapped at."""

    async def read(ranges: Sequence[Range]) -> list[bytes | None]:
        mapped = [virtual(each.address) for each in ranges]
        asked = [Range(at, each.size) for at, each in zip(mapped, ranges, strict=True) if at is not None]
        answers = iter(await target.read(asked) if asked else ())
        return [next(answers) if at is not None else None for at in mapped]

    return read

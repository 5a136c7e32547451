"""The way that the kernel's own dump of page tables takes through a tree.

Mirrors mm/ptdump.c and mm/pagewalk.c: every entry that is not a table is noted.  The kernel looks at each
entry; here a run of like entries is one `MappedStretch`.  What is printed of them is the architecture's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from .tables import PAGE_LEVEL, Geometry, Run, TableRun

END = 1 << 64


class Marker(Struct, frozen=True):
    """A border of the address map: ``---[ name ]---`` stands where the dump reaches it."""

    start: int
    name: str


class DumpLine(Struct, frozen=True):
    """A line of the dump, and the addresses [start, end) it is about; a title's are both where it stands."""

    start: int
    end: int
    text: str


class MappedStretch(Struct, frozen=True):
    """Neighbouring entries of `step` bytes each that are equal for a dump: holes (`prot` 0) or leaves."""

    start: int
    end: int
    level: int
    step: int
    prot: int


class TableMap:
    """Which addresses have a table page of each level."""

    def __init__(self, geometry: Geometry, tables: Iterable[TableRun]) -> None:
        self.geometry = geometry
        self._covered: dict[int, list[tuple[int, int]]] = {}
        for table in tables:
            end = table.va_first + table.count * geometry.table_size(table.level)
            ranges = self._covered.setdefault(table.level, [])
            if ranges and ranges[-1][1] == table.va_first:
                ranges[-1] = (ranges[-1][0], end)
            else:
                ranges.append((table.va_first, end))

    def deepest(self, address: int) -> int:
        """The level of the last table that a walk to `address` reaches."""
        level = self.geometry.start_level
        while level < PAGE_LEVEL and self._has(level + 1, address):
            level += 1
        return level

    def _has(self, level: int, address: int) -> bool:
        ranges = self._covered.get(level, [])
        at = bisect_right(ranges, (address, END + 1)) - 1
        return at >= 0 and address < ranges[at][1]

    def next_table(self, level: int, address: int) -> int:
        """Where the first table of `level` after `address` begins; `END` if there is none."""
        ranges = self._covered.get(level, [])
        at = bisect_right(ranges, (address, END + 1))
        return ranges[at][0] if at < len(ranges) else END


def stretches(
    geometry: Geometry,
    runs: Sequence[Run],
    tables: Iterable[TableRun],
    prot_mask: int,
    base: int,
    end: int = END,
) -> Iterator[MappedStretch]:
    """Everything that a walk from `base` to `end` notes, in order; of an entry's bits those of `prot_mask`
    count."""
    known = TableMap(geometry, tables)
    address = base
    for run in runs:
        if run.va_end <= base:
            continue
        yield from _holes(known, address, run.va_start)
        yield MappedStretch(
            run.va_start, run.va_end, run.level, geometry.size(run.level), run.attrs & prot_mask
        )
        address = run.va_end
    yield from _holes(known, address, end)


def _holes(known: TableMap, start: int, end: int) -> Iterator[MappedStretch]:
    """The empty entries from `start` up to `end`, each at the level where the walk ends."""
    geometry = known.geometry
    while start < end:
        level = known.deepest(start)
        stop = min(end, (start // geometry.table_size(level) + 1) * geometry.table_size(level))
        if level < PAGE_LEVEL:
            stop = min(stop, known.next_table(level + 1, start))
        yield MappedStretch(start, stop, level, geometry.size(level), 0)
        start = stop


def noted_addresses(stretch: MappedStretch, next_border: Callable[[], int]) -> Iterator[int]:
    """The entries of a stretch at which a dump may begin a line, by their addresses: its first, and the first
    behind each border; `next_border` tells where the next one is, which taking an address may change."""
    address = stretch.start
    while address < stretch.end:
        yield address
        steps_to_border = -((stretch.start - next_border()) // stretch.step)
        address = max(address + stretch.step, stretch.start + steps_to_border * stretch.step)


def kernel_size(size: int) -> str:
    """A size as dumps have it: the largest unit without a remainder."""
    size >>= 10
    units = "KMGTPE"
    while not size & 1023 and len(units) > 1:
        size >>= 10
        units = units[1:]
    return f"{size}{units[0]}"

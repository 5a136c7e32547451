"""A tree of page tables entry by entry: what a debugger shows when a table page is opened.

Nothing is made but what is asked for: like entries that follow each other in a table page are one `Entries`,
however many they are, and its single entries are computed from it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .format import EntryFormat
from .tables import PAGE_LEVEL, Geometry, Run, TableRun

EMPTY, LEAF, TABLE = "empty", "leaf", "table"


class Entries(NamedTuple):
    """Neighbouring like entries of one table page of `level`: from index `first` on, `number` of them.

    `va` is the first address that the first one translates, `step` the bytes that each does.  A leaf or table
    entry holds the physical address `pa`, which grows by `pa_step` from one to the next, and bits `attrs`.
    """

    kind: str
    level: int
    first: int
    number: int
    va: int
    step: int
    pa: int = 0
    pa_step: int = 0
    attrs: int = 0

    def part(self, start: int, stop: int) -> Entries:
        """Those from the `start`-th up to the `stop`-th, not included."""
        return self._replace(
            first=self.first + start,
            number=stop - start,
            va=self.va + start * self.step,
            pa=self.pa + start * self.pa_step,
        )

    @property
    def va_end(self) -> int:
        """The address after the last that these translate."""
        return self.va + self.number * self.step

    @property
    def last(self) -> int:
        """The index of the last one."""
        return self.first + self.number - 1

    @property
    def descriptor(self) -> int:
        """The first entry as it stands in memory."""
        return self.pa | self.attrs


class TreeView:
    """The table pages and entries of one tree: `root_pa` and `root_va` as in `PageTables.fields`, `runs` and
    `tables` as they are there."""

    def __init__(
        self,
        geometry: Geometry,
        root_pa: int,
        root_va: int,
        runs: Sequence[Run],
        tables: Sequence[TableRun],
    ) -> None:
        self.geometry = geometry
        self.root_pa = root_pa
        self.root_va = root_va
        self.runs = runs
        self._tables: dict[int, list[TableRun]] = {}
        for table in tables:
            self._tables.setdefault(table.level, []).append(table)

    def number_of_entries(self, level: int) -> int:
        """Entries that a table page of a level has."""
        return self.geometry.entries(level)

    def index(self, level: int, address: int) -> int:
        """The index of the entry for an address in its table page of a level."""
        return self.geometry.entry(level, address)

    def base(self, level: int, address: int) -> int:
        """The first address that the table page of a level for an address translates."""
        if level == self.geometry.start_level:
            return self.root_va
        return address & -self.geometry.table_size(level)

    def table_pa(self, level: int, address: int) -> int | None:
        """The physical address of the table page of a level that translates an address."""
        if level == self.geometry.start_level:
            return self.root_pa
        found = self._table(level, address)
        if found is None:
            return None
        return found.pa_first + (address - found.va_first) // self.geometry.table_size(level) * found.pa_step

    def _table(self, level: int, address: int) -> TableRun | None:
        tables = self._tables.get(level, [])
        at = bisect_right(tables, address, key=lambda table: table.va_first) - 1
        if at < 0 or address >= tables[at].va_first + tables[at].count * self.geometry.table_size(level):
            return None
        return tables[at]

    def path(self, address: int) -> list[tuple[int, int]]:
        """The table pages that a walk to an address reads: (level, first address), from the root on."""
        found: list[tuple[int, int]] = []
        for level in range(self.geometry.start_level, PAGE_LEVEL + 1):
            if self.table_pa(level, address) is None:
                break
            found.append((level, self.base(level, address)))
        return found

    def entries(self, level: int, address: int) -> list[Entries]:
        """What the table page of a level holds that translates an address, as few runs of like entries, empty
        ones too."""
        base = self.base(level, address)
        found: list[Entries] = []
        for start, end in self._parts(level):
            self._add_entries(found, level, base + start, base + end)
        return found

    def _parts(self, level: int) -> tuple[tuple[int, int], ...]:
        """What a table page of a level translates, as offsets from its first address."""
        if level == self.geometry.start_level:
            return self.geometry.halves
        return ((0, self.geometry.table_size(level)),)

    def _add_entries(self, found: list[Entries], level: int, start: int, end: int) -> None:
        at = start
        for item in sorted(
            (*self._leaves(level, start, end), *self._below(level, start, end)), key=lambda item: item.va
        ):
            self._add_empty(found, level, at, item.va)
            found.append(item)
            at = item.va_end
        self._add_empty(found, level, at, end)

    def used(self, level: int, address: int) -> int:
        """How many entries of a table page are not empty."""
        return sum(item.number for item in self.entries(level, address) if item.kind != EMPTY)

    def _add_empty(self, found: list[Entries], level: int, start: int, end: int) -> None:
        step = self.geometry.size(level)
        if start < end:
            found.append(Entries(EMPTY, level, self.index(level, start), (end - start) // step, start, step))

    def _leaves(self, level: int, start: int, end: int) -> Iterator[Entries]:
        step = self.geometry.size(level)
        at = max(bisect_right(self.runs, start, key=lambda run: run.va_start) - 1, 0)
        while at < len(self.runs) and self.runs[at].va_start < end:
            run = self.runs[at]
            at += 1
            if run.level != level or run.va_end <= start:
                continue
            va, stop = max(run.va_start, start), min(run.va_end, end)
            pa = run.pa_start + va - run.va_start
            yield Entries(
                LEAF, level, self.index(level, va), (stop - va) // step, va, step, pa, step, run.attrs
            )

    def _below(self, level: int, start: int, end: int) -> Iterator[Entries]:
        """The entries that point to tables of the next level."""
        tables, step = self._tables.get(level + 1, []), self.geometry.size(level)
        at = max(bisect_right(tables, start, key=lambda table: table.va_first) - 1, 0)
        while at < len(tables) and tables[at].va_first < end:
            table = tables[at]
            at += 1
            first = max(0, (start - table.va_first) // step)
            stop = min(table.count, (end - table.va_first) // step)
            if first < stop:
                va = table.va_first + first * step
                pa = table.pa_first + first * table.pa_step
                yield Entries(
                    TABLE,
                    level,
                    self.index(level, va),
                    stop - first,
                    va,
                    step,
                    pa,
                    table.pa_step,
                    table.attrs,
                )


def level_name(entries: EntryFormat, level: int, start_level: int | None = None) -> str:
    """The kernel's name for the tables of a level; that of `start_level` is the root, whatever its number."""
    names = entries.level_names
    return names[0] if level == start_level else names[level - PAGE_LEVEL - 1]


def leaf_name(entries: EntryFormat, level: int) -> str:
    """What a leaf entry of a level maps."""
    return "page" if level == PAGE_LEVEL else entries.block


def leaf_words(entries: EntryFormat, attrs: int, level: int) -> tuple[str, ...]:
    """Everything that a leaf entry says, also what software keeps in it."""
    return (*entries.words(attrs, level), *entries.software_words(attrs))

"""A tree of page tables at a position."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import overload

from msgspec import Struct

from ..base.units import hex_address, readable_size
from ..language.words import tr
from ..memory.pagetable.entries import level_name
from ..memory.pagetable.format import EntryFormat
from ..memory.pagetable.tables import Run
from ..memory.picture import Tree
from .html import table


class MappedRun(Struct, frozen=True):
    """Virtual addresses from `va_start` up to but not including `va_end` that are mapped alike, to physical
    ones from `pa_start` on, by entries of `page_size` bytes each at the level of that name; `attributes` are
    the entries' bits in words, `bits` those bits."""

    va_start: int
    va_end: int
    pa_start: int
    page_size: int
    level: str
    attributes: tuple[str, ...]
    bits: int

    @property
    def size(self) -> int:
        """Bytes."""
        return self.va_end - self.va_start


class PageTablesView(Sequence[MappedRun]):
    """What a tree maps, by virtual address; `root` is the physical address of its root (0: there is none),
    `table_count` how many pages of tables it has."""

    def __init__(self, tree: Tree, entries: EntryFormat, name: str) -> None:
        self._runs, self._entries = tree.runs, entries
        self.name = name
        self.root = tree.root_pa
        self.table_count = sum(each.count for each in tree.tables)

    def _view(self, run: Run) -> MappedRun:
        words = tuple(self._entries.words(run.attrs, run.level))
        level = level_name(self._entries, run.level)
        return MappedRun(run.va_start, run.va_end, run.pa_start, run.page_size, level, words, run.attrs)

    @overload
    def __getitem__(self, index: int) -> MappedRun: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[MappedRun, ...]: ...
    def __getitem__(self, index: int | slice) -> MappedRun | tuple[MappedRun, ...]:
        if isinstance(index, slice):
            return tuple(map(self._view, self._runs[index]))
        return self._view(self._runs[index])

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[MappedRun]:
        return map(self._view, self._runs)

    def at(self, address: int) -> MappedRun | None:
        """What maps a virtual address."""
        runs = self._runs
        index = bisect_right(runs, address, key=lambda run: run.va_start) - 1
        return self._view(runs[index]) if index >= 0 and address < runs[index].va_end else None

    def physical(self, address: int) -> int | None:
        """The physical address that a virtual one leads to; None if it is not mapped."""
        run = self.at(address)
        return None if run is None else run.pa_start + address - run.va_start

    def __repr__(self) -> str:
        return f"<{self.name}: {len(self)} runs, {self.table_count} tables, root {hex_address(self.root)}>"

    def _repr_html_(self) -> str:
        rows = (
            (
                *(f"{run.va_start:#018x}", f"{run.va_end:#018x}", hex_address(run.pa_start)),
                *(readable_size(run.size), run.level, " ".join(run.attributes)),
            )
            for run in self
        )
        caption = tr(
            "{name}: {table_count} tables, root {root}",
            name=self.name,
            table_count=self.table_count,
            root=hex_address(self.root),
        )
        return table(caption, ("from", "to", "physical", "size", "level", "attributes"), rows)

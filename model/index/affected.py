"""What part of memory a change is about: physical and virtual ranges, sections, zones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from msgspec import Struct

from ..memory.buddy import FreeRun
from ..memory.pagetable.runs import remains, written
from ..memory.pagetable.tables import PAGE_LEVEL, Run, TableRun
from ..memory.zones import Node, Zone
from ..trace.changes import Assign, Change, Splice
from .memblock_ops import Operation
from .selectors import ANY_NODE, PHYSICAL, SECTION, VIRTUAL, MemoryRange


class Shifts(Struct, frozen=True):
    """Bits of a page and of a section."""

    page: int
    section: int

    def table(self, level: int) -> int:
        """Bits that one table page at `level` translates."""
        return self.page + (PAGE_LEVEL + 1 - level) * (self.page - 3)


def touches(change: Change, place: MemoryRange, shifts: Shifts, tables: bool = True) -> bool:
    """Whether a change to page tables, sections or zones is about a place; for virtual addresses, `tables`
    says whether a new table page counts.  Changes of memblock are asked by `operation_touches`."""
    if place.space in (PHYSICAL, VIRTUAL):
        if not tables and place.space == VIRTUAL and change.target.endswith(".tables"):
            return False
        found = ranges(change, place.space, shifts)
        return any(place.start < end and start < place.end for start, end in found)
    if not isinstance(change, Assign):
        return False
    if place.space == SECTION:
        return change.target == "sections.sections" and place.start <= change.key < place.end
    return change.target == "zones.nodes" and _counters(change.old, place) != _counters(change.new, place)


def operation_touches(operation: Operation, place: MemoryRange) -> bool:
    """Whether an operation of memblock is about a place."""
    return place.space == PHYSICAL and operation.start < place.end and place.start < operation.end


def _counters(node: Node | None, place: MemoryRange) -> list[Zone]:
    """The zones of that name, on the node that is asked for."""
    if node is None or place.start not in (ANY_NODE, node.nid):
        return []
    return [zone for zone in node.zones if zone.name == place.name]


def ranges(change: Change, space: str, shifts: Shifts) -> Iterator[tuple[int, int]]:
    """The physical or virtual addresses that a change is about."""
    physical = space == PHYSICAL
    if isinstance(change, Assign):
        if physical and change.target == "sections.sections":
            yield change.key << shifts.section, (change.key + 1) << shifts.section
        return
    part = change.target.rpartition(".")[2]
    if part == "runs":
        removed = cast("tuple[Run, ...]", change.removed)
        inserted = cast("tuple[Run, ...]", change.inserted)
        for run in written(removed, inserted):
            size = run.va_end - run.va_start
            yield (run.pa_start, run.pa_start + size) if physical else (run.va_start, run.va_end)
        if not physical:
            for run in removed:
                yield from ((piece.va_start, piece.va_end) for piece in remains(run, inserted))
    elif part == "tables":
        yield from _tables(change, physical, shifts)
    elif change.target == "zones.free" and physical:
        yield from _pages(change.removed, change.inserted, shifts)
        yield from _pages(change.inserted, change.removed, shifts)


def _pages(
    old_runs: tuple[object, ...], new_runs: tuple[object, ...], shifts: Shifts
) -> Iterator[tuple[int, int]]:
    """The pages that are free in the new runs, and are not in the old ones."""
    before = sorted(cast("tuple[FreeRun, ...]", old_runs))
    for run in cast("tuple[FreeRun, ...]", new_runs):
        start = run.start_pfn
        for old in before:
            if start < old.start_pfn < run.end_pfn:
                yield start << shifts.page, old.start_pfn << shifts.page
            if old.start_pfn < run.end_pfn:
                start = max(start, old.end_pfn)
        if start < run.end_pfn:
            yield start << shifts.page, run.end_pfn << shifts.page


def _tables(change: Splice, physical: bool, shifts: Shifts) -> Iterator[tuple[int, int]]:
    """The table page that a change adds: its own bytes, or what it translates."""
    inserted = cast("tuple[TableRun, ...]", change.inserted)
    if not inserted:
        return
    last = inserted[-1]
    if physical:
        start = last.pa_first + (last.count - 1) * last.pa_step
        yield start, start + (1 << shifts.page)
    else:
        start = last.va_first + (last.count - 1) * last.va_step
        yield start, start + (1 << shifts.table(last.level))

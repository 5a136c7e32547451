"""What became of a tree of page tables between two moments, and which event wrote an entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ..base.common_ends import common_ends
from ..index.affected import Shifts, touches
from ..index.selectors import VIRTUAL, MemoryRange
from ..memory.pagetable.runs import remains, written
from ..memory.pagetable.tables import Geometry, Run, TableRun
from ..trace.changes import Change, Splice
from ..trace.events import Kind

if TYPE_CHECKING:
    from ..trace.events import Trace

Item = TypeVar("Item")


class MappingChange(NamedTuple):
    """Virtual addresses [start, end) that were mapped (``+``), mapped in another way (``~``) or are mapped no
    more (``-``) by entries of `level`; or, `is_table`, entries of `level` that point to new table pages."""

    start: int
    end: int
    mark: str
    level: int
    is_table: bool = False


def mapping_changes(
    before: tuple[Sequence[Run], Sequence[TableRun]],
    after: tuple[Sequence[Run], Sequence[TableRun]],
    geometry: Geometry,
) -> list[MappingChange]:
    """What changed between two states of a tree, each its runs and its tables; by address."""
    removed, inserted = _middles(before[0], after[0])
    found: list[MappingChange] = []
    for run in written(removed, inserted):
        new = remains(run, removed)
        found += [MappingChange(part.va_start, part.va_end, "+", run.level) for part in new]
        found += [MappingChange(part.va_start, part.va_end, "~", run.level) for part in remains(run, new)]
    for run in removed:
        gone = remains(run, inserted)
        found += [MappingChange(part.va_start, part.va_end, "-", run.level) for part in gone]
    old, new_tables = _middles(before[1], after[1])
    found += _tables(new_tables, old, "+", geometry)
    found += _tables(old, new_tables, "-", geometry)
    return sorted(found)


def _middles(before: Sequence[Item], after: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
    """Both without what they have in common at their ends."""
    start, old_end, new_end = common_ends(before, after)
    return before[start:old_end], after[start:new_end]


def _tables(
    tables: Sequence[TableRun], others: Sequence[TableRun], mark: str, geometry: Geometry
) -> Iterator[MappingChange]:
    """The table pages that are not among the `others`."""
    for table in tables:
        parts = [_range(table, geometry)]
        for other in others:
            if other.level == table.level:
                start, end = _range(other, geometry)
                parts = [
                    piece
                    for first, last in parts
                    for piece in ((first, min(last, start)), (max(first, end), last))
                    if piece[0] < piece[1]
                ]
        for first, last in parts:
            yield MappingChange(first, last, mark, table.level - 1, True)


def _range(table: TableRun, geometry: Geometry) -> tuple[int, int]:
    return table.va_first, table.va_first + table.count * geometry.table_size(table.level)


def last_write(trace: Trace, tree: str, start: int, end: int, stop: int, shifts: Shifts) -> int | None:
    """The last event before `stop` that mapped some of the virtual [start, end) in a tree (`PageTables.
    target`), or took it away, or, if there is none, made a table page for it."""
    place = MemoryRange(VIRTUAL, start, end)
    for part in (f"{tree}.runs", f"{tree}.tables"):
        event = trace.last_of_kind(Kind.PAGE_TABLE, stop)
        while event >= 0:
            for change in trace.payload(event):
                if change.target == part and _is_near(change, start, end) and touches(change, place, shifts):
                    return event
            event = trace.last_of_kind(Kind.PAGE_TABLE, event)
    return None


def _is_near(change: Change, start: int, end: int) -> bool:
    """Whether a run that grew at its end did so in [start, end); true of any other change.  Of those that
    make a large linear map nearly all are such, and to look closely at each would take a while."""
    if not isinstance(change, Splice) or len(change.removed) != 1 or len(change.inserted) != 1:
        return True
    old, new = change.removed[0], change.inserted[0]
    if not isinstance(old, Run) or old.va_start != new.va_start or old[2:] != new[2:]:
        return True
    return old.va_end < end and start < new.va_end

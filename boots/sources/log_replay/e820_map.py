"""The e820 map of a log: the rows of each map that the kernel prints, and the changes that it says it makes.

Mirrors arch/x86/kernel/e820.c.  Each map that is printed is the whole table, sorted; neighbours of one type
are one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ....model.firmware.e820 import type_of
from ....model.logs.records.firmware import MapChange, MapEntry
from ....model.logs.records.record import Understood
from ....model.memory.e820 import (
    E820_TYPE_PRAM,
    E820_TYPE_RAM,
    E820_TYPE_RESERVED_KERN,
    E820_TYPE_SOFT_RESERVED,
    E820Entry,
)
from ....model.memory.recorded import RecordedList
from ....model.memory.state import State
from .steps import Step

MAPS = ("e820", "user-defined", "modified")
"""Whose maps they are, of those that the table holds."""
NEVER_MERGED = (E820_TYPE_PRAM, E820_TYPE_SOFT_RESERVED)
"""Types whose neighbours stay apart (``e820_nomerge``)."""


def has_e820(understood: Understood) -> bool:
    """Whether a log tells of an e820 map."""
    return any(isinstance(record, MapEntry) and record.map in MAPS for record in understood.records)


def e820_steps(understood: Understood) -> Iterator[Step]:
    """What the lines do to the tables: the first map is that of firmware, and all three tables have it."""
    printed: list[str] = []
    kept: set[E820Entry] = set()
    for record in understood.records:
        if isinstance(record, MapEntry) and record.map in MAPS:
            whose = record.line.text.lstrip().partition(":")[0]
            begins = not printed or whose != printed[-1]
            if begins:
                printed.append(whose)
            type = type_of(record.kind)
            if type is not None and record.size:
                entry = E820Entry(record.base, record.size, type)
                is_first = len(printed) == 1
                function = "e820__memory_setup" if is_first else "e820__print_table"
                yield Step(record.line.number, function, _row(entry, begins, is_first, kept))
        elif isinstance(record, MapChange) and record.map in MAPS and printed:
            function = "e820__range_update" if record.new else "e820__range_remove"
            arguments = (("start", record.base), ("size", record.size))
            yield Step(record.line.number, function, _change(record, kept), arguments=arguments)


def _row(entry: E820Entry, begins: bool, is_firmwares: bool, kept: set[E820Entry]) -> Callable[[State], None]:
    """A row of a map, which is another map than before if it `begins` one; `kept` are the entries that the
    kernel keeps for itself."""

    def do(state: State) -> None:
        tables = state.e820
        row = entry
        if entry._replace(type=E820_TYPE_RESERVED_KERN) in kept:
            # It is printed as the RAM that it is.
            row = entry._replace(type=E820_TYPE_RESERVED_KERN)
        copies = (tables.e820_table_kexec, tables.e820_table_firmware) if is_firmwares else ()
        for table in (tables.e820_table, *copies):
            _become(table, (*(() if begins else table), row))

    return do


def _change(record: MapChange, kept: set[E820Entry]) -> Callable[[State], None]:
    """A range is of another type from now on, or in no entry any more, as far as it was of the old type."""
    old, new = type_of(record.old), type_of(record.new) if record.new else None
    if old == new == E820_TYPE_RAM:
        new = E820_TYPE_RESERVED_KERN

    def do(state: State) -> None:
        table = state.e820.e820_table
        pieces = (
            piece
            for entry in table
            for piece in (_cut(entry, record, new) if entry.type == old else (entry,))
        )
        _become(table, _settled(pieces))
        kept.update(entry for entry in table if entry.type == E820_TYPE_RESERVED_KERN)

    return do


def _cut(entry: E820Entry, record: MapChange, new: int | None) -> Iterator[E820Entry]:
    """What becomes of an entry: the part that is changed, and those before and after."""
    start = min(max(record.base, entry.addr), entry.end)
    end = max(min(record.base + record.size, entry.end), start)
    yield E820Entry(entry.addr, start - entry.addr, entry.type)
    if new is not None:
        yield E820Entry(start, end - start, new)
    yield E820Entry(end, entry.end - end, entry.type)


def _settled(entries: Iterable[E820Entry]) -> list[E820Entry]:
    """Sorted, with neighbours of one type made one, and without empty entries."""
    found: list[E820Entry] = []
    for entry in sorted(entry for entry in entries if entry.size):
        mergeable = entry.type not in NEVER_MERGED
        if mergeable and found and found[-1].end == entry.addr and found[-1].type == entry.type:
            found[-1] = found[-1]._replace(size=found[-1].size + entry.size)
        else:
            found.append(entry)
    return found


def _become(table: RecordedList, entries: Iterable[E820Entry]) -> None:
    table.replace(0, len(table), tuple(entries))

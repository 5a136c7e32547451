"""The e820 map that a kernel's log has: its ``BIOS-e820`` lines, be it that there is nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..firmware.e820 import type_of
from ..language.words import tr
from ..memory.e820 import E820Entry
from .grammar.understand import understand
from .log_line import LogLine
from .records.firmware import MapEntry

GIVEN = ("BIOS-e820:", "BIOS-e801:", "BIOS-88:", "Xen:", "JAILHOUSE:")
"""What stands before the rows of a map that firmware gave, by who gave it."""


def map_of_log(lines: Iterable[LogLine]) -> tuple[E820Entry, ...]:
    """The map that firmware gave, by the lines of a log; empty if they tell none.  Raises `ValueError` for a
    row that is of no known type."""
    rows = [line for line in lines if line.text.lstrip().startswith(GIVEN)]
    return tuple(_entries(understand(rows).records, len(rows)))


def _entries(records: Iterable[object], rows: int) -> Iterator[E820Entry]:
    found = [record for record in records if isinstance(record, MapEntry)]
    if len(found) < rows:
        raise ValueError(
            tr("{rows} of {rows2} BIOS-e820 lines are damaged or cut off", rows=rows - len(found), rows2=rows)
        )
    for row in found:
        type = type_of(row.kind)
        if row.kind == "gap":
            continue
        if type is None:
            raise ValueError(tr("there is no type {kind!r} in an e820 map", kind=row.kind))
        yield E820Entry(row.base, row.size, type)

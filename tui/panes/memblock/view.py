"""What the pane of memblock shows: the map, both tables, and who has what.

Apart from the pane, which is there for the first screen while this needs all of memblock.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from textual.geometry import Size

from ....model.language.words import tr
from ....model.memory.memblock import Memblock
from ....model.memory.picture import Picture
from ...session.snapshot import Snapshot
from .map import MapSubject, changed_ranges
from .map_view import MapView
from .ownership import Holdings
from .region_rows import FORMS, READABLE, RegionRow
from .region_tables import NOTHING, RegionTables


class CursorStop(Struct, frozen=True):
    """A place of a cursor: a line, and the table it is in (0 memory, 1 what is reserved)."""

    line: int
    table: Literal[0, 1]


class MemblockView:
    """The map and the tables of one moment after the other.  `pointed` is the table that a cursor is in,
    where both stand beside each other: memory or reserved."""

    def __init__(self) -> None:
        self.tables = RegionTables()
        self.map = MapView()
        self.holdings = Holdings()
        self.pointed: Literal[0, 1] = 0

    def compose(self, snapshot: Snapshot, size: Size) -> None:
        """Prepare the tables, for so many columns and rows, and what the map is of."""
        now, before = snapshot.now, snapshot.before
        biggest = snapshot.jump.new_ranges if snapshot.jump is not None else ()
        self.tables.compose(now, before, _memblock(now), self.holdings.holders(snapshot), size, biggest)
        table = self.tables.changed_table()
        self.pointed = self.pointed if table is None else table
        changed = changed_ranges(before.memory, now.memory) + changed_ranges(before.reserved, now.reserved)
        changed += biggest
        self.map.subject = MapSubject(now.memory, self.holdings.taken(snapshot), changed)

    def side(self, line: int) -> int:
        """Which of the rows of a line a cursor there is on: one table may be longer than the other."""
        rows = self.tables.rows(line) if 0 <= line < self.tables.count() else ()
        if len(rows) < 2:
            return 0
        return self.pointed if rows[self.pointed] is not NOTHING else 1 - self.pointed

    def stops(self) -> list[CursorStop]:
        """Every place that a cursor can be at, a line and a table: the rows of memory, then those of what is
        reserved."""
        tables = self.tables
        below = 0 if tables.is_wide else len(tables.memory)
        memory = [CursorStop(at, 0) for at, row in enumerate(tables.memory) if isinstance(row, RegionRow)]
        return memory + [
            CursorStop(at + below, 1) for at, row in enumerate(tables.reserved) if isinstance(row, RegionRow)
        ]

    def moved(self, line: int, rows: int) -> CursorStop | None:
        """The place so many rows on from a line: after the last of memory come those of what is reserved."""
        stops = self.stops()
        if not stops:
            return None
        tables = self.tables
        side = self.side(line) if tables.is_wide else int(line >= len(tables.memory))
        here = CursorStop(line, 1 if side else 0)
        at = (
            stops.index(here)
            if here in stops
            else sum((stop.table, stop.line) < (here.table, here.line) for stop in stops)
        )
        at += rows if here in stops else rows - (rows > 0)
        return stops[max(0, min(at, len(stops) - 1))]

    def row(self, line: int) -> RegionRow | None:
        """The region that a cursor on a line is on."""
        if not 0 <= line < self.tables.count():
            return None
        row = self.tables.rows(line)[self.side(line)]
        return row if isinstance(row, RegionRow) else None

    def origin(self, row: RegionRow, snapshot: Snapshot) -> int | None:
        """The event that made a region, or took it away."""
        owners, (start, end) = snapshot.answers.owners, row.range
        if row.mark == "-":
            touching = list(owners.operations.touching(start, end, snapshot.position))
            return touching[-1].event if touching else None
        asked = owners.reserved_by if row.table == "reserved" else owners.memory_by
        claim = asked(start, snapshot.position)
        return claim.event if claim else None

    def next_form(self) -> str:
        """Show the regions in another form; returns which."""
        forms = self.tables
        forms.form = FORMS[(FORMS.index(forms.form) + 1) % len(FORMS)]
        return forms.form

    @property
    def form_words(self) -> str:
        """The form, where it is not the usual one."""
        return "" if self.tables.form == READABLE else tr(self.tables.form)


def _memblock(picture: Picture) -> Memblock:
    """The memblock of a picture: nobody changes it."""
    found = Memblock()
    found.restore(picture["memblock"])
    found.memory.restore(picture["memblock.memory"])
    found.reserved.restore(picture["memblock.reserved"])
    return found

"""Both tables of memblock beside or below each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import structs
from textual.geometry import Size

from ....model.base.units import readable_size
from ....model.language.words import tr
from ...draw.lines import Line, Mark, cut, differences, length, padded
from .region_rows import (
    DMESG,
    READABLE,
    Caption,
    RegionRow,
    captions,
    kernel_line,
    owners_text,
    readable_line,
)

if TYPE_CHECKING:
    from ....model.memory.memblock import Memblock, Region
    from ....model.memory.memblock.regions import TypeName
    from ....model.memory.picture import Picture
    from .ownership import Holders
    from .stretches import Range

SIDE_BY_SIDE = 84
"""Columns from which both tables stand beside each other."""
ROOM_FOR_OWNERS = 60
"""Columns for the reserved table for whose sake that of memory is kept short."""
MOST_FOR_OWNERS = 90
"""Columns for the reserved table; what is left beyond them goes to that of memory."""
LEAST_FOR_OWNERS = 12
"""Columns beside a region of memory that an owner is worth."""
NOTHING = Caption([])


class RegionTables:
    """The lines of both tables.  `form` is one of `region_rows.FORMS`; `opened` has the regions whose parts
    are shown, by table and base."""

    def __init__(self) -> None:
        self.form = READABLE
        self.opened: set[tuple[TypeName, int]] = set()
        self.memory: list[RegionRow | Caption] = []
        self.reserved: list[RegionRow | Caption] = []
        self.holders: Holders | None = None
        self.mb: Memblock | None = None
        self.is_wide = False
        self.split = self.width = 0
        self._digits = 8
        self._room = 8
        self._is_short = False
        self.rows_there = 0

    def compose(
        self,
        now: Picture,
        before: Picture,
        mb: Memblock,
        holders: Holders,
        size: Size,
        biggest: Sequence[Range] = (),
    ) -> None:
        """The rows as they are `now`, with marks where they were not `before`, for so many columns and
        rows.  After a jump, those are marked that hold the `biggest` of what is new."""
        self.holders, self.mb = holders, mb
        self.width, self.rows_there = size
        width = size.width
        memory = differences(there(before.memory), there(now.memory), _edges)
        reserved = differences(there(before.reserved), there(now.reserved), _edges)
        if biggest:
            reserved = [_marked(row, biggest) for row in reserved]
        ends = [region.base + region.size - 1 for _, region in (*memory[-1:], *reserved[-1:])]
        self._digits = max([len(f"{end:x}") for end in ends] + [8])
        sizes = {len(readable_size(region.size)) for _, region in (*memory, *reserved)}
        self._room = max(sizes | {10 if self.opened else 8})
        self.memory = self._table("memory", memory)
        self.reserved = self._table("reserved", reserved)
        self._divide(now, width)

    def _divide(self, now: Picture, width: int) -> None:
        """Beside each other if both fit; what is reserved has owners, so it gets all the room that is not
        needed for memory."""
        for is_short in (False, True):
            self._is_short = is_short
            memory = self._captions("memory", now.memory, now.memory_max)
            reserved = self._captions("reserved", now.reserved, now.reserved_max)
            needed = max(length(self._bare(row)) for row in (*memory, *self.memory)) + 1
            if width - needed >= ROOM_FOR_OWNERS:
                break
        others = max(length(self._bare(row)) for row in (*reserved, *self.reserved))
        split = max(needed, width - MOST_FOR_OWNERS)
        self.is_wide = width >= SIDE_BY_SIDE and needed + others <= width and not self._fits_below(split)
        self.split = split if self.is_wide else width
        self._is_short = self._is_short and self.is_wide
        self.memory = [*self._captions("memory", now.memory, now.memory_max), *self.memory]
        self.reserved = [*self._captions("reserved", now.reserved, now.reserved_max), *self.reserved]

    def _fits_below(self, split: int) -> bool:
        """Whether all rows have room below each other, where owners would be cut off beside each other."""
        rows = [*self.memory, *self.reserved]
        captions = 2 if self.form != DMESG else 4
        if len(rows) + captions > self.rows_there:
            return False
        is_cut = any(split + length(self._full(row)) > self.width for row in self.reserved)
        return is_cut or any(length(self._full(row)) > split for row in self.memory)

    def _captions(self, table: TypeName, regions: Sequence[Region], most: int) -> list[Caption]:
        assert self.mb is not None
        size = sum(region.size for region in regions)
        return captions(self.form, self.mb, table, (len(there(regions)), size, most), self._is_short)

    def _table(self, table: TypeName, marked: list[tuple[Mark, Region]]) -> list[RegionRow | Caption]:
        rows: list[RegionRow | Caption] = []
        number = 0
        for mark, region in marked:
            row = RegionRow(table, mark, region, number)
            rows.append(row)
            number += mark != "-"
            if self.is_open(row):
                assert self.holders is not None
                rows += (structs.replace(row, part=part) for part in self.holders.parts(table, region))
        return rows

    def is_open(self, row: RegionRow) -> bool:
        """Whether the parts of a region are shown."""
        return self.form == READABLE and row.mark != "-" and (row.table, row.region.base) in self.opened

    def open_or_close(self, row: RegionRow) -> bool:
        """Show the owners of a region one by one, or not any more; False if it has not several."""
        assert self.holders is not None
        if self.form != READABLE or row.mark == "-" or len(self.holders.parts(row.table, row.region)) < 2:
            return False
        key = (row.table, row.region.base)
        if key in self.opened:
            self.opened.remove(key)
        else:
            self.opened.add(key)
        return True

    # ---- lines ----

    def count(self) -> int:
        """Lines of the longer table beside the other, or of both below each other."""
        if self.is_wide:
            return max(len(self.memory), len(self.reserved))
        return len(self.memory) + len(self.reserved)

    def rows(self, index: int) -> tuple[RegionRow | Caption, ...]:
        """What a line shows: one row, or one of each table."""
        if not self.is_wide:
            at = index - len(self.memory)
            return (self.memory[index] if at < 0 else self.reserved[at],)
        return tuple(rows[index] if index < len(rows) else NOTHING for rows in (self.memory, self.reserved))

    def line_of(self, row: RegionRow) -> tuple[int, Literal[0, 1]]:
        """The line that shows a row, and the table it is in."""
        if row.table == "memory":
            return self.memory.index(row), 0
        return self.reserved.index(row) + (0 if self.is_wide else len(self.memory)), 1

    def line(self, index: int) -> Line:
        """A line of the tables."""
        rows = self.rows(index)
        if not self.is_wide:
            return self._full(rows[0])
        bare = self._bare(rows[0])
        has_room = self.split - length(bare) >= LEAST_FOR_OWNERS
        left = cut(self._full(rows[0]), self.split - 1) if has_room else bare
        return [*padded(left, self.split), *self._full(rows[1])]

    def _bare(self, row: RegionRow | Caption) -> Line:
        if isinstance(row, Caption):
            return row.line
        assert self.mb is not None
        if self.form != READABLE:
            return kernel_line(self.form, self.mb, row)
        nid = row.region.nid
        node = (
            ""
            if not 0 <= nid < self.mb.max_numnodes
            else f"n{nid}"
            if self._is_short
            else tr("node {nid}", nid=nid)
        )
        return readable_line(row, self._digits, self._room, node)

    def _full(self, row: RegionRow | Caption) -> Line:
        line = self._bare(row)
        if self.form != READABLE or isinstance(row, Caption):
            return line
        assert self.holders is not None
        return [*line, (" ", ""), *owners_text(row, self.holders, self.is_open(row))]

    # ---- finding ----

    def changed(self) -> list[int]:
        """The lines with a mark."""
        return [at for at in range(self.count()) if any(_is_marked(row) for row in self.rows(at))]

    def changed_table(self) -> Literal[0, 1] | None:
        """The table with marks: memory before reserved."""
        if any(_is_marked(row) for row in self.memory):
            return 0
        return 1 if any(_is_marked(row) for row in self.reserved) else None

    def row_of(self, start: int, end: int) -> RegionRow | None:
        """The row for a range of addresses: of what is reserved there, else of the memory."""
        for rows in (self.reserved, self.memory):
            found = [
                row
                for row in rows
                if isinstance(row, RegionRow)
                and row.mark != "-"
                and row.range[0] < end
                and start < row.range[1]
            ]
            if found:
                return found[-1] if found[-1].part is not None else found[0]
        return None


def _is_marked(row: RegionRow | Caption) -> bool:
    return isinstance(row, RegionRow) and row.part is None and row.mark != " "


def _marked(row: tuple[Mark, Region], biggest: Sequence[Range]) -> tuple[Mark, Region]:
    start, end = _edges(row[1])
    return ("+", row[1]) if any(start < high and low < end for low, high in biggest) else row


def _edges(region: Region) -> tuple[int, int]:
    return region.base, region.base + region.size


def there(regions: Sequence[Region]) -> Sequence[Region]:
    """Without the one empty region by which the kernel marks an empty table."""
    return regions if regions and regions[0].size else ()

"""memblock: a map of physical memory, and the tables of memory and reserved regions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from ...model.text import readable_size
from ..line_view import without_start
from ..lines import MARK_STYLES, Line, Mark, cut, differences, gutter, note, padded, spread
from ..snapshot import Snapshot
from .pane import Pane, first_address

if TYPE_CHECKING:
    from ...model.memblock import Region

FLAGS = ((1, "hotplug"), (2, "mirror"), (4, "nomap"), (8, "driver"), (16, "noinit"))
"""``enum memblock_flags`` of include/linux/memblock.h in words."""

Rows = list[tuple[Mark, "Region"]]
TALL, MAP_ROWS = 24, 4
"""Rows of the pane from which the map has several."""
SIDE_BY_SIDE = 84
"""Columns from which both tables stand beside each other."""


class MemblockPane(Pane):
    """Both region tables, in address order, under a map of physical memory."""

    NUMBER = 3
    NAME = "memblock"
    ABOUT = "Physical memory as memblock knows it: a map, and the tables of memory and of what is reserved."
    HAS_CURSOR = True

    def __init__(self) -> None:
        super().__init__()
        self.memory: Rows = []
        self.reserved: Rows = []
        self.is_wide = False
        self.digits = 8
        self.max_numnodes = 0
        self.pointed: Literal[0, 1] = 0
        """The table that the cursor is in, where both stand beside each other: memory or reserved."""

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The map above, the tables below."""
        now, before = snapshot.now, snapshot.before
        self.memory = differences(_there(before.memory), _there(now.memory), _edges)
        self.reserved = differences(_there(before.reserved), _there(now.reserved), _edges)
        self.is_wide = width >= SIDE_BY_SIDE
        if any(mark != " " for mark, _ in (*self.memory, *self.reserved)):
            self.pointed = 0 if any(mark != " " for mark, _ in self.memory) else 1
        self.max_numnodes = snapshot.facts.layout.max_numnodes
        ends = [row[1].base + row[1].size - 1 for row in (*self.memory[-1:], *self.reserved[-1:])]
        self.digits = max([len(f"{end:x}") for end in ends] + [8])
        self.header = self._header(snapshot, width)

    def _header(self, snapshot: Snapshot, width: int) -> list[Line]:
        from ..memory_map import LEGEND, changed_ranges, draw  # all of memblock: not for the first screen

        now, before = snapshot.now, snapshot.before
        changed = changed_ranges(before.memory, now.memory) + changed_ranges(before.reserved, now.reserved)
        rows = MAP_ROWS if self.screen_rows >= TALL else 1
        drawn = draw(now.memory, now.reserved, changed, width, rows)
        if drawn is None:
            return note("No memory yet: early_init_dt_scan_memory finds it in the device tree.", width)
        each: Line = [(f"a column is {readable_size(drawn.bytes_per_cell)}", "dim")]
        legend = spread(LEGEND, each, width) if self.screen_rows > 12 else []
        return [*drawn.lines, *([legend] if legend else [])]

    def summary(self) -> Line:
        """How much there is, and how much of it is reserved."""
        if self.snapshot is None:
            return []
        now = self.snapshot.now
        memory, reserved = _total(now.memory), _total(now.reserved)
        return [(f"{readable_size(memory)} memory · {readable_size(reserved)} reserved", "dim")]

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before."""
        now, before = snapshot.now, snapshot.before
        return (now.memory, now.reserved, before.memory, before.reserved)

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether either table changed."""
        now, before = snapshot.now, snapshot.before
        return now.memory != before.memory or now.reserved != before.reserved

    def follow(self) -> tuple[int, int] | None:
        """The rows that changed."""
        marked = [at for at in range(self.count()) if self._is_marked(at)]
        return (marked[0], marked[-1]) if marked else None

    def _is_marked(self, index: int) -> bool:
        if self.is_wide:
            return any(
                0 <= index - 1 < len(rows) and rows[index - 1][0] != " "
                for rows in (self.memory, self.reserved)
            )
        rows, at = self._stacked(index)
        return 0 <= at < len(rows) and rows[at][0] != " "

    def _stacked(self, index: int) -> tuple[Rows, int]:
        if index <= len(self.memory):
            return self.memory, index - 1
        return self.reserved, index - len(self.memory) - 2

    def subject(self) -> str | None:
        """The region under the cursor."""
        found = super().subject()
        if not self.is_wide or found is None:
            return found
        return first_address(self._cell((self.memory, self.reserved)[self.pointed], self.cursor - 1, 0))

    def action_scroll_columns(self, columns: int) -> None:
        """To the other table, where both stand beside each other."""
        if self.is_wide:
            self.pointed = 1 if columns > 0 else 0
            self.repaint()
        else:
            super().action_scroll_columns(columns)

    def mark_pointed(self, line: Line) -> Line:
        """Only one of the tables has the cursor."""
        if not self.is_wide:
            return super().mark_pointed(line)
        half = self.text_width // 2
        left = padded(cut(line, half), half)
        right = without_start(line, half)
        if self.pointed:
            return [*left, *super().mark_pointed(right)]
        return [*((text, "cursor") for text, _ in left), *right]

    def count(self) -> int:
        """Rows of the longer table beside the other, or of both below each other, with their titles."""
        if self.is_wide:
            return 1 + max(len(self.memory), len(self.reserved))
        return 2 + len(self.memory) + len(self.reserved)

    def line(self, index: int) -> Line:
        """A row of the tables."""
        if self.is_wide:
            half = self.text_width // 2
            return [
                *padded(self._cell(self.memory, index - 1, half - 1), half),
                *self._cell(self.reserved, index - 1, half),
            ]
        rows, at = self._stacked(index)
        return self._cell(rows, at, self.text_width)

    def _cell(self, rows: Rows, at: int, width: int) -> Line:
        if at < 0:
            return self._table_title(rows)
        if at >= len(rows):
            return []
        mark, region = rows[at]
        return self._region(mark, region, at)

    def _table_title(self, rows: Rows) -> Line:
        if self.snapshot is None:
            return []
        now = self.snapshot.now
        name, regions, most = ("memory", now.memory, now.memory_max)
        if rows is self.reserved:
            name, regions, most = ("reserved", now.reserved, now.reserved_max)
        return [
            (name, "strong"),
            (f"  {len(_there(regions))} of {most} regions · {readable_size(_total(regions))}", "dim"),
        ]

    def _region(self, mark: Mark, region: Region, at: int) -> Line:
        style = MARK_STYLES[mark]
        last = region.base + region.size - 1
        width = self.digits
        flags = " ".join(name for flag, name in FLAGS if region.flags & flag)
        node = "" if region.nid >= self.max_numnodes else f"node {region.nid}"
        return [
            *gutter(mark),
            (f"{region.base:#0{width + 2}x}-{last:#0{width + 2}x}", style),
            (f" {readable_size(region.size):>10}", style or "strong"),
            (f"  {flags}" if flags else "", "nomap"),
            (f"  {node}" if node else "", "dim"),
        ]


def _edges(region: Region) -> tuple[int, int]:
    return region.base, region.base + region.size


def _there(regions: Sequence[Region]) -> Sequence[Region]:
    """Without the one empty region by which the kernel marks an empty table."""
    return regions if regions and regions[0].size else ()


def _total(regions: Sequence[Region]) -> int:
    return sum(region.size for region in regions)

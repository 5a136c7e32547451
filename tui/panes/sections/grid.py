"""A grid of sections: a character for each, rows labelled by address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....model.base.units import readable_size
from ....model.language.words import tr
from ...draw.lines import Line, Mark, StyleName, gutter

if TYPE_CHECKING:
    from ....model.analysis.sections import GridRow
    from ....model.memory.sparsemem import MemSection

GROUP = 8
"""Sections between two gaps, where there is room for gaps."""
GUTTER = 2
MOST, LEAST = 128, 8
"""Sections in a row."""

Known = Mapping[int, "MemSection"]

GLYPHS: dict[tuple[str, bool], str] = {
    ("absent", False): "·",
    ("absent", True): "x",
    ("present", False): "○",
    ("present", True): "◇",
    ("mapped", False): "●",
    ("mapped", True): "◆",
}
"""For a state, and whether the last move made it so."""
STYLES: dict[str, StyleName] = {"absent": "hole", "present": "partial", "mapped": "memory"}
CHANGED: dict[str, StyleName] = {"absent": "removed", "present": "added", "mapped": "added"}


def legend() -> Line:
    """What the glyphs mean."""
    words = (
        ("●", "memory", tr(" mapped ")),
        ("○", "partial", tr(" present ")),
        ("·", "hole", tr(" absent ")),
    )
    line: Line = [span for glyph, style, word in words for span in ((glyph, style), (word, "dim"))]
    return [*line, ("◆◇", "added"), (tr(" new "), "dim"), ("x", "removed"), (tr(" gone"), "dim")]


class Grid:
    """The sections of now, and of before the last move, on lines of `width` characters; `shift` is the
    number of bits of a section's size."""

    def __init__(self, now: Known, before: Known, shift: int, width: int) -> None:
        self.now, self.before, self.shift = now, before, shift
        numbers = now if now is before else {*now, *before}
        first, last = min(numbers), max(numbers)
        self.digits = len(f"{last + 1 << shift:x}")
        room = width - GUTTER - self.label_width
        per_row = MOST
        while per_row > LEAST and (per_row > room or per_row // 2 > last - first):
            per_row //= 2
        self.per_row = per_row
        self.has_gaps = per_row + per_row // GROUP - 1 <= room
        from ....model.analysis.sections import grid_rows

        self.rows: list[GridRow] = grid_rows(numbers, per_row)

    @property
    def label_width(self) -> int:
        """Columns of an address, and of what parts it from the cells."""
        return self.digits + 4

    def state(self, number: int, known: Known) -> str:
        """``absent``, ``present`` or ``mapped``."""
        section = known.get(number)
        if section is None:
            return "absent"
        return "mapped" if section.has_mem_map else "present"

    def is_changed(self, number: int) -> bool:
        """Whether the last move did something to a section."""
        return self.now is not self.before and self.now.get(number) != self.before.get(number)

    def line(self, index: int) -> Line:
        """A row of cells, or what is cut out there."""
        row = self.rows[index]
        address = f"0x{row.first << self.shift:0{self.digits}x}"
        label = f"{address:<{self.label_width}}"
        if row.is_cut:
            size = readable_size(row.number << self.shift)
            words = tr("··· {number} absent, {size}", number=row.number, size=size)
            return [*gutter(" "), (label, "dim"), (words, "hole")]
        cells: Line = []
        mark: Mark = " "
        for at, number in enumerate(range(row.first, row.first + row.number)):
            state, is_changed = self.state(number, self.now), self.is_changed(number)
            if is_changed:
                mark = "~"
            if at and self.has_gaps and not at % GROUP:
                cells.append((" ", ""))
            cells.append((GLYPHS[state, is_changed], CHANGED[state] if is_changed else STYLES[state]))
        return [*gutter(mark), (label, "dim"), *cells]

    def place(self, number: int) -> tuple[int, int]:
        """The row and the place in it that a section has."""
        for index, row in enumerate(self.rows):
            if row.first <= number < row.first + row.number:
                return index, 0 if row.is_cut else number - row.first
        return 0, 0

    def column(self, place: int) -> int:
        """The column of the `place`-th cell of a row."""
        return GUTTER + self.label_width + place + (place // GROUP if self.has_gaps else 0)

    def place_at(self, column: int) -> int:
        """The cell nearest to a column."""
        return min(range(self.per_row), key=lambda place: abs(self.column(place) - column))

    def number(self, index: int, place: int) -> int:
        """The section at a place of a row; of what is cut out, the first."""
        row = self.rows[index]
        return row.first if row.is_cut else row.first + min(place, row.number - 1)

    def changed(self) -> list[int]:
        """The sections that the last move did something to."""
        if self.now is self.before:
            return []
        return sorted(number for number in {*self.now, *self.before} if self.is_changed(number))

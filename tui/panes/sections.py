"""Sparse memory: a grid of sections by address, and what each of them holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.text import hex_address, readable_size
from ..lines import MARK_STYLES, Line, Mark, StyleName, gutter, length, note
from ..snapshot import Snapshot
from .pane import Pane

if TYPE_CHECKING:
    from ...model.sections import Section

PRESENT, HAS_MEM_MAP, IS_ONLINE, IS_EARLY = 1, 2, 4, 8
"""The low bits of ``section_mem_map`` (include/linux/mmzone.h: SECTION_MARKED_PRESENT and those after it)."""

FLAGS = ((PRESENT, "present"), (HAS_MEM_MAP, "map"), (IS_ONLINE, "online"), (IS_EARLY, "early"))
GRID_ROWS = 3
"""The most rows of the grid; sections share a column where there are more."""


class SectionsPane(Pane):
    """A grid, then one line for every present section."""

    NUMBER = 5
    NAME = "sections"
    SHORT = "sect"
    ABOUT = "Sparse memory: ● has its struct pages, ○ is present, · is absent; then each section."
    HAS_CURSOR = True

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[Mark, int, Section]] = []
        self.shift = 27
        self.page_shift = 12

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The grid and the roots above, the sections below."""
        now, before = snapshot.now, snapshot.before
        self.shift = snapshot.facts.layout.section_size_bits
        self.page_shift = snapshot.facts.layout.page_shift
        self.rows = _rows(snapshot)
        if not self.rows:
            text = f"sparse_init marks those of {readable_size(1 << self.shift)} that have memory."
            self.header = note(f"No sections yet: {text}", width)
            return
        mark: Mark = "~" if now.roots != before.roots else " "
        roots = f"{len(now.roots)} root{'s' if len(now.roots) != 1 else ''}"
        held = sum(1 for section in now.sections.values() if section.section_mem_map & HAS_MEM_MAP)
        pages = held * snapshot.facts.sizeof_page << (self.shift - self.page_shift)
        each = f"{len(now.sections)} of {(1 << self.shift) >> 20} MiB · "
        totals: Line = [
            (each, "dim"),
            (roots, MARK_STYLES[mark] or "dim"),
            (f" · mem_map {readable_size(pages)}", "dim"),
        ]
        self.header = [*self._grid(width), totals]

    def _grid(self, width: int) -> list[Line]:
        first, last = self.rows[0][1], self.rows[-1][1]
        label = len(f"{last << self.shift:#x}") + 1
        per_row = max(width - label, 8)
        share = -(-(last - first + 1) // (per_row * GRID_ROWS))
        cells: dict[int, tuple[str, StyleName]] = {}
        for mark, number, section in self.rows:
            cell = (number - first) // share
            if cell not in cells or mark != " ":
                glyph = "●" if section.section_mem_map & HAS_MEM_MAP else "○"
                style: StyleName = "memory" if glyph == "●" else "partial"
                cells[cell] = (" " if mark == "-" else glyph, MARK_STYLES[mark] or style)
        count = (last - first) // share + 1
        rows: list[Line] = []
        for start in range(0, count, per_row):
            address = (first + start * share) << self.shift
            row: Line = [(f"{address:#x}".ljust(label), "dim")]
            row += [cells.get(cell, ("·", "hole")) for cell in range(start, min(start + per_row, count))]
            rows.append(row)
        return rows

    def summary(self) -> Line:
        """The legend of the grid."""
        if not self.rows:
            return []
        words = (("●", "memory"), ("○", "partial"), ("·", "hole"))
        names = (" mapped ", " present ", " absent")
        return [span for word, name in zip(words, names, strict=True) for span in (word, (name, "dim"))]

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before."""
        now, before = snapshot.now, snapshot.before
        return (now.sections, now.roots, before.sections, before.roots)

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether a section or a root changed."""
        now, before = snapshot.now, snapshot.before
        return now.sections != before.sections or now.roots != before.roots

    def follow(self) -> tuple[int, int] | None:
        """The sections that changed."""
        marked = [at for at, row in enumerate(self.rows) if row[0] != " "]
        return (marked[0], marked[-1]) if marked else None

    def subject(self) -> str | None:
        """The section under the cursor."""
        return f"section {self.rows[self.cursor][1]}" if super().subject() else None

    def count(self) -> int:
        """One line a section."""
        return len(self.rows)

    def line(self, index: int) -> Line:
        """Number, address, flags, usage map."""
        mark, number, section = self.rows[index]
        style = MARK_STYLES[mark]
        flags = " ".join(name for bit, name in FLAGS if section.section_mem_map & bit)
        line: Line = [
            *gutter(mark),
            (f"{number:>4} ", style or "strong"),
            (f"{number << self.shift:#x} ", style),
            (flags, style or "number"),
        ]
        usage = f"  usage {hex_address(section.usage_pa)}" if section.usage_pa else ""
        if length(line) + len(usage) <= self.text_width:
            line.append((usage, "dim"))
        return line


def _rows(snapshot: Snapshot) -> list[tuple[Mark, int, Section]]:
    now, before = snapshot.now.sections, snapshot.before.sections
    if now is before:
        return [(" ", number, now[number]) for number in sorted(now)]
    rows: list[tuple[Mark, int, Section]] = []
    for number in sorted({*now, *before}):
        new, old = now.get(number), before.get(number)
        if new is None:
            assert old is not None
            rows.append(("-", number, old))
        else:
            rows.append((" " if new == old else "~" if old else "+", number, new))
    return rows

"""A map of physical memory in one row of characters: proportional where there is memory, cut short where a
hole is much longer than that."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..model.memblock import MEMBLOCK_NOMAP, Region
from ..model.text import readable_size
from .lines import Line, StyleName

Range = tuple[int, int]
"""Physical addresses: the first byte, and the first byte after."""

HOLE_CELLS = 3
"""Columns that a cut hole takes."""


@dataclass(frozen=True)
class Stretch:
    """A part of the address space drawn in `cells` columns from column `column` on."""

    start: int
    end: int
    column: int
    cells: int
    is_cut: bool

    def cell(self, address: int) -> int:
        """The column of an address."""
        return self.column + min(
            (address - self.start) * self.cells // (self.end - self.start), self.cells - 1
        )


@dataclass(frozen=True)
class MemoryMap:
    """The drawn map: the row itself, the row of marks and addresses below, and what one column stands for."""

    cells: Line
    scale: Line
    bytes_per_cell: int


def ranges_of(regions: Iterable[Region]) -> list[Range]:
    """Where regions lie; empty ones and what wraps around the top of the address space are left out."""
    return [(region.base, region.base + region.size) for region in regions if region.size]


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The union of ranges, in order."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def stretches(ranges: Sequence[Range], width: int) -> list[Stretch]:
    """How `width` columns are shared: holes longer than a quarter of all that is there are cut."""
    present = sum(end - start for start, end in ranges)
    parts: list[tuple[int, int, bool]] = []
    for start, end in ranges:
        if parts and (start - parts[-1][1]) * 4 <= present:
            parts[-1] = (parts[-1][0], end, False)
            continue
        if parts:
            parts.append((parts[-1][1], start, True))
        parts.append((start, end, False))
    drawn = [part for part in parts if not part[2]]
    room = max(width - HOLE_CELLS * (len(parts) - len(drawn)), len(drawn))
    total = sum(end - start for start, end, _ in drawn)
    found: list[Stretch] = []
    column = 0
    for start, end, is_cut in parts:
        cells = HOLE_CELLS if is_cut else max(1, (end - start) * room // total)
        found.append(Stretch(start, end, column, cells, is_cut))
        column += cells
    return found


class Coverage:
    """How many bytes of each column some ranges cover."""

    def __init__(self, layout: Sequence[Stretch]) -> None:
        self.layout = layout
        self.starts = [stretch.start for stretch in layout]
        self.width = layout[-1].column + layout[-1].cells if layout else 0

    def of(self, ranges: Iterable[Range]) -> list[float]:
        """For each column the covered part of it, 0 to 1."""
        covered = [0.0] * self.width
        for start, end in ranges:
            for stretch in self.layout[max(bisect_right(self.starts, start) - 1, 0) :]:
                if stretch.start >= end:
                    break
                self._cover(covered, stretch, max(start, stretch.start), min(end, stretch.end))
        return covered

    @staticmethod
    def _cover(covered: list[float], stretch: Stretch, start: int, end: int) -> None:
        if start >= end:
            return
        size = (stretch.end - stretch.start) / stretch.cells
        first, last = stretch.cell(start), stretch.cell(end - 1)
        if first == last:
            covered[first] += (end - start) / size
            return
        covered[first] += first - stretch.column + 1 - (start - stretch.start) / size
        covered[last] += (end - stretch.start) / size - (last - stretch.column)
        for cell in range(first + 1, last):
            covered[cell] = 1.0


NEARLY = 1 - 1e-9
NOMAP = "\N{MULTIPLICATION SIGN}"
SHADES: tuple[tuple[float, str, StyleName], ...] = (
    (NEARLY, "█", "reserved"),
    (0.5, "▓", "partial"),
    (1e-12, "▒", "partial"),
    (0.0, "░", "memory"),
)
LEGEND: Line = [
    ("░", "memory"),
    (" memory  ", "dim"),
    ("▒▓", "partial"),
    (" partly reserved  ", "dim"),
    ("█", "reserved"),
    (" reserved  ", "dim"),
    (NOMAP, "nomap"),
    (" nomap  ", "dim"),
    ("·", "hole"),
    (" hole", "dim"),
]


def draw(
    memory: Sequence[Region], reserved: Sequence[Region], changed: Sequence[Range], width: int
) -> MemoryMap | None:
    """The map of both region tables, with ``▲`` below what changed.  None if there is nothing yet."""
    present = merged([*ranges_of(memory), *ranges_of(reserved), *changed])
    if not present:
        return None
    layout = stretches(present, width)
    coverage = Coverage(layout)
    ram = coverage.of(ranges_of(memory))
    taken = coverage.of(ranges_of(reserved))
    nomap = coverage.of(ranges_of(region for region in memory if region.flags & MEMBLOCK_NOMAP))
    cut_cells = {
        cell for part in layout if part.is_cut for cell in range(part.column, part.column + part.cells)
    }
    cells: Line = []
    for cell in range(coverage.width):
        if cell in cut_cells:
            cells.append(("┄", "hole"))
        else:
            cells.append(_shade(ram[cell], taken[cell], nomap[cell]))
    largest = max(layout, key=lambda part: 0 if part.is_cut else part.cells)
    return MemoryMap(cells, _scale(layout, coverage, changed), (largest.end - largest.start) // largest.cells)


def _shade(ram: float, taken: float, nomap: float) -> tuple[str, StyleName]:
    if nomap > 0.5 or (nomap and nomap >= taken):
        return (NOMAP, "nomap")
    if not ram and not taken:
        return ("·", "hole")
    return next((glyph, style) for least, glyph, style in SHADES if taken >= least)


def _scale(layout: Sequence[Stretch], coverage: Coverage, changed: Sequence[Range]) -> Line:
    row: list[tuple[str, StyleName]] = [(" ", "")] * coverage.width
    used = 0
    for stretch in layout:
        label = readable_size(stretch.end - stretch.start) if stretch.is_cut else f"{stretch.start:#x}"
        if stretch.is_cut or stretch.column < used or stretch.column + len(label) > coverage.width:
            continue
        row[stretch.column : stretch.column + len(label)] = [(letter, "dim") for letter in label]
        used = stretch.column + len(label) + 1
    last = f"{layout[-1].end - 1:#x}"
    if used + len(last) <= coverage.width:
        row[-len(last) :] = [(letter, "dim") for letter in last]
    for cell, covered in enumerate(coverage.of(changed)):
        if covered:
            row[cell] = ("▲", "changed")
    return row


def changed_ranges(before: Sequence[Region], after: Sequence[Region]) -> list[Range]:
    """What two tables do not both cover, or with other flags."""
    old, new = set(before), set(after)
    edges: list[tuple[int, int, int]] = []
    for regions, other, sign in ((before, new, -1), (after, old, 1)):
        for region in regions:
            if region not in other and region.size:
                edges.append((region.base, sign, region.flags))
                edges.append((region.base + region.size, -sign, region.flags))
    edges.sort()
    covered: dict[int, int] = {}
    found: list[Range] = []
    for (address, change, flags), (following, _, _) in pairwise(edges):
        covered[flags] = covered.get(flags, 0) + change
        if following > address and any(covered.values()):
            found.append((address, following))
    return merged(found)

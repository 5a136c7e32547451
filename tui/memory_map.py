"""A map of physical memory in characters: proportional where there is memory, cut short where a
hole is much longer than that."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..model.memblock import MEMBLOCK_NOMAP, Region
from .lines import Line, Span, StyleName

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
    """The drawn map: its lines, each row of cells before one of addresses and marks, and what a cell is."""

    lines: list[Line]
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
    drawn = sum(not is_cut for _, _, is_cut in parts)
    room = width - HOLE_CELLS * (len(parts) - drawn) - drawn
    if room < 0:
        return [Stretch(parts[0][0], parts[-1][1], 0, width, False)]
    total = sum(end - start for start, end, is_cut in parts if not is_cut)
    found: list[Stretch] = []
    column = 0
    for start, end, is_cut in parts:
        cells = HOLE_CELLS if is_cut else 1 + (end - start) * room // total
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
    memory: Sequence[Region], reserved: Sequence[Region], changed: Sequence[Range], width: int, rows: int = 1
) -> MemoryMap | None:
    """The map of both region tables in rows of `width` columns, with ``▲`` below what changed.  None if there
    is nothing yet."""
    present = merged([*ranges_of(memory), *ranges_of(reserved), *changed])
    if not present:
        return None
    layout = stretches(present, width * rows)
    coverage = Coverage(layout)
    ram = coverage.of(ranges_of(memory))
    taken = coverage.of(ranges_of(reserved))
    nomap = coverage.of(ranges_of(region for region in memory if region.flags & MEMBLOCK_NOMAP))
    cut_cells = {
        cell for part in layout if part.is_cut for cell in range(part.column, part.column + part.cells)
    }
    cells: Line = [
        ("┄", "hole") if cell in cut_cells else _shade(ram[cell], taken[cell], nomap[cell])
        for cell in range(coverage.width)
    ]
    scale = _scale(layout, coverage, changed, width)
    lines: list[Line] = []
    for start in range(0, coverage.width, width):
        lines += [cells[start : start + width], scale[start : start + width]]
    largest = max(layout, key=lambda part: 0 if part.is_cut else part.cells)
    return MemoryMap(lines, (largest.end - largest.start) // largest.cells)


def _shade(ram: float, taken: float, nomap: float) -> Span:
    if nomap > 0.5 or (nomap and nomap >= taken):
        return (NOMAP, "nomap")
    if not ram and not taken:
        return ("·", "hole")
    return next((glyph, style) for least, glyph, style in SHADES if taken >= least)


def _scale(layout: Sequence[Stretch], coverage: Coverage, changed: Sequence[Range], width: int) -> list[Span]:
    """Addresses where stretches and rows start, the last one at the end, and marks over them."""
    row: list[Span] = [(" ", "")] * coverage.width
    last = f"{layout[-1].end - 1:#x}"
    starts = {part.column: part.start for part in layout if not part.is_cut}
    for column in range(0, coverage.width, width):
        part = next(part for part in layout if part.column <= column < part.column + part.cells)
        starts[column] = part.start + (column - part.column) * (part.end - part.start) // part.cells
    used = 0
    for column, address in sorted(starts.items()):
        label = f"{address:#x}"
        end = column + len(label)
        is_crossing = column // width != (end - 1) // width
        if column >= used and end + len(last) < coverage.width and not is_crossing:
            row[column:end] = [(letter, "dim") for letter in label]
            used = end + 1
    if coverage.width >= len(last):
        row[-len(last) :] = [(letter, "dim") for letter in last]
    covered = coverage.of(changed)
    # Where all is new anyway, the addresses tell more than marks.
    keeps_labels = all(covered)
    for cell, part_changed in enumerate(covered):
        if part_changed and not (keeps_labels and row[cell][1]):
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

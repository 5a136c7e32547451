"""A map of physical memory in characters: proportional where there is memory, cut short where a
hole is much longer than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise

from msgspec import Struct

from ....model.analysis.owner_classes import OwnerClass
from ....model.memory.memblock import MEMBLOCK_HOTPLUG, MEMBLOCK_NOMAP, Region
from ...draw.lines import Line
from ...draw.owner_glyphs import CUT, FREE, GLYPHS, HOLE, HOTPLUG, NOMAP
from .map_scale import Ruler, scale
from .stretches import Coverage, MapStretch, Range, clipped, merged, stretches


class MapSubject(Struct, frozen=True):
    """What a map shows: all memory, what is taken of it by whom, what the last move changed, and what the
    cursor is on."""

    memory: Sequence[Region]
    taken: Mapping[OwnerClass, Sequence[Range]]
    changed: Sequence[Range] = ()
    pointed: Range | None = None


class MemoryMap(Struct, frozen=True):
    """The drawn map: its lines, each row of cells before one of addresses and marks, and what a cell is."""

    lines: list[Line]
    width: int
    layout: Sequence[MapStretch]
    bytes_per_cell: int

    def at(self, row: int, column: int) -> Range | None:
        """The addresses of a cell, or of that above a mark."""
        cell = row // 2 * self.width + column
        for stretch in self.layout:
            if stretch.column <= cell < stretch.column + stretch.cells:
                return stretch.address(cell), max(stretch.address(cell + 1), stretch.address(cell) + 1)
        return None


def ranges_of(regions: Iterable[Region]) -> list[Range]:
    """Where regions lie; empty ones and what wraps around the top of the address space are left out."""
    return [(region.base, region.base + region.size) for region in regions if region.size]


def present(subject: MapSubject) -> list[Range]:
    """Everything a map of it has to show, in order."""
    taken = [each for ranges in subject.taken.values() for each in ranges]
    return merged([*ranges_of(subject.memory), *taken, *subject.changed])


def draw(subject: MapSubject, width: int, rows: int = 1, window: Range | None = None) -> MemoryMap | None:
    """The map of a window of the address space (None: of everything) in rows of `width` columns, with ``▲``
    below what changed, and the ends of what is pointed at.  None if there is nothing."""
    everything = present(subject)
    shown = clipped(everything, window)
    if not shown:
        return None
    layout = stretches(shown, width * rows)
    coverage = Coverage(layout)
    cells = _cells(coverage, subject)
    is_below = any(start < shown[0][0] for start, _ in subject.changed)
    is_above = any(end > shown[-1][1] for _, end in subject.changed)
    changed = coverage.of(subject.changed)
    if window is None and len(changed) == coverage.width:
        changed = {}  # all is new: that needs no mark
    ruler = Ruler(layout, coverage.width, width)
    marks = scale(ruler, changed, (is_below, is_above), subject.pointed)
    lines: list[Line] = []
    for start in range(0, coverage.width, width):
        lines += [_joined(cells[start : start + width]), _joined(marks[start : start + width])]
    largest = max(layout, key=lambda part: 0 if part.is_cut else part.cells)
    return MemoryMap(lines, width, layout, (largest.end - largest.start) // largest.cells)


def _joined(cells: Line) -> Line:
    """The same with neighbours of one colour as one span: a terminal is told each colour once."""
    return [
        ("".join(text for text, _ in group), style) for style, group in groupby(cells, lambda cell: cell[1])
    ]


def _cells(coverage: Coverage, subject: MapSubject) -> Line:
    ram = coverage.of(ranges_of(subject.memory))
    hotplug = coverage.of(_flagged(subject.memory, MEMBLOCK_HOTPLUG))
    nomap = coverage.of(_flagged(subject.memory, MEMBLOCK_NOMAP))
    taken = {each: coverage.of(ranges) for each, ranges in subject.taken.items()}
    most: dict[int, tuple[float, OwnerClass]] = {}
    sums: dict[int, float] = {}
    for each, covered in taken.items():
        for cell, part in covered.items():
            sums[cell] = sums.get(cell, 0.0) + part
            if part > most.get(cell, (0.0, each))[0]:
                most[cell] = (part, each)
    cells: Line = [HOLE] * coverage.width
    for cell in ram:
        cells[cell] = HOTPLUG if hotplug.get(cell, 0.0) > 0.5 else FREE
    for cell, (_, each) in most.items():
        cells[cell] = GLYPHS[each].block() if sums[cell] >= 0.5 else GLYPHS[each].part()
    for cell, part in nomap.items():
        if part >= sums.get(cell, 0.0):
            cells[cell] = NOMAP.block() if part >= 0.5 else NOMAP.part()
    for stretch in coverage.layout:
        if stretch.is_cut:
            cells[stretch.column : stretch.column + stretch.cells] = [CUT] * stretch.cells
    return cells


def _flagged(regions: Iterable[Region], flag: int) -> list[Range]:
    return ranges_of(region for region in regions if region.flags & flag)


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

"""How the columns of a map are shared among the addresses it shows: proportionally where there is memory, cut
short where a hole is much longer than that."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

Range = tuple[int, int]
"""Physical addresses: the first byte, and the first byte after."""

HOLE_CELLS = 3
"""Columns that a cut hole takes."""


class MapStretch(Struct, frozen=True):
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

    def address(self, cell: int) -> int:
        """Where one of its columns begins."""
        return self.start + (cell - self.column) * (self.end - self.start) // self.cells


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The union of ranges, in order."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def clipped(ranges: Iterable[Range], window: Range | None) -> list[Range]:
    """What of ranges lies in a window."""
    if window is None:
        return list(ranges)
    low, high = window
    return [(max(start, low), min(end, high)) for start, end in ranges if start < high and low < end]


def stretches(ranges: Sequence[Range], width: int) -> list[MapStretch]:
    """How `width` columns are shared: holes longer than a quarter of all that is there are cut."""
    total = sum(end - start for start, end in ranges)
    parts: list[tuple[int, int, bool]] = []
    for start, end in ranges:
        if parts and (start - parts[-1][1]) * 4 <= total:
            parts[-1] = (parts[-1][0], end, False)
            continue
        if parts:
            parts.append((parts[-1][1], start, True))
        parts.append((start, end, False))
    drawn = sum(not is_cut for _, _, is_cut in parts)
    room = width - HOLE_CELLS * (len(parts) - drawn) - drawn
    if room < 0:
        return [MapStretch(parts[0][0], parts[-1][1], 0, width, False)]
    total = sum(end - start for start, end, is_cut in parts if not is_cut)
    found: list[MapStretch] = []
    column = 0
    for start, end, is_cut in parts:
        cells = HOLE_CELLS if is_cut else 1 + (end - start) * room // total
        found.append(MapStretch(start, end, column, cells, is_cut))
        column += cells
    return found


class Coverage:
    """How much of each column some ranges cover."""

    def __init__(self, layout: Sequence[MapStretch]) -> None:
        self.layout = layout
        self.starts = [stretch.start for stretch in layout]
        self.width = layout[-1].column + layout[-1].cells if layout else 0

    def of(self, ranges: Iterable[Range]) -> dict[int, float]:
        """The covered part of each column, 0 to 1, of those that are covered at all."""
        covered: dict[int, float] = {}
        for start, end in ranges:
            for stretch in self.layout[max(bisect_right(self.starts, start) - 1, 0) :]:
                if stretch.start >= end:
                    break
                self._cover(covered, stretch, max(start, stretch.start), min(end, stretch.end))
        return covered

    @staticmethod
    def _cover(covered: dict[int, float], stretch: MapStretch, start: int, end: int) -> None:
        if start >= end:
            return
        size = (stretch.end - stretch.start) / stretch.cells
        first, last = stretch.cell(start), stretch.cell(end - 1)
        if first == last:
            covered[first] = covered.get(first, 0.0) + (end - start) / size
            return
        head = first - stretch.column + 1 - (start - stretch.start) / size
        tail = (end - stretch.start) / size - (last - stretch.column)
        covered[first] = covered.get(first, 0.0) + head
        covered[last] = covered.get(last, 0.0) + tail
        covered.update(dict.fromkeys(range(first + 1, last), 1.0))

"""How the height of a map is shared among addresses, alike for all its columns.

Every address at which something begins or ends in some column begins a row.  A row's height grows with the
logarithm of its size, so that a page can be read beside a gibibyte.  Where there are more rows than one can
look at, neighbours that are small become one row, a crowd.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .pieces import MapColumn, Piece

MOST_ROWS, MORE_ROWS = 40, 8
"""So many rows can still be looked at, and so many more for each column beyond the first."""
FEW_ROWS = 24
"""Where there are more, what is smaller than a page is not told one by one."""
PAGE_SHIFT = 12
LINE = 17
"""The height of a line of text: of a row, at the least."""
HOLE = 20
"""The height of a row where no column has memory, however long."""
HIGHER = 4.5
"""How much higher a row is that is twice as large, from `SMALL` bytes on."""
SMALL = 1 << 18


class Row(NamedTuple):
    """The addresses from `start` up to but not including `end`, drawn `height` high; `top` is where, from the
    lowest row's start upwards.  In a `is_crowd` columns have several pieces each."""

    start: int
    end: int
    top: float
    height: float
    is_hole: bool
    is_crowd: bool


def rows(columns: Sequence[MapColumn], most: int | None = None) -> list[Row]:
    """The rows of a map, in the order of addresses; at most so many as `most` says, or else as there are
    columns for."""
    if most is None:
        most = MOST_ROWS + MORE_ROWS * (len(columns) - 1)
    edges = sorted({edge for each in columns for piece in each.pieces for edge in (piece.start, piece.end)})
    parts = list(pairwise(edges))
    finder = [Finder(each.pieces) for each in columns]
    groups = [[part] for part in parts]
    shift = PAGE_SHIFT
    while len(groups) > (most if shift > PAGE_SHIFT else FEW_ROWS) and shift <= 64:
        groups = list(_crowds(parts, 1 << shift))
        shift += 1
    found: list[Row] = []
    top = 0.0
    for group in groups:
        start, end = group[0][0], group[-1][1]
        is_hole = not any(each.within(start, end) for each in finder)
        is_crowd = len(group) > 1
        height = _height(end - start, is_hole, is_crowd)
        found.append(Row(start, end, top, height, is_hole, is_crowd))
        top += height
    return found


def _crowds(parts: Sequence[tuple[int, int]], size: int) -> Iterator[list[tuple[int, int]]]:
    """Neighbours of less than `size` bytes together, all others alone."""
    group: list[tuple[int, int]] = []
    for part in parts:
        if part[1] - part[0] < size:
            group.append(part)
            continue
        if group:
            yield group
            group = []
        yield [part]
    if group:
        yield group


def _height(size: int, is_hole: bool, is_crowd: bool) -> float:
    if is_hole:
        return HOLE
    doublings = max((size // SMALL).bit_length() - 1, 0)
    return LINE + (3 if is_crowd else HIGHER * doublings)


class Finder:
    """Pieces of a column by address."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self._starts = [piece.start for piece in pieces]
        self._ends = [piece.end for piece in pieces]

    def within(self, start: int, end: int) -> list[Piece]:
        """What lies in [start, end), cut to it."""
        found = self.pieces[bisect_right(self._ends, start) : bisect_left(self._starts, end)]
        return [piece._replace(start=max(piece.start, start), end=min(piece.end, end)) for piece in found]

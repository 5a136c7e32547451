"""The map of memory on a page: the same scale at every moment, so that what changes is what moves.

Units are pixels downwards from the top, where the highest addresses are, and thousandths of the width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...analysis.names import said
from ...base.units import address_range, hex_address, readable_size
from ...language.words import tr
from ...pictures.pieces import FREE, KINDS, MapColumn, Piece
from ...pictures.scale import Finder, rows
from ...pictures.scale import Row as ScaleRow

MOST_ROWS = 36
WHOLE = 1000
"""The width of a map."""


class Block(NamedTuple):
    """A stretch of memory: where it stands; its address, name and size; all that is told of it, and its
    parts, each with its kind, its left edge and its width.  There are no parts where there is no memory."""

    top: int
    height: int
    address: str
    name: str
    size: str
    told: str
    parts: tuple[tuple[int, int, int], ...]


class MapScale:
    """The heights of addresses, alike for all the columns, in at most so many rows."""

    def __init__(self, columns: Sequence[MapColumn], most: int = MOST_ROWS) -> None:
        self._rows = rows(columns, most)
        self.height = round(self._rows[-1].top + self._rows[-1].height) if self._rows else 0

    def blocks(self, column: MapColumn) -> Iterator[Block]:
        """What stands on the map of one moment, in the order of addresses."""
        found = Finder(column.pieces)
        run: list[ScaleRow] = []
        last: Piece | None = None
        for row in self._rows:
            inside = found.within(row.start, row.end)
            whole = inside[0] if len(inside) == 1 and inside[0].size == row.end - row.start else None
            if last is not None and (whole is None or last.end != whole.start or last[2:] != whole[2:]):
                yield self._block(run, last)
                run, last = [], None
            if whole is not None:
                run.append(row)
                last = whole if last is None else last._replace(end=whole.end)
            else:
                yield self._crowd(row, inside)
        if last is not None:
            yield self._block(run, last)

    def _place(self, first: ScaleRow, last: ScaleRow) -> tuple[int, int]:
        top, end = round(self.height - last.top - last.height), round(self.height - first.top)
        return max(top, 0), end - top

    def _block(self, run: Sequence[ScaleRow], piece: Piece) -> Block:
        size = readable_size(piece.size)
        behind = f" ({piece.cause})" if piece.cause else ""
        told = f"{address_range(piece.start, piece.size)} {size}: {_said(piece.name)}{behind}"
        parts = ((KINDS.index(piece.kind), 0, WHOLE),)
        return Block(
            *self._place(run[0], run[-1]), hex_address(piece.start), _said(piece.name), size, told, parts
        )

    def _crowd(self, row: ScaleRow, inside: Sequence[Piece]) -> Block:
        """Several pieces in one row, each as wide as it is large; or no memory at all."""
        total = row.end - row.start
        address, size = hex_address(row.start), readable_size(total)
        if not inside:
            told = tr("no memory, {size}", size=size)
            return Block(*self._place(row, row), address if row.is_hole else "", "", size, told, ())
        parts: list[tuple[int, int, int]] = []
        for piece in inside:
            left = WHOLE * (piece.start - row.start) // total
            right = WHOLE * (piece.end - row.start) // total
            kind = KINDS.index(piece.kind)
            if parts and parts[-1][0] == kind and sum(parts[-1][1:]) >= left:
                parts[-1] = (kind, parts[-1][1], right - parts[-1][1])
            elif right > left:
                parts.append((kind, left, right - left))
        names = list(dict.fromkeys(_said(piece.name) for piece in inside if piece.kind != FREE))
        pieces = "; ".join(f"{_said(piece.name)} {readable_size(piece.size)}" for piece in inside[:12])
        told = f"{address_range(row.start, total)} {size}: {pieces}"
        return Block(
            *self._place(row, row), address, ", ".join(names[:6]) or tr(FREE), size, told, tuple(parts)
        )


def _said(name: str) -> str:
    """Who has a piece, or that nobody has it, in the page's language."""
    return tr(FREE) if name == FREE else said(name)

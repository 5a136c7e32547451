"""What a map of memory is made of: every piece of it, and whose it is, at one moment of a boot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from ..analysis.owner_classes import OwnerClass, owner_class
from ..analysis.owner_rules import Owner
from ..base.intervals import Interval
from ..debugger.debugger import Debugger
from ..language.words import translatable
from ..memory.memblock.regions import MEMBLOCK_NOMAP

FREE, NOMAP = translatable("free"), translatable("no-map")
"""What nobody has; what nobody has reserved, and the linear map leaves out."""
KINDS = (*(each.value for each in OwnerClass), NOMAP, FREE)
"""The kinds of pieces, in the order of a legend."""
END_OF_ADDRESSES = 1 << 64


class Piece(NamedTuple):
    """Memory from `start` up to but not including `end`, in bytes: its kind, whose it is and what is behind
    that ("": nothing is known)."""

    start: int
    end: int
    kind: str
    name: str
    cause: str = ""

    @property
    def size(self) -> int:
        """Bytes."""
        return self.end - self.start


class MapColumn(Struct, frozen=True):
    """All memory at one moment, in the order of addresses: `name` is whose (a machine), `moment` when."""

    name: str
    moment: str
    pieces: tuple[Piece, ...]

    def totals(self) -> Mapping[str, int]:
        """The bytes of each kind."""
        found: dict[str, int] = {}
        for piece in self.pieces:
            found[piece.kind] = found.get(piece.kind, 0) + piece.size
        return found


def column(debugger: Debugger, moment: str) -> MapColumn:
    """Memory where a debugger stands, which is called `moment`."""
    return MapColumn(debugger.facts.name, moment, tuple(_joined(_pieces(debugger))))


def _pieces(debugger: Debugger) -> Iterator[Piece]:
    position = debugger.position
    reserved = list(debugger.owners.reserved(position))
    regions = [region for region in debugger.state.memblock.memory.regions if region.size]
    has_nomap = any(region.flags & MEMBLOCK_NOMAP for region in regions)
    marks = list(debugger.owners.nomap(position)) if has_nomap else []
    at = end = 0
    for region in sorted(regions):
        start, stop = max(region.base, end), min(region.end, END_OF_ADDRESSES)
        while at < len(reserved) and reserved[at].end <= start:
            yield from _owned(reserved[at], end, start)
            at += 1
        yield from _outside(reserved[at:], end, start)
        yield from _region(reserved, at, start, stop, marks if region.flags & MEMBLOCK_NOMAP else None)
        end = max(end, stop)
    for piece in reserved[at:]:
        yield from _owned(piece, end, END_OF_ADDRESSES)


def _outside(reserved: Sequence[Interval[Owner]], start: int, end: int) -> Iterator[Piece]:
    """What lies before a region of what is reserved and reaches into it."""
    if reserved and reserved[0].start < end:
        yield from _owned(reserved[0], start, end)


def _owned(piece: Interval[Owner], start: int, end: int) -> Iterator[Piece]:
    """What of a reserved piece lies in [start, end)."""
    start, end = max(piece.start, start), min(piece.end, end)
    if start < end:
        owner = piece.value
        yield Piece(start, end, owner_class(owner).value, owner.name, owner.cause)


def _region(
    reserved: Sequence[Interval[Owner]],
    first: int,
    start: int,
    end: int,
    marks: Sequence[Interval[Owner]] | None,
) -> Iterator[Piece]:
    """A region of memory: what is reserved of it, and what lies between; `marks` says who keeps that out of
    the linear map, if somebody does."""
    while first < len(reserved) and reserved[first].start < end:
        piece = reserved[first]
        yield from _rest(start, min(piece.start, end), marks)
        yield from _owned(piece, start, end)
        start = max(start, piece.end)
        first += 1
    yield from _rest(start, end, marks)


def _rest(start: int, end: int, marks: Sequence[Interval[Owner]] | None) -> Iterator[Piece]:
    """What is not reserved."""
    if start >= end:
        return
    if marks is None:
        yield Piece(start, end, FREE, FREE)
        return
    for mark in marks:
        low, high = max(mark.start, start), min(mark.end, end)
        if low < high:
            if start < low:
                yield Piece(start, low, NOMAP, NOMAP)
            yield Piece(low, high, NOMAP, f"{mark.value.name} (no-map)", mark.value.cause)
            start = high
    if start < end:
        yield Piece(start, end, NOMAP, NOMAP)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours that are alike made one."""
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.end == piece.start and last[2:] == piece[2:]:
            last = last._replace(end=piece.end)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last

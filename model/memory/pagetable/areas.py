"""The named areas of an address map, and how much of each a tree of page tables maps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from .tables import Run

VMALLOC, FIXMAP = "vmalloc", "fixmap"
"""The names of areas that have parts of their own."""

Segment = tuple[str, str, str]
"""A segment of the image: its name, and the symbols at its ends."""


class Area(NamedTuple):
    """Virtual addresses from `start` up to `end`, not included; `inside` is the name of the area that this
    one is a part of."""

    start: int
    end: int
    name: str
    inside: str = ""


class Piece(NamedTuple):
    """The part [start, end) of a run that lies in an area."""

    start: int
    end: int
    run: Run

    @property
    def is_first(self) -> bool:
        """Whether the run begins here, and not in an area before."""
        return self.start == self.run.va_start


class Use(Struct, frozen=True):
    """What is mapped in an area, its parts included: `mapped` bytes, and how many of them by entries of which
    size, the largest first: (size, contiguous, bytes).  `pieces` are those that lie in none of its parts."""

    area: Area
    mapped: int
    sizes: tuple[tuple[int, bool, int], ...]
    pieces: tuple[Piece, ...]


def image_segments(
    segments: Sequence[Segment], symbols: Mapping[str, int], offset: int = 0, inside: str = ""
) -> list[Area]:
    """The segments of an image as areas, its symbols moved by `offset`; none whose symbols are unknown."""
    known = [(name, symbols.get(start), symbols.get(end)) for name, start, end in segments]
    return [
        Area(start + offset, end + offset, name, inside)
        for name, start, end in known
        if start is not None and end is not None and start < end
    ]


def identity_areas(
    segments: Sequence[Segment], symbols: Mapping[str, int], load_address: int | None
) -> list[Area]:
    """The parts of an identity map: the image, at its physical address."""
    if load_address is None or "_text" not in symbols:
        return []
    return image_segments(segments, symbols, load_address - symbols["_text"])


def uses(areas: Sequence[Area], runs: Iterable[Run]) -> list[Use]:
    """What a tree maps of each area.  A run belongs to the innermost area; one that goes on into another
    area counts in both.  Runs outside all areas are gathered in areas without a name."""
    cuts = _cuts(areas)
    pieces: dict[Area, list[Piece]] = {area: [] for area in areas}
    for run in runs:
        for area, start, end in _parts(cuts, run):
            pieces.setdefault(area, []).append(Piece(start, end, run))
    ordered = sorted(pieces, key=lambda area: (area.start, -area.end))
    inner = {area.inside: [part for part in ordered if part.inside == area.inside] for area in ordered}
    return [
        _use(area, pieces[area], [piece for part in inner.get(area.name, ()) for piece in pieces[part]])
        for area in ordered
    ]


Cut = tuple[int, Area]


def _cuts(areas: Sequence[Area]) -> list[Cut]:
    """For every address from which another area is the innermost one: that area."""
    cuts: list[Cut] = [(0, Area(0, 1 << 64, ""))]
    for area in sorted(areas, key=lambda area: (area.start, -area.end)):
        outer = _innermost(cuts, area.end)
        cuts = [cut for cut in cuts if cut[0] < area.start or cut[0] > area.end]
        cuts += [(area.start, area), (area.end, outer)]
        cuts.sort()
    return cuts


def _innermost(cuts: Sequence[Cut], address: int) -> Area:
    return cuts[bisect_right(cuts, address, key=lambda cut: cut[0]) - 1][1]


def _parts(cuts: Sequence[Cut], run: Run) -> Iterable[tuple[Area, int, int]]:
    """The areas that a run lies in, and from where to where."""
    at = bisect_right(cuts, run.va_start, key=lambda cut: cut[0]) - 1
    start = run.va_start
    while start < run.va_end:
        end = min(cuts[at + 1][0], run.va_end) if at + 1 < len(cuts) else run.va_end
        area = cuts[at][1]
        yield (area if area.name else Area(run.va_start, run.va_end, "")), start, end
        start, at = end, at + 1


def _use(area: Area, pieces: Sequence[Piece], inner: Sequence[Piece]) -> Use:
    counted: dict[tuple[int, bool], int] = {}
    for start, end, run in (*pieces, *(inner if area.name else ())):
        key = run.page_size, run.cont
        counted[key] = counted.get(key, 0) + end - start
    sizes = tuple((size, cont, counted[size, cont]) for size, cont in sorted(counted, reverse=True))
    return Use(area, sum(counted.values()), sizes, tuple(pieces))

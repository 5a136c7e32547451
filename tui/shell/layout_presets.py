"""The forms of the deck: how screens of different sizes are divided among the panes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual.geometry import Region, Size

Path = tuple[int, ...]
"""Where a part is in a form: its number in each split from the whole one down."""
Sizes = Mapping[Path, tuple[int, ...]]
"""How the parts of a split share its room, where that is not as the form says."""


@dataclass(frozen=True)
class Place:
    """Room for one pane at a time; the others of `panes` are tabs in its title."""

    panes: tuple[int, ...]


@dataclass(frozen=True)
class Split:
    """Parts beside or below each other; `weights` say how they share the room, `least` what each needs."""

    is_row: bool
    parts: tuple[Split | Place, ...]
    weights: tuple[int, ...]
    least: tuple[int, ...]


Form = Split | Place


def row(*parts: tuple[Form, int, int]) -> Split:
    """Parts beside each other, each with its weight and the columns it needs."""
    return Split(True, *zip(*parts, strict=True))  # pyright: ignore[reportArgumentType]


def column(*parts: tuple[Form, int, int]) -> Split:
    """Parts below each other, each with its weight and the rows it needs."""
    return Split(False, *zip(*parts, strict=True))  # pyright: ignore[reportArgumentType]


HUGE = row(
    (column((Place((1,)), 20, 6), (Place((2,)), 38, 8), (Place((8,)), 10, 4)), 75, 40),
    (column((Place((3,)), 30, 8), (Place((4,)), 22, 6), (Place((9, 10)), 14, 4)), 95, 50),
    (
        column(
            (Place((5,)), 17, 6),
            (Place((6,)), 13, 6),
            (Place((7,)), 20, 6),
            (Place((11, 12)), 16, 6),
        ),
        80,
        50,
    ),
)
"""Everything there is, at once."""
WIDE = column(
    (
        row(
            (column((Place((1,)), 10, 6), (Place((2, 11)), 22, 8)), 64, 50),
            (
                column(
                    (Place((3,)), 13, 8),
                    (Place((4,)), 11, 6),
                    (row((Place((5,)), 48, 30), (Place((6,)), 48, 30)), 9, 6),
                ),
                96,
                60,
            ),
        ),
        33,
        20,
    ),
    (Place((7, 8, 9, 10, 12)), 9, 6),
)
"""All of the memory at once.  Answers come before the source, where they have rows enough."""
FLAT = row((Place((1, 2, 11)), 45, 40), (Place((3, 4, 5, 6, 7, 8, 9, 10, 12)), 55, 40))
"""Wide but low: where one is, and the memory, side by side."""
TALL = column((Place((2, 1)), 9, 5), (Place((3, 4, 5, 6, 11)), 12, 6), (Place((7, 8, 9, 10, 12)), 7, 4))
"""Not wide: where one is, the memory, and the log, below each other."""
NARROW = column((Place((2, 1)), 9, 6), (Place((3, 4, 5, 6, 7, 8, 9, 10, 11, 12)), 12, 6))
"""Small: where one is above, the memory below."""
TINY = Place((2, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
"""Too small for two panes."""


def form_for(size: Size) -> Form:
    """The form that suits a screen."""
    width, height = size
    if width < 44 or height < 16:
        return FLAT if width >= 130 and height >= 8 else TINY
    if width >= 220 and height >= 54:
        return HUGE
    if width >= 130:
        return WIDE if height >= 30 else FLAT
    return TALL if height >= 28 else NARROW


def places(form: Form) -> Iterator[Place]:
    """The places of a form."""
    if isinstance(form, Place):
        yield form
    else:
        for part in form.parts:
            yield from places(part)


def path_to(form: Form, place: Place) -> Path | None:
    """Where a place is."""
    if isinstance(form, Place):
        return () if form == place else None
    for at, part in enumerate(form.parts):
        found = path_to(part, place)
        if found is not None:
            return (at, *found)
    return None


def part_at(form: Form, path: Path) -> Form:
    """What is there."""
    for at in path:
        assert isinstance(form, Split)
        form = form.parts[at]
    return form


@dataclass(frozen=True)
class Plan:
    """A form with what was changed of it: how its splits share their room, and the places that are closed."""

    form: Form
    sizes: Sizes
    closed: frozenset[Place]

    def regions(self, region: Region) -> Iterator[tuple[Place, Region]]:
        """The room of every place that is open."""
        for path, room in self._divided(self.form, (), region):
            place = part_at(self.form, path)
            if isinstance(place, Place):
                yield place, room

    def open_parts(self, path: Path) -> list[int]:
        """The parts of a split that have a place that is open."""
        split = part_at(self.form, path)
        assert isinstance(split, Split)
        return [at for at, part in enumerate(split.parts) if self._is_open(part)]

    def shares(self, path: Path, total: int) -> dict[int, int]:
        """Columns or rows of each open part of a split that has `total`."""
        split = part_at(self.form, path)
        assert isinstance(split, Split)
        weights = self.sizes.get(path, split.weights)
        parts = self.open_parts(path)
        whole = max(sum(weights[at] for at in parts), 1)
        found = {at: max(weights[at] * total // whole, split.least[at]) for at in parts}
        for at in sorted(parts, key=found.__getitem__, reverse=True):
            wanted = found[at] + total - sum(found.values())
            found[at] = max(wanted, 1)
        return found

    def _is_open(self, part: Form) -> bool:
        return any(place not in self.closed for place in places(part))

    def _divided(self, form: Form, path: Path, region: Region) -> Iterator[tuple[Path, Region]]:
        yield path, region
        if isinstance(form, Place):
            return
        start = region.x if form.is_row else region.y
        shares = self.shares(path, region.width if form.is_row else region.height)
        for at, share in shares.items():
            if form.is_row:
                room = Region(start, region.y, share, region.height)
            else:
                room = Region(region.x, start, region.width, share)
            yield from self._divided(form.parts[at], (*path, at), room)
            start += share

    def region_of(self, path: Path, region: Region) -> Region:
        """The room of one part."""
        return next(room for found, room in self._divided(self.form, (), region) if found == path)


class Border:
    """A border that can be moved: between the parts `before` and `after` of the split at `path`."""

    def __init__(self, plan: Plan, path: Path, before: int, after: int) -> None:
        split = part_at(plan.form, path)
        assert isinstance(split, Split)
        self.plan, self.path, self.before, self.after = plan, path, before, after
        self.split = split

    def moved(self, by: int, region: Region) -> Sizes | None:
        """The sizes with the border moved by rows or columns, as far as it goes; None if it does not."""
        room = self.plan.region_of(self.path, region)
        shares = self.plan.shares(self.path, room.width if self.split.is_row else room.height)
        least = self.split.least
        least_by = min(least[self.before] - shares[self.before], 0)
        most_by = max(shares[self.after] - least[self.after], 0)
        by = max(least_by, min(by, most_by))
        if not by:
            return None
        shares[self.before] += by
        shares[self.after] -= by
        weights = self.plan.sizes.get(self.path, self.split.weights)
        return {
            **self.plan.sizes,
            self.path: tuple(shares.get(at, weights[at]) for at in range(len(weights))),
        }


def border_of(plan: Plan, place: Place, is_row: bool) -> tuple[Border, int] | None:
    """The border by which a place can be made larger, and whether it grows with that moving on (1) or
    back (-1)."""
    path = path_to(plan.form, place)
    assert path is not None
    for depth in range(len(path) - 1, -1, -1):
        split = part_at(plan.form, path[:depth])
        assert isinstance(split, Split)
        parts = plan.open_parts(path[:depth])
        if split.is_row != is_row or len(parts) < 2:
            continue
        at = parts.index(path[depth])
        if at + 1 < len(parts):
            return Border(plan, path[:depth], parts[at], parts[at + 1]), 1
        return Border(plan, path[:depth], parts[at - 1], parts[at]), -1
    return None


def border_before(plan: Plan, place: Place, is_row: bool) -> Border | None:
    """The border above a place, or to its left."""
    path = path_to(plan.form, place)
    assert path is not None
    for depth in range(len(path) - 1, -1, -1):
        split = part_at(plan.form, path[:depth])
        assert isinstance(split, Split)
        if split.is_row != is_row:
            continue
        parts = plan.open_parts(path[:depth])
        at = parts.index(path[depth])
        if at:
            return Border(plan, path[:depth], parts[at - 1], parts[at])
    return None

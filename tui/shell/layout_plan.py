"""A preset with what was changed of it: the regions of its rooms, and the borders between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from textual.geometry import Region

from .layout_presets import Preset, Room, Split, rooms

Path = tuple[int, ...]
"""Where a part is in a preset: its number in each split from the whole one down."""
Sizes = Mapping[Path, tuple[int, ...]]
"""How the parts of a split share what it has, where that is not as the preset says."""


def path_to(preset: Preset, room: Room) -> Path | None:
    """Where a room is."""
    if isinstance(preset, Room):
        return () if preset == room else None
    for at, part in enumerate(preset.parts):
        found = path_to(part, room)
        if found is not None:
            return (at, *found)
    return None


def part_at(preset: Preset, path: Path) -> Preset:
    """What is there."""
    for at in path:
        assert isinstance(preset, Split)
        preset = preset.parts[at]
    return preset


class Plan(Struct, frozen=True):
    """A preset with what was changed of it: how its splits share what they have, and which rooms are
    closed."""

    preset: Preset
    sizes: Sizes
    closed: frozenset[Room]

    def regions(self, region: Region) -> Iterator[tuple[Room, Region]]:
        """Where every room is that is open."""
        for path, found in self._divided(self.preset, (), region):
            room = part_at(self.preset, path)
            if isinstance(room, Room):
                yield room, found

    def open_parts(self, path: Path) -> list[int]:
        """The parts of a split that have a room that is open."""
        split = part_at(self.preset, path)
        assert isinstance(split, Split)
        return [at for at, part in enumerate(split.parts) if self._is_open(part)]

    def shares(self, path: Path, total: int) -> dict[int, int]:
        """Columns or rows of each open part of a split that has `total`."""
        split = part_at(self.preset, path)
        assert isinstance(split, Split)
        weights = self.sizes.get(path, split.weights)
        parts = self.open_parts(path)
        whole = max(sum(weights[at] for at in parts), 1)
        found = {at: max(weights[at] * total // whole, split.least[at]) for at in parts}
        for at in sorted(parts, key=found.__getitem__, reverse=True):
            wanted = found[at] + total - sum(found.values())
            found[at] = max(wanted, 1)
        return found

    def _is_open(self, part: Preset) -> bool:
        return any(room not in self.closed for room in rooms(part))

    def _divided(self, preset: Preset, path: Path, region: Region) -> Iterator[tuple[Path, Region]]:
        yield path, region
        if isinstance(preset, Room):
            return
        start = region.x if preset.is_row else region.y
        shares = self.shares(path, region.width if preset.is_row else region.height)
        for at, share in shares.items():
            if preset.is_row:
                found = Region(start, region.y, share, region.height)
            else:
                found = Region(region.x, start, region.width, share)
            yield from self._divided(preset.parts[at], (*path, at), found)
            start += share

    def region_of(self, path: Path, region: Region) -> Region:
        """Where one part is."""
        return next(found for at, found in self._divided(self.preset, (), region) if at == path)


class Border:
    """A border that can be moved: between the parts `before` and `after` of the split at `path`."""

    def __init__(self, plan: Plan, path: Path, before: int, after: int) -> None:
        split = part_at(plan.preset, path)
        assert isinstance(split, Split)
        self.plan, self.path, self.before, self.after = plan, path, before, after
        self.split = split

    def moved(self, by: int, region: Region) -> Sizes | None:
        """The sizes with the border moved by rows or columns, as far as it goes; None if it does not."""
        whole = self.plan.region_of(self.path, region)
        shares = self.plan.shares(self.path, whole.width if self.split.is_row else whole.height)
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


def border_of(plan: Plan, room: Room, is_row: bool) -> tuple[Border, int] | None:
    """The border by which a room can be made larger, and whether it grows with that moving on (1) or
    back (-1)."""
    path = path_to(plan.preset, room)
    assert path is not None
    for depth in range(len(path) - 1, -1, -1):
        split = part_at(plan.preset, path[:depth])
        assert isinstance(split, Split)
        parts = plan.open_parts(path[:depth])
        if split.is_row != is_row or len(parts) < 2:
            continue
        at = parts.index(path[depth])
        if at + 1 < len(parts):
            return Border(plan, path[:depth], parts[at], parts[at + 1]), 1
        return Border(plan, path[:depth], parts[at - 1], parts[at]), -1
    return None


def border_before(plan: Plan, room: Room, is_row: bool) -> Border | None:
    """The border above a room, or to its left."""
    path = path_to(plan.preset, room)
    assert path is not None
    for depth in range(len(path) - 1, -1, -1):
        split = part_at(plan.preset, path[:depth])
        assert isinstance(split, Split)
        if split.is_row != is_row:
            continue
        parts = plan.open_parts(path[:depth])
        at = parts.index(path[depth])
        if at:
            return Border(plan, path[:depth], parts[at - 1], parts[at])
    return None

"""What a jump across much of a boot comes to: by how much the holdings of each owner differ between two
positions, the largest difference first."""

from __future__ import annotations

from typing import NamedTuple

from ..base.intervals import IntervalMap
from .owner_rules import Owner
from .ownership import Owners

Range = tuple[int, int]


class Difference(NamedTuple):
    """By how many bytes what an owner has differs (negative: it has less), and which physical addresses are
    its own now that were not before."""

    name: str
    size: int
    ranges: tuple[Range, ...]


def differences(owners: Owners, then: int, now: int) -> list[Difference]:
    """Between two positions, of every owner whose reserved bytes are not as many as before."""
    before = _ranges(owners.reserved(then))
    after = _ranges(owners.reserved(now))
    found = [
        Difference(name, _size(after.get(name, [])) - _size(before.get(name, [])), _new(name, before, after))
        for name in sorted({*before, *after})
    ]
    return sorted((each for each in found if each.size), key=lambda each: -abs(each.size))


def _ranges(reserved: IntervalMap[Owner]) -> dict[str, list[Range]]:
    found: dict[str, list[Range]] = {}
    for start, end, owner in reserved:
        found.setdefault(owner.name, []).append((start, end))
    return found


def _size(ranges: list[Range]) -> int:
    return sum(end - start for start, end in ranges)


def _new(name: str, before: dict[str, list[Range]], after: dict[str, list[Range]]) -> tuple[Range, ...]:
    """The addresses of `after` that are not in `before`."""
    had: IntervalMap[bool] = IntervalMap()
    for start, end in before.get(name, []):
        had.put(start, end, True)
    found: list[Range] = []
    for start, end in after.get(name, []):
        for piece in had.within(start, end):
            if start < piece.start:
                found.append((start, piece.start))
            start = piece.end
        if start < end:
            found.append((start, end))
    return tuple(found)

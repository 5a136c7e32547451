"""Many small places of memory, read in few ranges: what lies close together is read at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from ...remote.target import Range

Name = TypeVar("Name", bound=Hashable)
NEAR = 64
"""So many bytes that nobody asked for are read along rather than asking twice."""
LONGEST = 4096
"""Ranges do not grow beyond this, so that one bad page spoils no more than its own."""


class Batch(Generic[Name]):
    """Places by any names; `ranges` is what to read for them."""

    def __init__(self, places: Mapping[Name, Range]) -> None:
        self.ranges: list[Range] = []
        self._at: dict[Name, tuple[int, int, int]] = {}
        for name, place in sorted(places.items(), key=lambda item: item[1]):
            if self.ranges and self._is_near(place):
                last = self.ranges[-1]
                end = max(last.address + last.size, place.address + place.size)
                self.ranges[-1] = Range(last.address, end - last.address)
            else:
                self.ranges.append(place)
            start = place.address - self.ranges[-1].address
            self._at[name] = len(self.ranges) - 1, start, start + place.size

    def _is_near(self, place: Range) -> bool:
        last = self.ranges[-1]
        end = place.address + place.size
        return (
            place.address <= last.address + last.size + NEAR
            and end - last.address <= LONGEST
            and last.address >> 12 == (end - 1) >> 12
        )

    def cut(self, data: Sequence[bytes | None]) -> dict[Name, bytes]:
        """The bytes of each place, of what was read for `ranges`; what could not be read is missing."""
        found: dict[Name, bytes] = {}
        for name, (number, start, end) in self._at.items():
            whole = data[number] if number < len(data) else None
            if whole is not None and len(whole) >= end:
                found[name] = whole[start:end]
        return found

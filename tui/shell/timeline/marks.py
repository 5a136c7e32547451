"""What is marked on the timeline: where breakpoints would stop, and the bookmarks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ....model.debugger.breakpoints.hits import HitPlaces
    from ...session.snapshot import Snapshot
    from .scale import PhaseScale

TESTS = 400
"""Conditions that are tested between two screens."""


class TimelineMarks:
    """The marks of one moment.  Columns are worked out again only if the marks or the scale are others."""

    def __init__(self) -> None:
        self._places: HitPlaces | None = None
        self._bookmarks: Mapping[str, int] = {}
        self._key: tuple[object, ...] = ()
        self._columns: list[int] = []

    def look(self, snapshot: Snapshot) -> bool:
        """Take the marks of a snapshot; whether all breakpoints' places are known."""
        from ....model.debugger.breakpoints.hits import HitPlaces

        answers = snapshot.answers
        self._bookmarks = answers.bookmarks
        if self._places is None or self._places.breakpoints is not answers.breakpoints:
            self._places = HitPlaces(answers.breakpoints)
        return self._places.look(TESTS)

    def breakpoint_columns(self, scale: PhaseScale) -> list[int]:
        """The columns in which a breakpoint would stop."""
        if self._places is None:
            return []
        key = (self._places, self._places.version, scale.width, scale.positions)
        if key != self._key:
            self._key = key
            self._columns = list(self._stops(scale, self._places))
        return self._columns

    def _stops(self, scale: PhaseScale, places: HitPlaces) -> Iterator[int]:
        starts = [scale.position_of(column) for column in range(scale.width)]
        ends = [*starts[1:], scale.positions[-1] + 1]
        for column, (start, end) in enumerate(zip(starts, ends, strict=True)):
            # A breakpoint at an event stops at the position just after it.
            if any(
                bisect_left(events, start - 1) < bisect_left(events, end - 1) for events in places.events()
            ):
                yield column

    def bookmark_columns(self, scale: PhaseScale) -> Iterator[tuple[int, str]]:
        """The columns of the bookmarks, and their letters."""
        for letter, position in self._bookmarks.items():
            yield scale.column_of(position), letter[:1]

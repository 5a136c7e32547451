"""Which addresses the changes of a trace are about: an index of it, extended as that grows.

Changes of memblock are not here: those have an index of their own, `operations`.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Iterator

from ..memory.memblock.regions import U64
from ..trace.changes import Change
from ..trace.events import Kind, Trace
from .affected import Shifts, ranges
from .selectors import PHYSICAL, VIRTUAL

KINDS = {PHYSICAL: (Kind.PAGE_TABLE, Kind.SECTION, Kind.ZONE), VIRTUAL: (Kind.PAGE_TABLE,)}
"""The kinds of change that may be about physical and virtual addresses."""


class AffectedIndex:
    """The ranges of one space that changes are about, in the order of their events.  Without `tables`, table
    pages are not about the addresses they will translate."""

    def __init__(self, trace: Trace, space: str, shifts: Shifts, tables: bool) -> None:
        self.trace = trace
        self.space = space
        self.shifts = shifts
        self.tables = tables or space == PHYSICAL
        self._events = array("I")
        self._starts = array("Q")
        self._lasts = array("Q")
        self._scanned = 0

    def touching(self, start: int, end: int, first: int, stop: int) -> Iterator[int]:
        """The events from `first` up to `stop` about a byte of [start, end); some come more than once."""
        self.extend()
        low, high = bisect_left(self._events, first), bisect_left(self._events, stop)
        entries = zip(self._events[low:high], self._starts[low:high], self._lasts[low:high], strict=True)
        return (event for event, begins, ends in entries if begins < end and start <= ends)

    def extend(self) -> None:
        """Take in what has been recorded since."""
        end = len(self.trace)
        for event in heapq.merge(
            *(self.trace.of_kind(kind, self._scanned, end) for kind in KINDS[self.space])
        ):
            for change in self.trace.payload(event):
                for start, stop in self._ranges(change):
                    self._events.append(event)
                    self._starts.append(start)
                    self._lasts.append(min(stop - 1, U64))
        self._scanned = end

    def _ranges(self, change: Change) -> Iterator[tuple[int, int]]:
        if self.tables or not change.target.endswith(".tables"):
            yield from ranges(change, self.space, self.shifts)

"""Ranges of addresses and what belongs to each: neighbours with equal values are one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

Value = TypeVar("Value")


class Interval(NamedTuple, Generic[Value]):
    """The addresses from `start` up to but not including `end`, and what they belong to."""

    start: int
    end: int
    value: Value


class IntervalMap(Generic[Value]):
    """A value for each address, or none."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.values: list[Value] = []

    def __iter__(self) -> Iterator[Interval[Value]]:
        for start, end, value in zip(self.starts, self.ends, self.values, strict=True):
            yield Interval(start, end, value)

    def at(self, address: int) -> Value | None:
        """What an address belongs to."""
        index = bisect_right(self.starts, address) - 1
        return self.values[index] if index >= 0 and address < self.ends[index] else None

    def within(self, start: int, end: int) -> list[Interval[Value]]:
        """The intervals of [start, end), cut to it."""
        starts, ends, values = self.starts, self.ends, self.values
        return [
            Interval(max(starts[at], start), min(ends[at], end), values[at])
            for at in range(bisect_right(ends, start), bisect_left(starts, end))
        ]

    def put(self, start: int, end: int, value: Value | None) -> list[Interval[Value]]:
        """Let [start, end) belong to `value`, or to nothing.  Returns what was there: to put back that over
        an emptied range undoes it."""
        if start >= end:
            return []
        starts, ends, values = self.starts, self.ends, self.values
        low, high = bisect_right(ends, start), bisect_left(starts, end)
        if low == high and value is not None:
            self._put_into_gap(low, start, end, value)
            return []
        before = self.within(start, end)
        pieces: list[Interval[Value]] = []
        if low < high and starts[low] < start:
            pieces.append(Interval(starts[low], start, values[low]))
        if value is not None:
            if not pieces and low and ends[low - 1] == start:
                low -= 1
                pieces.append(Interval(starts[low], start, values[low]))
            _append(pieces, Interval(start, end, value))
        if high and low < high and ends[high - 1] > end:
            _append(pieces, Interval(end, ends[high - 1], values[high - 1]))
        elif pieces and high < len(starts) and starts[high] == pieces[-1].end:
            _append(pieces, Interval(starts[high], ends[high], values[high]))
            high += 1
        starts[low:high] = [piece.start for piece in pieces]
        ends[low:high] = [piece.end for piece in pieces]
        values[low:high] = [piece.value for piece in pieces]
        return before

    def _put_into_gap(self, at: int, start: int, end: int, value: Value) -> None:
        """Let [start, end), of which nothing has a value, belong to `value`; `at` intervals are below."""
        starts, ends, values = self.starts, self.ends, self.values
        joins_left = at > 0 and ends[at - 1] == start and values[at - 1] == value
        joins_right = at < len(starts) and starts[at] == end and values[at] == value
        if joins_left and joins_right:
            ends[at - 1] = ends[at]
            del starts[at], ends[at], values[at]
        elif joins_left:
            ends[at - 1] = end
        elif joins_right:
            starts[at] = start
        else:
            starts.insert(at, start)
            ends.insert(at, end)
            values.insert(at, value)

    def snapshot(self) -> tuple[list[int], list[int], list[Value]]:
        """Everything a copy needs."""
        return self.starts.copy(), self.ends.copy(), self.values.copy()

    def restore(self, snapshot: tuple[list[int], list[int], list[Value]]) -> None:
        """Become what `snapshot` was taken of."""
        starts, ends, values = snapshot
        self.starts, self.ends, self.values = starts.copy(), ends.copy(), values.copy()


def _append(pieces: list[Interval[Value]], piece: Interval[Value]) -> None:
    last = pieces[-1] if pieces else None
    if last is not None and last.end == piece.start and last.value == piece.value:
        pieces[-1] = last._replace(end=piece.end)
    else:
        pieces.append(piece)

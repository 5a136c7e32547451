"""Interval maps: like a value for every address, but in few pieces."""

from __future__ import annotations

from itertools import pairwise

from bootstep.model.base.intervals import Interval, IntervalMap
from hypothesis import given
from hypothesis import strategies as st

EDGES = st.integers(0, 40)
PUTS = st.lists(st.tuples(EDGES, EDGES, st.sampled_from(["a", "b", "c", None])), max_size=25)


def expanded(intervals: IntervalMap[str]) -> dict[int, str]:
    return {address: each.value for each in intervals for address in range(each.start, each.end)}


@given(PUTS)
def test_it_holds_what_was_put_last_in_as_few_pieces_as_can_be(
    puts: list[tuple[int, int, str | None]],
) -> None:
    intervals: IntervalMap[str] = IntervalMap()
    plain: dict[int, str] = {}
    for start, end, value in puts:
        intervals.put(start, end, value)
        for address in range(start, end):
            plain.pop(address, None)
            if value is not None:
                plain[address] = value
    assert expanded(intervals) == plain
    pieces = list(intervals)
    assert all(each.start < each.end for each in pieces)
    for one, following in pairwise(pieces):
        assert one.end < following.start or (one.end == following.start and one.value != following.value)
    assert all(intervals.at(address) == plain.get(address) for address in range(42))


@given(PUTS, EDGES, EDGES, st.sampled_from(["a", None]))
def test_what_put_returns_undoes_it(
    puts: list[tuple[int, int, str | None]], start: int, end: int, value: str | None
) -> None:
    intervals: IntervalMap[str] = IntervalMap()
    for each in puts:
        intervals.put(*each)
    before = list(intervals)
    old = intervals.put(start, end, value)
    intervals.put(start, end, None)
    for piece in old:
        intervals.put(piece.start, piece.end, piece.value)
    assert list(intervals) == before


def test_within_cuts_at_both_ends() -> None:
    intervals: IntervalMap[str] = IntervalMap()
    intervals.put(10, 20, "a")
    intervals.put(30, 40, "b")
    assert intervals.within(15, 31) == [Interval(15, 20, "a"), Interval(30, 31, "b")]
    assert intervals.within(20, 30) == []

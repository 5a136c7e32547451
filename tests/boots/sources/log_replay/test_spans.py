"""Ranges of addresses, compared."""

from __future__ import annotations

from bootstep.boots.sources.log_replay.spans import Span, cut, merged, parts, spans, without
from bootstep.model.memory.memblock.regions import Region
from hypothesis import given
from hypothesis import strategies as st

LISTS = st.lists(st.builds(Region, st.integers(0, 40), st.integers(0, 9), st.just(0), st.just(0)), max_size=6)


def addresses(found: list[Span]) -> set[int]:
    return {address for start, end in found for address in range(start, end)}


@given(LISTS, LISTS)
def test_what_one_has_and_another_has_not_is_told_by_every_address(
    some: list[Region], others: list[Region]
) -> None:
    here, there = spans(some), spans(others)
    assert addresses(without(here, there)) == addresses(here) - addresses(there)
    assert addresses(spans(cut(some, there))) == addresses(here) - addresses(there)
    assert addresses(spans(parts(some, there))) == addresses(here) & addresses(there)


def test_regions_that_touch_and_are_alike_are_one() -> None:
    assert merged([Region(4, 4, 0, 1), Region(0, 4, 0, 1), Region(8, 4, 0, 2)]) == [
        Region(0, 8, 0, 1),
        Region(8, 4, 0, 2),
    ]

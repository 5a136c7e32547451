"""The kernel's heapsort, whose order among equals is part of what it does."""

from __future__ import annotations

import pytest
from bootstep.boots.lib.sort import sort
from bootstep.model.build.release import Release
from hypothesis import given
from hypothesis import strategies as st

ONE_A_ROUND, TWO_A_ROUND = Release(6, 1), Release(6, 9)


def by_key(one: tuple[int, str], other: tuple[int, str]) -> int:
    return one[0] - other[0]


def difference(one: int, other: int) -> int:
    return one - other


@given(st.lists(st.integers(0, 20)))
def test_both_variants_sort(numbers: list[int]) -> None:
    for release in (ONE_A_ROUND, TWO_A_ROUND):
        items = list(numbers)
        sort(release, items, difference)
        assert items == sorted(numbers)


@pytest.mark.parametrize(
    ("given_order", "since_6_1", "since_6_9"),
    [
        ("0a0b0c0d", "0b0c0d0a", "0b0d0c0a"),
        ("0a0b0c0d0e0f0g", "0b0c0d0e0f0g0a", "0d0b0e0f0g0c0a"),
        ("3a1b1c2d0e0f1g0h", "0f0e0h1c1b1g2d3a", "0f0e0h1b1g1c2d3a"),
        ("0a0b0c", "0b0c0a", "0c0b0a"),
    ],
)
def test_equals_end_in_the_order_that_lib_sort_c_leaves_them_in(
    given_order: str, since_6_1: str, since_6_9: str
) -> None:
    for release, expected in ((ONE_A_ROUND, since_6_1), (TWO_A_ROUND, since_6_9)):
        items = [(int(given_order[at]), given_order[at + 1]) for at in range(0, len(given_order), 2)]
        sort(release, items, by_key)
        assert "".join(f"{key}{letter}" for key, letter in items) == expected

"""Lists side by side: nothing is lost, nothing is turned round, and equal things meet."""

from __future__ import annotations

from itertools import pairwise

from bootstep.model.base.alignment import equal_pairs, facing
from hypothesis import given
from hypothesis import strategies as st

WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@given(WORDS, WORDS)
def test_equal_items_face_each_other_in_order(one: list[str], other: list[str]) -> None:
    pairs = equal_pairs(one, other)
    assert all(one[at] == other[to] for at, to in pairs)
    assert all(this[0] < following[0] and this[1] < following[1] for this, following in pairwise(pairs))
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    assert len(pairs) >= same or len(set(one)) < len(one) or len(set(other)) < len(other)


@given(WORDS)
def test_a_list_faces_itself_whole(one: list[str]) -> None:
    assert equal_pairs(one, one) == [(at, at) for at in range(len(one))]


@given(WORDS, WORDS)
def test_everything_stands_somewhere_in_its_order(one: list[str], other: list[str]) -> None:
    rows = list(facing(one, other, equal_pairs(one, other)))
    assert [mine for mine, _ in rows if mine is not None] == list(range(len(one)))
    assert [its for _, its in rows if its is not None] == list(range(len(other)))
    assert all(one[mine] == other[its] for mine, its in rows if mine is not None and its is not None)


def test_what_differs_in_its_text_meets_by_its_kind() -> None:
    one = ["reserve 1", "alloc 2", "reserve 3"]
    other = ["reserve 9", "print", "alloc 8", "reserve 3"]
    kinds = [[text.split()[0] for text in texts] for texts in (one, other)]
    assert list(facing(*kinds, equal_pairs(one, other))) == [(0, 0), (None, 1), (1, 2), (2, 3)]


def test_long_lists_that_differ_nearly_everywhere_take_no_time() -> None:
    """A quadratic search of these would look at 10^10 pairs."""
    one = [f"at {number}" for number in range(100_000)]
    other = [f"at {number * 7}" for number in range(100_000)]
    pairs = equal_pairs(one, other)
    assert pairs == [(number * 7, number) for number in range(100_000 // 7 + 1)]

"""Where the search in a view goes on, and what has to be scrolled for a match."""

from __future__ import annotations

import pytest
from bootstep.tui.draw.search import FAR, SearchHit, left_to_see, search_start

SIGHT = range(10, 20)


def hit(row: int, start: int = 4, end: int = 7) -> SearchHit:
    return SearchHit(row, start, end, wrapped=False)


@pytest.mark.parametrize(
    ("match", "cursor", "forward", "backward"),
    [
        pytest.param(None, None, (10, -1), (19, FAR), id="at-an-end-of-what-is-in-sight"),
        pytest.param(hit(12), None, (12, 4), (12, 4), id="at-a-match-in-sight"),
        pytest.param(hit(30), None, (10, -1), (19, FAR), id="a-match-out-of-sight-is-left"),
        pytest.param(None, 15, (15, -1), (15, FAR), id="at-the-cursor"),
        pytest.param(hit(15), 15, (15, 4), (15, 4), id="at-the-match-on-its-line"),
        pytest.param(hit(12), 15, (15, -1), (15, FAR), id="the-cursor-has-left-the-match"),
    ],
)
def test_a_search_starts(
    match: SearchHit | None, cursor: int | None, forward: tuple[int, int], backward: tuple[int, int]
) -> None:
    assert search_start(match, SIGHT, cursor, 1) == forward
    assert search_start(match, SIGHT, cursor, -1) == backward


def test_without_any_line_it_starts_at_the_first() -> None:
    assert search_start(None, range(0), None, -1) == (0, FAR)


@pytest.mark.parametrize(
    ("text", "left", "there"),
    [
        ("one two three", 5, 0),
        ("." * 100, 0, 50 - 20 // 3),
        ("." * 100, 45, 45),
        ("初" * 100, 0, 100 - 20 // 3),
    ],
)
def test_a_line_is_scrolled_sideways_only_if_the_match_is_not_in_sight(
    text: str, left: int, there: int
) -> None:
    start = 4 if len(text) < 20 else 50
    assert left_to_see(hit(0, start, start + 3), text, left, 20) == there

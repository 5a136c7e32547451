"""Lines of spans, and the marks of rows that changed.

Covers frame.py, line_view.py.
"""

from __future__ import annotations

from bootstep.tui.draw.lines import cut, differences, length, padded, plain, spread, text_of, without_start


def edges(row: tuple[int, int]) -> tuple[int, int]:
    return row


def test_control_characters_are_shown_and_tabs_are_spaces() -> None:
    assert plain("a\x1b[2Jb\tc\x9b") == "a\\x1b[2Jb  c\\x9b"


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert text_of(cut([("abc", ""), ("defg", "dim")], 5)) == "abcd…"
    assert text_of(padded([("ab", "")], 4)) == "ab  "
    assert length(padded([("abcdef", "")], 4)) == 4


def test_the_right_part_gives_way() -> None:
    assert text_of(spread([("left", "")], [("right", "")], 12)) == "left   right"
    assert text_of(spread([("left", "")], [("right", "")], 8)) == "left"


def test_a_line_may_begin_further_right() -> None:
    line = [("ab", "dim"), ("初cd", "")]
    assert without_start(line, 1) == [("b", "dim"), ("初cd", "")]
    assert text_of(without_start(line, 4)) == "cd"
    assert without_start(line, 6) == []


def test_rows_are_marked_by_what_became_of_them() -> None:
    before = [(0, 4), (8, 12), (20, 24), (30, 40)]
    after = [(0, 4), (8, 16), (26, 28), (30, 40)]
    assert differences(before, after, edges) == [
        (" ", (0, 4)),
        ("~", (8, 16)),
        ("-", (20, 24)),
        ("+", (26, 28)),
        (" ", (30, 40)),
    ]


def test_a_range_that_grew_downwards_is_changed_not_new() -> None:
    assert differences([(8, 12)], [(4, 12)], edges) == [("~", (4, 12))]


def test_a_range_cut_in_two_is_changed_twice() -> None:
    assert differences([(0, 12)], [(0, 4), (8, 12)], edges) == [("~", (0, 4)), ("~", (8, 12))]


def test_nothing_before_makes_all_new_and_nothing_after_all_gone() -> None:
    assert differences([], [(0, 4)], edges) == [("+", (0, 4))]
    assert differences([(0, 4)], [], edges) == [("-", (0, 4))]

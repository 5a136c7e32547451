"""Texts measured in cells of the screen: a Chinese character takes two."""

from __future__ import annotations

import pytest
from bootstep.tui.draw.lines import cut, length, note, padded, text_of
from bootstep.tui.draw.widths import cells, clipped, ljust, rjust, without_cells, wrapped
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

TEXTS = st.text(alphabet="ab c内存\uff0c。\uff08\uff09●…", max_size=40)


def test_a_chinese_character_takes_two_cells() -> None:
    assert [cells(text) for text in ("", "abc", "内存", "● abc", "a内b")] == [0, 3, 4, 5, 4]
    assert ljust("内存", 6) == "内存  "
    assert rjust("内存", 6) == "  内存"
    assert ljust("内存", 3) == "内存"


@pytest.mark.parametrize(
    ("width", "start", "rest"), [(0, "", "a内存b"), (2, "a", " 存b"), (3, "a内", "存b"), (9, "a内存b", "")]
)
def test_no_character_is_cut_in_two(width: int, start: str, rest: str) -> None:
    assert clipped("a内存b", width) == start
    assert without_cells("a内存b", width) == rest


@given(TEXTS, st.integers(0, 45))
def test_a_start_is_as_long_as_it_may_be(text: str, width: int) -> None:
    start = clipped(text, width)
    assert text.startswith(start)
    assert cell_len(start) <= width
    assert start == text or cell_len(start) >= width - 1


@given(TEXTS, st.integers(1, 45))
def test_padded_lines_are_exactly_as_wide_as_asked_for(text: str, width: int) -> None:
    line = padded([(text, ""), (text, "dim")], width)
    assert length(line) == cell_len(text_of(line)) == width
    assert length(cut([(text, "")], width)) <= width


@given(TEXTS, st.integers(4, 45))
def test_wrapping_keeps_every_character_in_lines_that_fit(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_break_between_characters_but_not_before_punctuation() -> None:
    assert wrapped("物理内存、页表。", 8) == ["物理内", "存、页", "表。"]
    assert wrapped("按 memblock_reserve 断点", 12) == ["按", "memblock_res", "erve 断点"]
    assert wrapped("plain English words", 8) == ["plain", "English", "words"]
    assert [text_of(line) for line in note("物理内存", 8)] == ["物理内存"]

"""Lines of words in columns.  Covers wide.py, texts.py, telling.py."""

from __future__ import annotations

from unicodedata import category

import pytest
from bootstep.model.debugger.inspect.answers import Paragraph, Said, WordsAnswer
from bootstep.model.lecture.explaining.purposes import FILE
from bootstep.model.lecture.telling import text_of
from bootstep.model.lecture.texts import tables
from bootstep.model.lecture.wide import columns, wrapped


@pytest.mark.parametrize(("text", "expected"), [("memory", 6), ("内存", 4), ("内存 map", 8), ("", 0)])
def test_columns(text: str, expected: int) -> None:
    assert columns(text) == expected


@pytest.mark.parametrize("width", [12, 20, 33, 78])
@pytest.mark.parametrize(
    "text",
    [
        "memblock marks a range as in use, so that no later search finds it.",
        "把一段范围标为已占用。之后的查找不会再给出它。memblock_reserve 由 arm64_memblock_init 调用。",
        "x" * 200,
        "",
    ],
    ids=["english", "chinese", "one-word", "nothing"],
)
def test_no_line_is_too_long_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert lines


def test_no_line_begins_with_the_end_of_a_sentence() -> None:
    for width in range(12, 40):
        for line in wrapped("一二三四五。六七八九十。甲乙丙丁。戊己庚辛。", width)[1:]:
            assert category(line[0]) != "Po"


def test_an_answer_as_text() -> None:
    answer = WordsAnswer("terms", (Paragraph("NOMAP", (Said("left out"), Said("of the map", 3))),))
    assert text_of(answer) == "NOMAP\n  left out\n  of the map"


def test_tables_are_read_once() -> None:
    assert tables(FILE) is tables(FILE)

"""Text in columns, of any language."""

from __future__ import annotations

import pytest
from bootstep.model.language.columns import NEVER_FIRST, columns, wrapped

CHINESE = "内核已经在运行, 却不知道任何一个字节的 RAM。memblock 已经存在: 映像里的两个静态数组。"


def test_chinese_characters_take_two() -> None:
    assert columns("memblock") == 8
    assert columns("内存 x") == 6
    assert columns("é") == 1
    assert columns("e\u0301") == 1


@pytest.mark.parametrize("width", range(8, 60, 3))
@pytest.mark.parametrize("text", [CHINESE, "memblock knows two arrays, memory and reserved", "x" * 70])
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert max(map(columns, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert not [line for line in lines[1:] if line[0] in NEVER_FIRST and columns(text) < 60]


def test_words_stay_whole_where_they_fit() -> None:
    assert wrapped("two words here", 9) == ["two words", "here"]
    assert wrapped("one\n\ntwo", 9) == ["one", "", "two"]
    assert wrapped("", 9) == []

"""Answers in sentences as lines of text, and the files that texts are kept in.  Covers texts.py."""

from __future__ import annotations

from bootstep.model.debugger.inspect.answers import Paragraph, Said, WordsAnswer
from bootstep.model.language.columns import columns
from bootstep.model.lecture.explaining.purposes import FILE
from bootstep.model.lecture.telling import WIDTH, text_of
from bootstep.model.lecture.texts import tables


def test_each_paragraph_stands_below_its_heading() -> None:
    answer = WordsAnswer("terms", (Paragraph("NOMAP", (Said("left out"), Said("of the map", 3))),))
    assert text_of(answer) == "NOMAP\n  left out\n  of the map"


def test_long_sentences_take_several_lines_that_fit() -> None:
    english, chinese = "so that no later search finds it " * 9, "之后的查找不会再给出它" * 20
    lines = text_of(WordsAnswer("terms", (Paragraph("x", (Said(english), Said(chinese))),))).splitlines()
    assert len(lines) > 6
    assert all(columns(line) <= WIDTH for line in lines)
    assert "".join("".join(lines[1:]).split()) == "".join((english + chinese).split())


def test_tables_are_read_once() -> None:
    assert tables(FILE) is tables(FILE)
    assert "memblock_reserve" in tables(FILE)

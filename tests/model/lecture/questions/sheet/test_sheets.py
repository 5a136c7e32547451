"""Sheets in every form: no answer on them, every answer on the key, the same bytes again.

Covers contents.py, plain_text.py, markdown.py, page.py, plain_data.py.
"""

from __future__ import annotations

import json
import re
from types import ModuleType

import pytest
from asked_boots import asked, material
from balanced_html import Balance
from bootstep.model.language.columns import columns
from bootstep.model.language.words import choose
from bootstep.model.lecture.questions.making import questions
from bootstep.model.lecture.questions.sheet import markdown, page, plain_data, plain_text
from bootstep.model.lecture.questions.sheet.contents import Sheet, source_line

FORMS = (plain_text, markdown, page, plain_data)


def sheet() -> Sheet:
    return Sheet(material("pc-8g").facts, asked("pc-8g")[:40], 3)


def squeezed(text: str) -> str:
    """Without what forms add between words."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\\", "")
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__.rpartition(".")[2])
def test_the_sheet_asks_and_the_key_answers(form: ModuleType) -> None:
    asking = squeezed("\n".join(form.sheet_lines(sheet())))
    key = squeezed("\n".join(form.key_lines(sheet())))
    for question in sheet().questions:
        assert squeezed(question.text) in asking
        assert squeezed(question.explanation) not in asking
        assert (
            squeezed(question.explanation).replace('"', '\\"') in key or squeezed(question.explanation) in key
        )
        assert squeezed(question.shown) in key
        assert all(squeezed(choice.text) in asking for choice in question.choices)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__.rpartition(".")[2])
def test_a_whole_sheet_has_both(form: ModuleType) -> None:
    whole = squeezed("\n".join(form.whole_lines(sheet())))
    for question in sheet().questions:
        assert squeezed(question.text) in whole
        assert squeezed(question.shown) in whole


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_fits_a_terminal(language: str) -> None:
    choose(language)
    try:
        boot = material("pc-8g")
        made = Sheet(boot.facts, questions(boot, 40, 3), 3)
        assert max(map(columns, plain_text.whole_lines(made))) <= 78
    finally:
        choose("en")


def test_a_page_is_whole_and_asks_nothing_of_anybody() -> None:
    for lines in (page.sheet_lines(sheet()), page.key_lines(sheet()), page.whole_lines(sheet())):
        text = "\n".join(lines)
        Balance(text)
        assert not re.search(r"https?://|<script|<link|<img|url\(|@import", text)


def test_json_can_be_read_again() -> None:
    told = json.loads("\n".join(plain_data.whole_lines(sheet())))
    assert [each["answer"] for each in told["questions"]] == [each.answer for each in sheet().questions]
    assert "answer" not in "\n".join(plain_data.sheet_lines(sheet()))


def test_a_name_from_outside_is_no_markup() -> None:
    from msgspec.structs import replace

    named = Sheet(replace(material("pc-8g").facts, name="<b>*x*</b>"), sheet().questions[:1], 1)
    assert "<b>" not in "\n".join(page.sheet_lines(named))
    assert r"\<b\>\*x\*" in "\n".join(markdown.sheet_lines(named))


def test_where_it_is_decided_is_a_file_of_the_kernel() -> None:
    told = [source_line(question) for question in sheet().questions if question.place]
    assert any(re.search(r"mm/memblock\.c:\d+", line) for line in told)

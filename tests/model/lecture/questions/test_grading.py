"""Answers compared with what is so."""

from __future__ import annotations

import pytest
from asked_boots import EACH, asked, material, of_kind
from bootstep.model.lecture.questions.grading import grade, grade_row, verdict_on
from bootstep.model.lecture.questions.question import letter
from bootstep.model.lecture.questions.readings import UnreadableAnswer


@pytest.mark.parametrize("name", EACH)
def test_the_right_answer_is_right_by_letter_by_words_and_typed(name: str) -> None:
    boot = material(name)
    for question in asked(name):
        typed = f"{question.answer:#x}" if isinstance(question.answer, int) else question.answer
        for given in (question.letter(), f"{question.letter()})", question.shown, typed):
            verdict = grade(boot, question, given)
            assert verdict.is_right, (question, given)
            assert question.explanation in verdict.text()


@pytest.mark.parametrize("name", EACH)
def test_every_other_choice_is_wrong_and_both_are_said(name: str) -> None:
    boot = material(name)
    for question in asked(name):
        for at, choice in enumerate(question.choices):
            verdict = grade(boot, question, letter(at))
            assert verdict.is_right == (choice.value == question.answer)
            if not verdict.is_right:
                assert choice.text in verdict.comparison
                assert question.shown in verdict.comparison


def test_a_wrong_address_is_told_who_has_it() -> None:
    boot = material("virt-1g")
    question = next(each for each in of_kind("virt-1g", "allocation") if each.position > 200)
    assert "reserved by: kernel" in grade(boot, question, "0x40210000").comparison
    assert "No memory is at 0x1000" in grade(boot, question, "0x1000").comparison


def test_a_wrong_address_in_the_right_gap_is_told_what_is_wrong_with_it() -> None:
    boot = material("virt-1g")
    question = of_kind("virt-1g", "allocation")[0]
    assert question.cursor is not None
    assert "no multiple of" in grade(boot, question, hex(int(question.answer) + 1)).comparison
    assert (
        "the highest place is taken" in grade(boot, question, hex(question.cursor.start + 0x10000)).comparison
    )


def test_part_of_a_name_is_enough_where_no_other_has_it() -> None:
    boot = material("virt-1g")
    question = next(each for each in of_kind("virt-1g", "zone") if each.answer == "DMA")
    assert grade(boot, question, "zone dma").is_right
    assert not grade(boot, question, "zone normal").is_right
    assert not grade(boot, question, "no such zone").is_right


@pytest.mark.parametrize("given", ["", "   ", "x" * 300])
def test_what_is_no_answer_is_said(given: str) -> None:
    with pytest.raises(UnreadableAnswer):
        grade(material("virt-1g"), asked("virt-1g")[0], given)


def test_what_was_typed_reaches_no_terminal_as_it_is() -> None:
    question = of_kind("virt-1g", "caller")[0]
    assert "\x1b" not in grade(material("virt-1g"), question, "\x1b[31mred").text()


def test_no_answer_is_wrong_too() -> None:
    question = asked("virt-1g")[0]
    assert not verdict_on(material("virt-1g"), question, None, "?").is_right


def test_a_row_answers_by_its_address() -> None:
    boot = material("virt-1g")
    question = of_kind("virt-1g", "allocation")[0]
    assert question.cursor is not None
    gap = f"  {question.cursor.start:#x} - {question.cursor.end:#x} free"
    assert grade_row(boot, question, gap, None).is_right
    assert grade_row(boot, question, "the gap", hex(question.cursor.start)).is_right
    wrong = grade_row(boot, question, "  0x40210000 kernel", "0x40210000")
    assert not wrong.is_right
    assert "0x40210000 kernel" in wrong.comparison


def test_a_neighbour_that_will_merge_answers_too() -> None:
    boot = material("virt-1g")
    question = next(each for each in of_kind("virt-1g", "merge") if each.difficulty == 1)
    start = str(question.answer).partition("-")[0]
    assert grade_row(boot, question, f"reserved {start}", None).is_right
    assert not grade_row(boot, question, "reserved 0x48000000", None).is_right


def test_a_row_that_says_nothing_is_no_answer() -> None:
    boot = material("virt-1g")
    with pytest.raises(UnreadableAnswer, match="no row of a pane"):
        grade_row(boot, of_kind("virt-1g", "regions")[0], "x", None)
    with pytest.raises(UnreadableAnswer, match="no address"):
        grade_row(boot, of_kind("virt-1g", "allocation")[0], "just words", None)

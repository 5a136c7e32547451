"""Questions made from boots: the same again for the same seed, of the kinds that a source has.

Covers kind.py, material.py, choosing.py, question.py, table.py.
"""

from __future__ import annotations

from random import Random

import pytest
from asked_boots import EACH, LOGS, asked, material
from bootstep.model.base.errors import InputError
from bootstep.model.language.words import choose
from bootstep.model.lecture.questions.choosing import around, choices_of, one_after_other
from bootstep.model.lecture.questions.making import question_near, questions, stops_of
from bootstep.model.lecture.questions.material import Material
from bootstep.model.lecture.questions.table import KINDS, kind_named


@pytest.mark.parametrize("name", EACH)
def test_the_same_seed_makes_the_same_questions(name: str) -> None:
    first = material(name)
    again = Material(first.trace, first.facts)
    assert questions(again, 15, 7) == questions(first, 15, 7)


def test_another_seed_makes_others() -> None:
    boot = material("virt-1g")
    assert questions(boot, 15, 7) != questions(boot, 15, 8)


def test_the_language_changes_the_words_alone() -> None:
    boot = material("virt-1g")
    english = questions(boot, 30, 7)
    choose("zh")
    try:
        chinese = questions(boot, 30, 7)
    finally:
        choose("en")
    key = [(each.kind, each.position, each.answer) for each in english]
    assert sorted(key) == sorted((each.kind, each.position, each.answer) for each in chinese)


@pytest.mark.parametrize("name", EACH)
def test_the_right_answer_is_offered_once_among_others_that_read_differently(name: str) -> None:
    for question in asked(name):
        assert 2 <= len(question.choices) <= 4
        assert [choice.value for choice in question.choices].count(question.answer) == 1
        assert len({choice.text for choice in question.choices}) == len(question.choices)
        assert question.choices[ord(question.letter()) - ord("a")].value == question.answer


@pytest.mark.parametrize("name", EACH)
def test_no_question_is_asked_twice(name: str) -> None:
    texts = [(question.text, question.position) for question in asked(name)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("difficulty", [1, 2, 3])
def test_only_those_of_a_difficulty(difficulty: int) -> None:
    found = questions(material("pc-8g"), 20, 1, KINDS, difficulty)
    assert len(found) == 20
    assert {question.difficulty for question in found} == {difficulty}


def test_only_those_of_a_kind() -> None:
    found = questions(material("virt-1g"), 5, 1, [kind_named("zone"), kind_named("LOG ")])
    assert {question.kind for question in found} == {"zone", "log"}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_asked_only_about_what_it_tells(name: str) -> None:
    assert {question.kind for question in asked(name)} <= {
        "owner",
        "regions",
        "merge",
        "zone",
        "present",
        "log",
    }


def test_an_empty_boot_has_no_questions() -> None:
    from bootstep.model.memory.state import State
    from bootstep.model.source.facts import Facts
    from bootstep.model.trace.recorder import BootTrace

    trace, state = BootTrace(), State()
    state.record_into(trace)
    trace.start()
    trace.finish()
    assert questions(Material(trace, Facts()), 10, 1) == []


def test_an_unknown_kind_is_named_with_its_like() -> None:
    with pytest.raises(InputError, match=r"--kind zon: there is no such kind.*did you mean zone"):
        kind_named("zon")


def test_choices_leave_out_what_reads_alike_or_is_negative() -> None:
    found = choices_of(Random(1), 5, [5, -1, 7, 7, 9], str)
    assert [choice.value for choice in found] == [5, 7, 9]


def test_sentences_are_parted_as_the_language_has_it() -> None:
    assert one_after_other(["One.", "Two."]) == "One. Two."
    choose("zh")
    try:
        assert one_after_other(["一。", "二。"]) == "一。二。"
    finally:
        choose("en")


def test_the_neighbours_of_a_number_are_never_negative() -> None:
    assert around(1, 1, 2) == [2, 0, 3]


def test_the_question_near_a_place_is_the_next_of_its_kind() -> None:
    boot = material("virt-1g")
    allocation = kind_named("allocation")
    for position in (0, 500, 11_500):
        question = question_near(boot, allocation, position)
        assert question is not None
        assert question.subject >= position
    last = question_near(boot, allocation, len(boot.trace))
    assert last is not None
    assert last.position < len(boot.trace)


def test_the_question_near_a_place_may_be_of_one_who_asks() -> None:
    boot = material("virt-1g")
    question = question_near(boot, kind_named("allocation"), 0, asker="setup_node_data")
    assert question is not None
    assert "setup_node_data asks" in question.text
    assert question_near(boot, kind_named("allocation"), 0, asker="no_such_function") is None
    assert question_near(material("plain log"), kind_named("allocation"), 0) is None


@pytest.mark.parametrize("name", ["virt-1g", "pc-8g"])
def test_a_step_can_be_stopped_for_what_one_call_answers(name: str) -> None:
    boot = material(name)
    stops = stops_of(boot, asked(name))
    assert len(stops) > 15
    assert len({question.position for question in stops}) == len(stops)
    for question in stops:
        assert question.reveal <= boot.trace.partner(question.position) + 1

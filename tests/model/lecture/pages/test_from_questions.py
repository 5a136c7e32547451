"""Questions between the moments of a page: asked before their answer is seen, and always the same."""

from __future__ import annotations

import functools
from itertools import pairwise

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.lecture.pages.choosing import chosen
from bootstep.model.lecture.pages.from_questions import with_questions
from bootstep.model.lecture.pages.lesson import lesson_between
from bootstep.model.lecture.pages.stop import PageStop
from bootstep.model.lecture.questions.making import questions
from bootstep.model.lecture.questions.material import Material


@functools.cache
def debugger_of(machine: str) -> Debugger:
    boot = ModelBoot.of(read_machine(machine))
    boot.run()
    return Debugger(boot.trace, boot.facts)


@pytest.mark.parametrize("machine", ["virt-1g", "pc-2g"])
def test_each_is_asked_at_its_place_and_can_be_seen_later(machine: str) -> None:
    debugger = debugger_of(machine)
    stops = list(chosen(debugger, 0, len(debugger.trace)))
    asked = with_questions(debugger, stops, 6, 7)
    positions = [stop.position for stop in asked]
    assert positions == sorted(set(positions))
    assert {stop.position for stop in stops} <= set(positions)
    made = questions(Material(debugger.trace, debugger.facts), 6, 7)
    assert len(made) == 6
    found = [(stop.position, each.text) for stop in asked for each in stop.questions]
    assert sorted(found) == sorted((each.position, each.text) for each in made)
    for each in made:
        assert each.reveal in positions
    for question in (each for stop in asked for each in stop.questions):
        assert question.choices.count(question.answer) == 1 and question.why
    assert with_questions(debugger, stops, 6, 7) == asked != with_questions(debugger, stops, 6, 8)


def test_a_part_of_a_boot_has_questions_about_that_part() -> None:
    debugger = debugger_of("virt-1g")
    start, end = (debugger.position_names.find(name) for name in ("paging_init", "paging_init:return"))
    stops = with_questions(debugger, list(chosen(debugger, start, end)), 3, 0)
    assert sum(len(stop.questions) for stop in stops) == 3
    assert all(start <= stop.position <= end for stop in stops)


def test_stops_in_an_order_of_their_own_keep_it() -> None:
    debugger = debugger_of("virt-1g")
    ends = [PageStop(len(debugger.trace), "the end"), PageStop(0, "the start")]
    stops = with_questions(debugger, ends, 2, 0)
    assert [stop.title for stop in stops if stop.title.startswith("the ")] == ["the end", "the start"]
    assert sum(len(stop.questions) for stop in stops) == 2


def test_a_moment_at_which_something_is_asked_is_not_left_out() -> None:
    debugger = debugger_of("virt-1g")
    steps = lesson_between(debugger, 0, len(debugger.trace), questions=9, seed=2)
    assert sum(len(step.stop.questions) for step in steps) == 9
    assert all(before.position < now.position for before, now in pairwise(steps))

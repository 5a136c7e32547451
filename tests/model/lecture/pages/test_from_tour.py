"""Tours as lessons: every word of a stop is on the page, and the light is where the tour puts it."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.base.errors import InputError
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.language.words import choose
from bootstep.model.lecture.pages.from_tour import tour_lesson
from bootstep.model.lecture.pages.lesson import lesson
from bootstep.model.lecture.pages.packing import packed
from bootstep.model.lecture.tours.course import course_of
from bootstep.model.lecture.tours.reading import read_tour
from bootstep.model.lecture.tours.shipped import tour_named

OWN = """
[tour]
name = "own"
title = "My own"
machine = "virt-512m"

[[stop]]
at = "arm64_memblock_init:return"
look = "memblock"
address = "__pa(_stext)"
title = "The image"
say = "{count(memblock.reserved):region is|regions are} reserved."
ask = "who __pa(_stext)"

[stop.question]
ask = "How many?"
choices = ["{memblock.reserved.cnt}", "{memblock.reserved.cnt + 1}"]
answer = "memblock.reserved.cnt"
explain = "They are counted."
"""


def debugger_of(machine: str) -> Debugger:
    boot = ModelBoot.of(read_machine(machine))
    boot.run()
    return Debugger(boot.trace, boot.facts)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shipped_tour_is_a_lesson_in_its_language(language: str) -> None:
    debugger, tour = debugger_of("virt-1g"), tour_named("dt-memblock")
    choose(language)
    try:
        found = tour_lesson(tour, debugger)
    finally:
        choose("en")
    assert found.title == tour.title[language] and found.about
    assert [stop.position for stop in found.stops] == [
        place.position for place in course_of(tour, debugger).places
    ]
    for stop in found.stops:
        assert stop.title and stop.narration
        assert "{" not in "".join((stop.title, *stop.narration))
    steps = packed(lesson(debugger, found.stops))["steps"]
    assert any(step.get("lit") for step in steps)
    assert all(step["told"] for step in steps)


def test_a_stop_asks_and_answers(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN)
    debugger = debugger_of("virt-512m")
    (stop,) = tour_lesson(read_tour(file), debugger).stops
    assert stop.narration == ("2 regions are reserved.",)
    assert stop.look == ("memory", "reserved")
    assert stop.asked is not None and stop.asked.line == "who __pa(_stext)"
    assert "kernel text" in stop.asked.answer
    (question,) = stop.questions
    assert (question.text, question.answer, question.choices) == ("How many?", "2", ("2", "3"))
    assert question.why == "They are counted."
    assert debugger.position == stop.position
    document = packed(lesson(debugger, [stop]))
    lit = [document["pool"][number] for number in document["steps"][0]["lit"]]
    assert [row[1] for row in lit] == ["0x40000000", "0x40210000"]


def test_a_tour_of_another_boot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="arm64"):
        tour_lesson(tour_named("dt-memblock"), debugger_of("pc-2g"))
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace("arm64_memblock_init:return", "nowhere"))
    with pytest.raises(InputError, match="own has no stop"):
        tour_lesson(read_tour(file), debugger_of("virt-512m"))

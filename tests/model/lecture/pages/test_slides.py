"""Slides: a sound picture of every step, on which no word leaves the paper."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.lecture.pages.lesson import lesson, lesson_between
from bootstep.model.lecture.pages.slides import HEIGHT, WIDTH, scale_of, slide_lines, wrapped
from bootstep.model.lecture.pages.stop import PageStop

TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.mark.parametrize("machine", ["virt-1g", "pc-2g", "phone-4g"])
def test_every_step_is_a_picture_with_its_words_on_it(machine: str) -> None:
    boot = ModelBoot.of(read_machine(machine))
    boot.run()
    debugger = Debugger(boot.trace, boot.facts)
    steps = lesson_between(debugger, 0, len(boot.trace))
    scale = scale_of(steps)
    before = None
    for step in steps:
        root = ET.fromstring("\n".join(slide_lines(before, step, scale, "a phase", machine)))
        words = ["".join(each.itertext()) for each in root.iter(TEXT)]
        assert "a phase" in words and words[-1].startswith(f"{machine} · ")
        assert " ".join(words).count(step.stop.title.split()[0])
        for each in root.iter(TEXT):
            assert 0 <= float(each.attrib["x"]) < WIDTH and 10 < float(each.attrib["y"]) < HEIGHT
        before = step
    assert root.attrib["viewBox"] == f"0 0 {WIDTH} {HEIGHT}"


def test_what_is_told_is_escaped_and_cut_where_there_is_no_room() -> None:
    boot = ModelBoot.of(read_machine("virt-512m"))
    boot.run()
    debugger = Debugger(boot.trace, boot.facts)
    steps = lesson(debugger, [PageStop(0, "<b>", ("A & B " * 900,))])
    picture = "\n".join(slide_lines(None, steps[0], scale_of(steps), "</text>", "x"))
    root = ET.fromstring(picture)
    told = [text for each in root.iter(TEXT) if (text := "".join(each.itertext())).startswith("A & B")]
    assert len(told) < 25 and told[-1].endswith("…")
    assert "<b>" not in picture


def test_lines_break_at_spaces_and_between_wide_characters() -> None:
    words = "memblock keeps its regions in two arrays of the kernel"
    lines = wrapped(words, 200, 20)
    assert " ".join(lines) == words
    assert len(lines) > 2 and all(len(line) * 20 * 0.58 <= 200 for line in lines)
    chinese = "内核在启动时寻找它的内存" * 3
    lines = wrapped(chinese, 200, 20)
    assert "".join(lines) == chinese and {len(line) for line in lines[:-1]} == {8}
    assert wrapped("", 100, 10) == []
    assert "".join(wrapped("x" * 100, 100, 10)) == "x" * 100
    assert re.fullmatch(r"\w+", wrapped("one two", 25, 10)[0])

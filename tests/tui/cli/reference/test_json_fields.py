"""The fields that `bootstep help json` lists are those of answers.  Those of questions, events and scripts
are held where these are tested: test_answers.py, test_events.py, test_batch.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bootstep.tui.cli.reference.json_fields import CHAPTERS, fields, lines
from command import run


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    status, out, _ = run(capsys, *words, "--format", "json")
    assert status == 0
    return [json.loads(line) for line in out.splitlines()]


def has_paragraphs(found: dict[str, Any]) -> None:
    assert found["paragraphs"]
    for paragraph in found["paragraphs"]:
        assert set(paragraph) == fields("paragraph")
        for sentence in paragraph["sentences"]:
            assert set(sentence) == fields("sentence")


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = printed(capsys, "explain", "virt-512m", "--at", "paging_init")
    assert set(found) == fields("answer") | fields("explanation")
    has_paragraphs(found)


@pytest.mark.parametrize("words", [("no-map",), ()], ids=["one", "all"])
def test_glossary(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    (found,) = printed(capsys, "glossary", *words)
    assert set(found) == fields("terms")
    has_paragraphs(found)


def test_quiz(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "quiz", "virt-512m", "--count", "4", "--format", "json")
    sheet = json.loads(out)
    assert status == 0
    assert set(sheet) == fields("sheet")
    assert len(sheet["questions"]) == 4
    for question in sheet["questions"]:
        assert set(question) <= fields("question")
    assert {name for question in sheet["questions"] for name in question} == fields("question")


def test_tour(capsys: pytest.CaptureFixture[str]) -> None:
    stops = printed(capsys, "tour", "show", "dt-memblock")
    assert stops
    for stop in stops:
        assert set(stop) == fields("tour-stop")


def test_a_command_of_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = printed(capsys, "virt-512m", "--batch", "-ex", "name")
    assert set(told) == fields("command")


def test_history_in_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = printed(capsys, "virt-512m", "--batch", "-ex", "history 0x48000000")
    assert set(told["answer"]) == fields("history") | {"kind", "position"}


def test_a_pointer(capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = printed(capsys, "print", "virt-512m", "memblock.memory")
    assert set(told["value"]["regions"]) == fields("pointer")


def test_every_object_is_told_once() -> None:
    names = [name for chapter in CHAPTERS for name in chapter.objects]
    assert len(names) == len(set(names))
    text = "\n".join(lines())
    for chapter in CHAPTERS:
        for each in chapter.objects.values():
            assert each.fields.split()[0] in text
    with pytest.raises(StopIteration):
        fields("nothing-of-the-kind")

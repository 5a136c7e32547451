"""``bootstep tour``: the list, show and check.  Covers check.py, show.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bootstep.tui.cli.main import main
from toured_boots import NAMES

MINE = """
[tour]
title = "Mine"
machine = "virt-512m"
[[stop]]
at = "paging_init:return"
title = "One"
say = "{size(memblock.reserved)} are reserved."
notes = "Say it slowly."
[stop.question]
ask = "How many?"
choices = ["{memblock.reserved.cnt}", "{memblock.reserved.cnt + 1}"]
answer = "memblock.reserved.cnt"
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    file = tmp_path / "mine.toml"
    file.write_text(MINE)
    return file


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tour"]) == 0
    printed = capsys.readouterr().out
    assert not [name for name in NAMES if name not in printed]
    assert "14 stops, on virt-1g" in printed


def test_one_stop_as_text(capsys: pytest.CaptureFixture[str], mine: Path) -> None:
    assert main(["tour", "show", str(mine), "--stop", "1", "--notes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1/1  One"
    assert lines[1].strip() == "paging_init:return"
    assert lines[2].endswith("MiB are reserved.")
    assert lines[4:8] == ["? How many?", "  a) 3", "  b) 4", "  = 3"]
    assert "Notes: Say it slowly." in lines


def test_stops_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tour", "show", "dt-memblock", "virt-512m", "--format", "json"]) == 0
    stops = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [stop["stop"] for stop in stops] == list(range(1, stops[0]["stops"] + 1))
    asked = [stop["question"] for stop in stops if stop["question"]]
    assert asked
    assert all(each["choices"][each["right"]] == each["answer"] for each in asked)
    assert stops[3]["ranges"] == [["0x48000000", "0x48100000"]]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            ["show", "dt-memblok"],
            "no such tour, and no file of that name; did you mean dt-memblock?",
        ),
        (["show", "dt-memblock", "pc-2g"], "The tour dt-memblock is of arm64, and pc-2g is x86_64."),
        (
            ["show", "dt-memblock", "--stop", "99"],
            "the tour dt-memblock has 13 stops on this boot",
        ),
        (["check", "dt-memblock", "no-machine"], "no-machine: there is no such file"),
        (["dt-memblok"], "there is no such tour"),
        (["check"], "the following arguments are required: FILE"),
        (["--tour", "x", "y", "z"], "--tour x is the tour, y is one too many"),
    ],
)
def test_what_cannot_be_done(capsys: pytest.CaptureFixture[str], line: list[str], sentence: str) -> None:
    assert main(["tour", *line]) == 2
    assert sentence in capsys.readouterr().err


def test_a_good_tour_is_good(capsys: pytest.CaptureFixture[str], mine: Path) -> None:
    assert main(["tour", "check", str(mine), "virt-512m", "virt-1g"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "mine on virt-512m: 1 stop, 3 expressions: all good",
        "mine on virt-1g: 1 stop, 3 expressions: all good",
    ]


def test_each_mistake_is_told_with_file_and_stop(capsys: pytest.CaptureFixture[str], mine: Path) -> None:
    mine.write_text(MINE.replace("size(memblock.reserved)", "size(memblock.reservd)"))
    assert main(["tour", "check", str(mine)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{mine}: stop 1 (paging_init:return): say.en: {{size(memblock.reservd)}}: ")
    assert lines[-1] == "mine on virt-512m: 1 stop, 3 expressions: 1 mistake"


def test_the_language_is_that_of_the_locale(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert main(["tour", "show", "dt-memblock", "virt-512m", "--stop", "1"]) == 0
    assert "一切还未知" in capsys.readouterr().out

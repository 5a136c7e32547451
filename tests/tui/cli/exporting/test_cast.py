"""A recording of the screen: the file, and what a terminal shows that plays it.

Covers cast.py, screen.py.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyte
import pytest
from bootstep.model.lecture.tours.shipped import tour_named
from bootstep.tui.cli.exporting.cast import LONGEST, SHORTEST, Frame, cast_lines
from bootstep.tui.cli.exporting.screen import Screen
from bootstep.tui.cli.main import main


def screens(file: Path) -> tuple[dict[str, Any], list[tuple[float, list[str]]]]:
    """The head of a recording, and what is on the terminal after each of its events, with the time."""
    head, *events = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    terminal = pyte.Screen(head["width"], head["height"])
    stream = pyte.Stream(terminal)
    found: list[tuple[float, list[str]]] = []
    for time, kind, data in events:
        assert kind == "o"
        stream.feed(data)
        found.append((time, list(terminal.display)))
    return head, found


@pytest.mark.parametrize(("size", "columns", "rows"), [("80x24", 80, 24), (None, 100, 30)])
def test_a_terminal_that_plays_it_shows_every_step(
    tmp_path: Path, size: str | None, columns: int, rows: int
) -> None:
    file = tmp_path / "boot.cast"
    words = ["virt-512m", "--from", "paging_init:entry", "--to", "zone_sizes_init", "--every", "phase"]
    assert main(["export", *words, "--cast", str(file), *(["--size", size] if size else [])]) == 0
    head, shown = screens(file)
    assert (head["version"], head["width"], head["height"]) == (2, columns, rows)
    assert head["title"] == "How virt-512m finds its memory"
    clear, *steps, end = shown
    assert not "".join(clear[1]).strip() and not "".join(end[1]).strip()
    titles = (
        "paging_init begins",
        "unflatten_device_tree begins",
        "bootmem_init begins",
        "sparse_init begins",
    )
    titles = (*titles, "zone_sizes_init begins", "zone_sizes_init has returned")
    assert len(steps) == len(titles)
    for title, (_, rows_shown) in zip(titles, steps, strict=True):
        assert title in "\n".join(rows_shown[rows // 3 :])
        assert title.split()[0] in "".join(rows_shown)
    times = [time for time, _ in shown]
    assert times == sorted(times) and times[0] == times[1] == 0
    assert all(SHORTEST <= b - a <= LONGEST for a, b in pairwise(times[1:]))


@pytest.mark.slow
def test_a_tour_is_walked_from_stop_to_stop(tmp_path: Path) -> None:
    file = tmp_path / "tour.cast"
    assert main(["export", "--tour", "dt-memblock", "--cast", str(file), "--size", "80x24"]) == 0
    head, shown = screens(file)
    tour = tour_named("dt-memblock")
    assert head["title"] == tour.title["en"]
    told = ["\n".join(rows) for _, rows in shown]
    numbers = [
        (int(found[1]), int(found[2])) for each in told if (found := re.search(r" (\d+)/(\d+) ", each))
    ]
    count = numbers[0][1]
    assert 10 <= count <= len(tour.stops)
    assert sorted(set(numbers)) == [(number, count) for number in range(1, count + 1)]
    assert numbers == sorted(numbers)
    assert sum(f"dt-memblock · {stop.title['en'][:30]}" in "".join(told) for stop in tour.stops) == count


@pytest.mark.slow
def test_a_recording_is_not_written_over(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "boot.cast"
    file.write_text("mine")
    assert main(["export", "virt-512m", "--every", "phase", "--cast", str(file)]) == 2
    assert "this file is there already" in capsys.readouterr().err
    assert file.read_text() == "mine"


def test_the_file_is_what_asciinema_reads() -> None:
    lines = [
        json.loads(line) for line in cast_lines([Frame("\x1b[1ma", 3), Frame("b", 4)], (80, 24), "A\x1b")
    ]
    assert lines[0] == {
        "version": 2,
        "width": 80,
        "height": 24,
        "title": "A\\x1b",
        "env": {"TERM": "xterm-256color"},
    }
    assert [line[0] for line in lines[1:]] == [0, 0, 3, 7]
    assert [line[2] for line in lines[2:4]] == ["\x1b[1ma", "b"]


def test_a_screen_gives_what_was_written_since() -> None:
    screen = Screen()
    screen.write("a")
    screen.write("b")
    assert (screen.taken(), screen.taken()) == ("ab", "")

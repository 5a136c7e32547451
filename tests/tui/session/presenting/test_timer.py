"""The time of a presentation and its plan.

Covers timer.py, options.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.session.presenting.options import PresentOptions
from bootstep.tui.session.presenting.timer import Timer, clock_words, minutes_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_runs_and_begins_again() -> None:
    clock = Clock()
    timer = Timer(0, clock)
    assert timer.words() == "0:00"
    clock.now += 65.9
    assert timer.words() == "1:05"
    assert timer.pace(1, 10) == ""
    assert not timer.is_late(1, 10)
    timer.reset()
    assert timer.words() == "0:00"


@pytest.mark.parametrize(
    ("seconds", "at", "pace", "is_late"),
    [
        (0, 1, "on time", False),
        (300, 1, "on time", False),
        (360, 1, "1:00 behind", True),
        (0, 3, "10:00 ahead", False),
        (600, 3, "on time", False),
        (3000, 10, "on time", False),
        (3090, 10, "1:30 behind", True),
    ],
)
def test_every_stop_has_an_equal_part(seconds: float, at: int, pace: str, is_late: bool) -> None:
    clock = Clock()
    timer = Timer(50, clock)
    clock.now += seconds
    assert timer.pace(at, 10) == pace
    assert timer.is_late(at, 10) is is_late


def test_without_stops_only_the_end_is_planned() -> None:
    clock = Clock()
    timer = Timer(1, clock)
    clock.now += 30
    assert (timer.words(), timer.pace(0, 0)) == ("0:30 / 1:00", "")
    clock.now += 60
    assert timer.pace(0, 0) == "0:30 behind"


def test_hours() -> None:
    assert clock_words(3723) == "1:02:03"


@pytest.mark.parametrize("word", ["", "x", "0", "-1", "nan", "inf", "1e9", "1001"])
def test_what_is_no_number_of_minutes(word: str) -> None:
    assert minutes_of(word) is None


def test_minutes() -> None:
    assert (minutes_of("50"), minutes_of("7.5")) == (50, 7.5)


def test_keys_are_shown_unless_somebody_says_otherwise() -> None:
    assert PresentOptions() == PresentOptions(keys=True, minutes=0, is_dressed=False)

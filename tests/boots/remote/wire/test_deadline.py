"""How long a stub may be silent, by a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from bootstep.boots.remote.wire.deadline import Deadline
from bootstep.boots.remote.wire.limits import Limits

LIMITS = Limits(answer=10, stop=4, probe=30)
Missed = list[tuple[float, bool]]


class Clock:
    """What of an event loop a deadline uses; one second at a time."""

    def __init__(self) -> None:
        self.now = 100.0
        self._timers: list[Clock.Timer] = []

    class Timer:
        def __init__(self, at: float, callback: Callable[[], None]) -> None:
            self.at = at
            self.callback = callback
            self.is_off = False

        def cancel(self) -> None:
            self.is_off = True

    def time(self) -> float:
        return self.now

    def call_at(self, at: float, callback: Callable[[], None]) -> Timer:
        self._timers.append(timer := Clock.Timer(at, callback))
        return timer

    def pass_by(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            due = [timer for timer in self._timers if timer.at <= self.now]
            self._timers = [timer for timer in self._timers if timer.at > self.now]
            for timer in due:
                if not timer.is_off:
                    timer.callback()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def missed() -> Missed:
    return []


@pytest.fixture
def deadline(clock: Clock, missed: Missed) -> Deadline:
    made = Deadline(
        LIMITS, cast(Any, clock), lambda seconds, had_to_stop: missed.append((seconds, had_to_stop))
    )
    made.watch()
    return made


def test_silence_is_no_harm_as_long_as_nothing_is_asked(
    deadline: Deadline, clock: Clock, missed: Missed
) -> None:
    clock.pass_by(1000)
    deadline.asked()
    deadline.answered(False)
    clock.pass_by(1000)
    deadline.asked()
    deadline.runs(False)
    clock.pass_by(1000)
    assert not missed


def test_an_answer_has_its_time(deadline: Deadline, clock: Clock, missed: Missed) -> None:
    clock.pass_by(3)
    deadline.asked()
    clock.pass_by(9)
    deadline.answered(True)
    clock.pass_by(9)
    assert not missed
    clock.pass_by(5)  # the timer looks now and then
    assert missed == [(10, False)]


def test_more_requests_give_the_oldest_no_more_time(deadline: Deadline, clock: Clock, missed: Missed) -> None:
    deadline.asked()
    clock.pass_by(6)
    deadline.asked()
    clock.pass_by(8)
    assert missed == [(10, False)]


def test_a_target_that_was_asked_to_stop_has_to_whatever_it_answers(
    deadline: Deadline, clock: Clock, missed: Missed
) -> None:
    deadline.runs(True)
    deadline.to_stop(LIMITS.stop)
    assert deadline.has_to_stop
    clock.pass_by(3)
    deadline.answered(True)
    deadline.answered(False)
    clock.pass_by(1)
    assert missed == [(4, True)]


@pytest.mark.parametrize("seconds", [(LIMITS.probe, LIMITS.stop), (LIMITS.stop, LIMITS.probe)])
def test_of_two_who_want_it_to_stop_the_less_patient_counts(
    deadline: Deadline, clock: Clock, missed: Missed, seconds: tuple[float, float]
) -> None:
    deadline.runs(False)
    for within in seconds:
        deadline.to_stop(within)
    clock.pass_by(4)
    assert missed == [(4, True)]


def test_one_that_stood_answers_in_its_time_again(deadline: Deadline, clock: Clock, missed: Missed) -> None:
    """That it was asked to stop is over: each answer has its own time, and silence is no harm."""
    deadline.runs(False)
    deadline.to_stop(LIMITS.stop)
    deadline.stood()
    assert not deadline.has_to_stop
    deadline.asked()
    deadline.answered(False)
    clock.pass_by(1000)
    assert not missed


def test_it_ends(deadline: Deadline, clock: Clock, missed: Missed) -> None:
    deadline.asked()
    deadline.end()
    clock.pass_by(1000)
    assert not missed

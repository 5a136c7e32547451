"""The time of a presentation: how long it has been going on, and where in its plan one is."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from ....model.language.words import tr

LONGEST = 1000
"""Minutes of the longest plan."""


class Timer:
    """Runs from when it is made, or was reset last.  `minutes` are planned (0: none); `clock` tells
    seconds."""

    def __init__(self, minutes: float = 0, clock: Callable[[], float] = monotonic) -> None:
        self.minutes = minutes
        self.clock = clock
        self.started = clock()

    def reset(self) -> None:
        """Begin again."""
        self.started = self.clock()

    def elapsed(self) -> float:
        """Seconds since it began."""
        return max(self.clock() - self.started, 0.0)

    def words(self) -> str:
        """The time, and what is planned."""
        return time_words(self.elapsed(), self.minutes)

    def pace(self, at: int, of: int) -> str:
        """How far from its plan stop `at` (from 1) of a tour of so many is; nothing: there is no plan."""
        return pace_words(self.elapsed(), self.minutes, at, of)

    def is_late(self, at: int, of: int) -> bool:
        """Whether one should be further, or at the end."""
        return self.minutes > 0 and apart(self.elapsed(), self.minutes, at, of) > 0


def clock_words(seconds: float) -> str:
    """Seconds as on a clock: 4:05, 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def time_words(seconds: float, minutes: float) -> str:
    """Seconds that went by, and the minutes that are planned."""
    return f"{clock_words(seconds)} / {clock_words(minutes * 60)}" if minutes else clock_words(seconds)


def apart(seconds: float, minutes: float, at: int, of: int) -> float:
    """Seconds that one is behind the plan (below 0: ahead of it).  Every stop has an equal part of the time;
    a stop is on time from its part's beginning to its end.  Without stops the whole time is one part."""
    share = minutes * 60 / max(of, 1)
    start, end = (max(at, 1) - 1) * share, max(at, 1) * share
    if of < 1:
        return max(seconds - end, 0.0)
    return min(seconds - start, 0.0) if seconds < start else max(seconds - end, 0.0)


def pace_words(seconds: float, minutes: float, at: int, of: int) -> str:
    """The same in words; nothing: nothing is planned."""
    if not minutes:
        return ""
    behind = apart(seconds, minutes, at, of)
    if behind > 0:
        return tr("{time} behind", time=clock_words(behind))
    if behind < 0:
        return tr("{time} ahead", time=clock_words(-behind))
    return tr("on time") if of else ""


def minutes_of(word: str) -> float | None:
    """A number of minutes that can be planned, or None."""
    try:
        minutes = float(word[:20])
    except ValueError:
        return None
    return minutes if 0 < minutes <= LONGEST else None

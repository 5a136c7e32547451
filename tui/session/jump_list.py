"""The places one was at, as a browser has them: what the keys for back and forward do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..actions.registry import Act, Deed, WhyNot, once_recording

if TYPE_CHECKING:
    from ...model.debugger.debugger import Stop
    from ..shell.app import BootstepApp

MOST = 1000
"""Places that are remembered."""
SINGLE = frozenset(("step", "next", "finish", "event"))
"""Reasons to stop of moves that are no jumps: one would step back from them, not look for the place left."""


class Trail:
    """Positions that jumps left, the latest last (`behind`), and those that going back left (`ahead`)."""

    def __init__(self) -> None:
        self.behind: list[int] = []
        self.ahead: list[int] = []
        self.here = 0

    def arrived(self, position: int, reason: str) -> bool:
        """A move ended at a position, for a reason (see `Stop`); whether it was a jump that left a place."""
        is_jump = reason not in SINGLE and position != self.here
        if is_jump:
            if self.behind[-1:] != [self.here]:
                self.behind.append(self.here)
            del self.behind[:-MOST]
            self.ahead.clear()
        self.here = position
        return is_jump

    def left(self) -> int | None:
        """The place that the last jump left."""
        return next((place for place in reversed(self.behind) if place != self.here), None)

    def back(self, count: int) -> int:
        """Where to go for so many places back; it is taken for where one is from now on."""
        return self._follow(self.behind, self.ahead, count)

    def forward(self, count: int) -> int:
        """The way that `back` came."""
        return self._follow(self.ahead, self.behind, count)

    def _follow(self, way: list[int], other: list[int], count: int) -> int:
        for _ in range(count):
            while way and way[-1] == self.here:
                way.pop()
            if not way:
                break
            other.append(self.here)
            self.here = way.pop()
        return self.here


def _follower(follow: Callable[[Trail, int], int], word: str) -> Act:
    def act(app: BootstepApp, count: int) -> None:
        if app.session is not None:
            app.player.pause()
            stop = app.session.debugger.goto(follow(app.trail, count))
            app.arrive(told(stop, word))

    return act


def told(stop: Stop, words: str) -> Stop:
    """A stop that says first what led there."""
    return replace(stop, text=f"{words}: {stop.text}")


def _if_there_is(places: Callable[[Trail], list[int]], sentence: str) -> WhyNot:
    def why_not(app: BootstepApp) -> str:
        if app.session is None:
            return once_recording(app)
        return "" if any(place != app.trail.here for place in places(app.trail)) else sentence

    return why_not


DEEDS: dict[str, Deed] = {
    "place-back": Deed(
        _follower(Trail.back, "back"),
        _if_there_is(
            lambda trail: trail.behind, "There is no place to go back to: jumps leave one, steps do not."
        ),
    ),
    "place-forward": Deed(
        _follower(Trail.forward, "forward"),
        _if_there_is(lambda trail: trail.ahead, "There is no place to go forward to: it undoes going back."),
    ),
}

"""Playing a boot: step after step by itself, at a speed, until something stops it."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from .registry import Deed, once_recording
from .stepping import before_the_end

if TYPE_CHECKING:
    from textual.timer import Timer

    from ..shell.app import BootstepApp

SPEEDS = (1, 2, 5, 10, 20, 50, 200, 1000)
"""Steps a second that one key goes through."""
SLOWEST, FASTEST = 0.1, 10_000
MOST_SHOWN = 20
"""Screens a second: a faster boot takes several steps at once, and keys still find room between them."""


class Player:
    """Steps by itself while `is_playing`; `left` is how many steps are still to be taken, None: all."""

    def __init__(self, app: BootstepApp) -> None:
        self.app = app
        self.speed: float = 5
        self.left: int | None = None
        self.every: Callable[[float, Callable[[], None]], Timer] = app.set_interval
        self._timer: Timer | None = None

    @property
    def is_playing(self) -> bool:
        """Whether the next step comes by itself."""
        return self._timer is not None

    @property
    def at_once(self) -> int:
        """How many steps are taken between two screens."""
        return ceil(self.speed / MOST_SHOWN)

    def words(self) -> str:
        """The speed, for people."""
        return f"{self.speed:g}/s"

    def play(self, steps: int | None = None) -> None:
        """Begin, for so many steps or until something stops it."""
        self.left = steps
        self._start()

    def pause(self) -> None:
        """Stand still.  Where it began is a place to go back to."""
        if self._timer is None:
            return
        self._timer.stop()
        self._timer = None
        if self.app.session is not None:
            self.app.trail.arrived(self.app.session.debugger.position, "play")

    def go_at(self, speed: float) -> None:
        """Play at another speed, now or later."""
        self.speed = speed
        if self._timer is not None:
            self._timer.stop()
            self._start()

    def _start(self) -> None:
        self._timer = self.every(self.at_once / self.speed, self.tick)

    def tick(self) -> None:
        """The steps until the next screen."""
        if self.app.session is None or self._timer is None:
            return
        debugger, start = self.app.session.debugger, self.app.session.debugger.position
        steps = self.at_once if self.left is None else min(self.at_once, self.left)
        stop = debugger.step(steps)
        if self.left is not None and debugger.position > start:
            self.left -= steps
        if stop.reason not in ("step", "recording") or self.left == 0:
            self.pause()
        self.app.arrive(stop, by_itself=True)


def play(app: BootstepApp, count: int) -> None:
    """Play until something stops it, or so many steps; or pause."""
    if app.player.is_playing:
        app.player.pause()
        app.say_and_show(f"paused: {app.status.sentence}")
    else:
        app.player.play(count if app.counting.typed else None)
        app.opened.note("playing", lambda: app.player.is_playing, app.player.pause)
        app.say_and_show(f"playing at {app.player.words()}: ⟨play⟩ or any move pauses, ⟨speed⟩ goes faster")


def faster(app: BootstepApp, count: int) -> None:
    """The next speed, the slowest after the fastest; or the speed that was typed."""
    speed = min(count, FASTEST) if app.counting.typed else _next_speed(app.player.speed)
    app.player.go_at(speed)
    app.say_and_show(f"{speed_words(app.player)}; a number before ⟨speed⟩ sets it")


def _next_speed(speed: float) -> int:
    return next((faster for faster in SPEEDS if faster > speed), SPEEDS[0])


def speed_words(player: Player) -> str:
    return f"{'playing' if player.is_playing else 'p plays'} {player.speed:g} steps a second"


def _why_not_play(app: BootstepApp) -> str:
    if app.session is not None and app.player.is_playing:
        return ""
    return before_the_end(app)


DEEDS: dict[str, Deed] = {"play": Deed(play, _why_not_play), "speed": Deed(faster, once_recording)}

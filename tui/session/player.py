"""Playing a boot: whether steps come by themselves, how many, and at what speed."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Protocol

MOST_SHOWN = 20
"""Screens a second: a faster boot takes several steps at once, and keys still find room between them."""


class Stoppable(Protocol):
    """A timer that runs."""

    def stop(self) -> None:
        """It rings no more."""
        ...


class Player:
    """Steps by itself while `is_playing`; `left` is how many steps are still to be taken, None: all.  `every`
    calls something again and again, after so many seconds each; `tick` takes the steps until the next
    screen."""

    def __init__(
        self, every: Callable[[float, Callable[[], None]], Stoppable], tick: Callable[[], None]
    ) -> None:
        self.every = every
        self.tick = tick
        self.speed: float = 5
        self.left: int | None = None
        self._timer: Stoppable | None = None

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

    def stop(self) -> bool:
        """Stand still; returns whether it did not yet."""
        if self._timer is None:
            return False
        self._timer.stop()
        self._timer = None
        return True

    def go_at(self, speed: float) -> None:
        """Play at another speed, now or later."""
        self.speed = speed
        if self._timer is not None:
            self._timer.stop()
            self._start()

    def _start(self) -> None:
        self._timer = self.every(self.at_once / self.speed, self.tick)

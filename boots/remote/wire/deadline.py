"""How long a stub may be silent: until it has answered, until its target has stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .limits import Limits


class Deadline:
    """When the other side has to have answered, or the target to have stopped once it was asked to; nothing
    is due while the target just runs.  Looked at by one timer: making one for each request takes too long.

    `missed` is called when it was not kept, with the seconds there were and whether it had to stop.
    """

    def __init__(
        self, limits: Limits, loop: asyncio.AbstractEventLoop, missed: Callable[[float, bool], None]
    ) -> None:
        self._limits = limits
        self._loop = loop
        self._missed = missed
        self._until: float | None = None
        self._stops_within: float | None = None
        """Seconds in which it has to stop; None if nobody has asked it to."""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def has_to_stop(self) -> bool:
        """Whether a target that runs was asked to stop."""
        return self._stops_within is not None

    def watch(self) -> None:
        """Look whether something is overdue, now and from now on."""
        now = self._loop.time()
        if self._until is not None and now >= self._until:
            within = self._stops_within
            self._missed(self._limits.answer if within is None else within, within is not None)
            return
        idle = now + min(self._limits.answer, self._limits.stop)
        self._timer = self._loop.call_at(min(self._until or idle, idle), self.watch)

    def end(self) -> None:
        """Nothing is due any more."""
        self._until = None
        if self._timer is not None:
            self._timer.cancel()

    def asked(self) -> None:
        """Requests go out: the first of their answers is due."""
        if self._until is None:
            self._until = self._loop.time() + self._limits.answer

    def answered(self, waits: bool) -> None:
        """Something has come; whether anybody `waits` for more.  A target that was asked to stop has to stop
        all the same."""
        if self._stops_within is None:
            self._until = self._loop.time() + self._limits.answer if waits else None

    def runs(self, waits: bool) -> None:
        """The target is let run; whether anything is to come before it stops."""
        self._stops_within = None
        self.answered(waits)

    def to_stop(self, within: float) -> None:
        """It was asked to stop within so many seconds, perhaps not for the first time: the earlier end
        counts."""
        until = self._loop.time() + within
        if self._stops_within is not None and self._until is not None and self._until <= until:
            return
        self._stops_within, self._until = within, until
        if self._timer is not None:
            self._timer.cancel()
        self.watch()

    def stood(self) -> None:
        """The target stands."""
        self._stops_within = self._until = None

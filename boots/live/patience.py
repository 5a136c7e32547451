"""A target that nobody waits for longer than they want to: a key, a time limit, and it stops.

A target that runs says nothing until it stops.  Whether it is still there is heard by having it stop for a
moment, now and then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from ...model.language.words import tr
from ..remote.target import RemoteError, Stop, Target
from .quiet import Quiet
from .report import Ending

LOOK_EVERY = 0.1
"""Seconds between two looks at whether somebody still waits, while the kernel runs."""
ANSWER_WITHIN = 10.0
"""Seconds in which a running target has to stop when it is told to."""
QUIET = 10.0
"""Seconds without a stop after which it is heard whether the target is there, and said that it is quiet."""


class NobodyWaits(Exception):
    """The recording is to end here, for the reason `ending`; the target stands."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.value)
        self.ending = ending


def _nobody(quiet: Quiet) -> None:
    """Nobody listens."""


class Patience:
    """How long a recording goes on: until it is `cancelled`, or for `seconds` (None: as long as it takes).
    `tell` hears of a target that is quiet."""

    def __init__(
        self,
        cancelled: Callable[[], bool],
        seconds: float | None,
        tell: Callable[[Quiet], None] = _nobody,
    ) -> None:
        self._cancelled = cancelled
        self._end = None if seconds is None else time.monotonic() + seconds
        self._tell = tell
        self.begin()

    def ending(self) -> Ending | None:
        """Why it is over, None if it is not."""
        if self._cancelled():
            return Ending.STOPPED
        if self._end is not None and time.monotonic() >= self._end:
            return Ending.TIME_LIMIT
        return None

    async def resume(self, target: Target) -> Stop:
        """Let the target run until it stops.  Raises `NobodyWaits` when patience is over, with the target
        stopped, and `RemoteError` if it does not stop then."""
        self.begin()
        self._over: Ending | None = None
        try:
            async with asyncio.timeout(None) as limit:
                stop = await self._looked_at(target, limit)
        except TimeoutError:
            raise _runs_on() from None
        if self._over is not None:
            raise NobodyWaits(self._over)
        return stop

    async def _looked_at(self, target: Target, limit: asyncio.Timeout) -> Stop:
        """Let it run; most stops come before it is time to look, and then nothing else is begun."""
        looking: list[asyncio.Future[None]] = []

        def look() -> None:
            looking.append(asyncio.ensure_future(self._look(target, limit)))

        timer = asyncio.get_running_loop().call_later(LOOK_EVERY, look)
        try:
            return await target.resume()
        finally:
            timer.cancel()
            for each in looking:
                each.cancel()

    async def _look(self, target: Target, limit: asyncio.Timeout) -> None:
        """See now and then whether somebody still waits; if not, the target has some time to stop."""
        while True:
            self._over = self.ending()
            if self._over is not None:
                await target.interrupt()
                limit.reschedule(asyncio.get_running_loop().time() + ANSWER_WITHIN)
                return
            await self._listen(target)
            await asyncio.sleep(LOOK_EVERY)

    def begin(self) -> None:
        """From now on it is waited for."""
        self._begun = self._heard = time.monotonic()
        self._asked = False

    async def _listen(self, target: Target) -> None:
        """Have a target that was quiet for long probed, and say so once it has had time to answer."""
        if self._asked:
            self._asked = False
            self.was_at(target.stood_at)
        elif time.monotonic() - self._heard >= QUIET:
            self._asked = True
            await target.probe()

    def was_at(self, place: int | None) -> None:
        """A target that is waited for was seen at an address: say so, if nothing was said for long."""
        now = time.monotonic()
        if now - self._heard >= QUIET:
            self._heard = now
            self._tell(Quiet(now - self._begun, place))

    async def _stop(self, target: Target, running: asyncio.Future[Stop]) -> None:
        """Interrupt a running target.  Raises `RemoteError` if it does not stop."""
        await target.interrupt()
        done, _ = await asyncio.wait((running,), timeout=ANSWER_WITHIN)
        if not done:
            raise _runs_on()
        running.result()

    async def run_for(self, target: Target, seconds: float) -> Stop:
        """Let the target run until it stops, or for some seconds."""
        running = asyncio.ensure_future(target.resume())
        try:
            done, _ = await asyncio.wait((running,), timeout=seconds)
            if not done:
                await self._stop(target, running)
            return running.result()
        finally:
            if not running.done():
                running.cancel()


def _runs_on() -> RemoteError:
    return RemoteError(tr("the target runs on, it does not stop when it is told to"))

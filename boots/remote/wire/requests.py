"""Requests to a stub, in their order, and who waits for their answers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from .packets import framed

WINDOW = 64
"""Requests that are under way at most, where one needs not be answered before the next is sent."""


class Batch:
    """Answers that somebody waits for together."""

    __slots__ = ("answers", "future", "left")

    def __init__(self, size: int, future: asyncio.Future[list[bytes]]) -> None:
        self.answers: list[bytes] = [b""] * size
        self.left = size
        self.future = future


class Asked:
    """A request; one without a batch lets the target run."""

    __slots__ = ("batch", "index", "packet", "tries")

    def __init__(self, packet: bytes, batch: Batch | None, index: int) -> None:
        self.packet = packet
        self.batch = batch
        self.index = index
        self.tries = 0


class Requests:
    """Those that are not sent yet, those that wait for their answers, and those of which the other side has
    not said that they arrived.

    `window` is how many may wait: one where every packet is acknowledged (`acks`), many where not.
    """

    def __init__(self) -> None:
        self.window = 1
        self.acks = True
        self._unsent: deque[Asked] = deque()
        self._waiting: deque[Asked] = deque()
        self._unacked: deque[Asked] = deque()

    @property
    def are_waiting(self) -> bool:
        """Whether any is under way that will be answered."""
        return bool(self._waiting)

    @property
    def are_done(self) -> bool:
        """Whether all that were sent have arrived, and are answered."""
        return not self._waiting and not self._unacked

    def may_follow(self) -> bool:
        """Whether one more can be sent before all others are answered."""
        return self.window > 1 or not (self._waiting or self._unsent)

    def are_too_many(self) -> bool:
        """Whether they cannot all be under way."""
        return len(self._waiting) + len(self._unsent) > self.window

    def ask(self, bodies: Sequence[bytes], future: asyncio.Future[list[bytes]]) -> None:
        """More of them, whose answers the future is given."""
        batch = Batch(len(bodies), future)
        self._unsent.extend(Asked(framed(body), batch, index) for index, body in enumerate(bodies))

    def taken(self) -> bytes:
        """The packets of as many as may be under way, which are from now on."""
        out: list[bytes] = []
        while self._unsent and len(self._waiting) < self.window:
            asked = self._unsent.popleft()
            self._waiting.append(asked)
            if self.acks:
                self._unacked.append(asked)
            out.append(asked.packet)
        return b"".join(out)

    def run(self, body: bytes) -> bytes:
        """The packets of one that lets the target run, behind all others: it arrives, and has no answer."""
        asked, before = Asked(framed(body), None, 0), self.taken()
        if self.acks:
            self._unacked.append(asked)
        return before + asked.packet

    def asks(self, beginning: bytes) -> bool:
        """Whether the next answer is to a request that begins so."""
        return bool(self._waiting) and self._waiting[0].packet.startswith(b"$" + beginning)

    def answered(self, body: bytes) -> None:
        """The oldest that waits is answered."""
        asked = self._waiting.popleft()
        if self._unacked and self._unacked[0] is asked:
            self._unacked.popleft()
        batch = asked.batch
        assert batch is not None
        batch.answers[asked.index] = body
        batch.left -= 1
        if not batch.left and not batch.future.done():
            batch.future.set_result(batch.answers)

    async def some_answered(self) -> None:
        """Wait until those are answered that were asked together with the oldest.  Raises `RemoteError`."""
        batch = self._waiting[0].batch
        if batch is not None:
            await asyncio.shield(batch.future)

    def arrived(self) -> None:
        """The other side acknowledges the oldest, or, if the target runs, whatever it was sent."""
        if self._unacked:
            self._unacked.popleft()

    def all_arrived(self) -> None:
        """The other side says something that it could not say if anything had not arrived."""
        self._unacked.clear()

    def again(self) -> Asked | None:
        """The oldest that has not arrived, to be sent once more behind those that are under way; None if
        there is none."""
        if not self._unacked:
            return None
        asked = self._unacked.popleft()
        asked.tries += 1
        if asked in self._waiting:
            self._waiting.remove(asked)
            self._waiting.append(asked)
        self._unacked.append(asked)
        return asked

    def is_last_waiting(self) -> bool:
        """Whether no more than one is under way."""
        return len(self._waiting) <= 1

    def give_up(self) -> list[asyncio.Future[list[bytes]]]:
        """Forget all; who waits for answers."""
        waiting = [asked.batch.future for asked in (*self._waiting, *self._unsent) if asked.batch is not None]
        for kept in (self._waiting, self._unsent, self._unacked):
            kept.clear()
        return waiting

"""A connection to a stub: requests go out, answers come back in their order, within a time.

A request is a packet, an answer another. How many requests may be under way is the `window`: one where every
packet is acknowledged, many where not. While the target runs there is no answer but to what was asked before;
its stop ends that.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Sequence

from ...model.language.words import tr
from .limits import Limits
from .packets import ACK, DAMAGED, NAK, BadPacket, Framer, TooLong, framed
from .requests import Asked, Batch
from .stops import ended_words
from .target import RemoteError

WINDOW = 64
"""Requests that are under way at most, where one needs not be answered before the next is sent."""

_STRAY = re.compile(rb"[TS][0-9a-fA-F]{2}")
_ENDED = re.compile(rb"[WX][0-9a-fA-F]{2}(?:;process:[0-9a-fA-F]+)?")
_SYSTEM_CALL_FAILED = framed(b"F-1,270f")
"""The answer to a program that would have its files of us."""


class Connection(asyncio.Protocol):
    """One connection, of the event loop it was made in.  `where` is what people know the other side by,
    `console` is given what the target says through the stub, as it came.  `acks`: every packet is
    acknowledged; `acks_wait`: but with the next one is early enough."""

    def __init__(self, where: str, limits: Limits, console: Callable[[bytes], None]) -> None:
        self.where = where
        self.window = 1
        self.acks = True
        self.acks_wait = False
        self._limits = limits
        self._console = console
        self._loop = asyncio.get_running_loop()
        self._framer = Framer()
        self._transport: asyncio.Transport | None = None
        self._broken = ""
        self._unsent: deque[Asked] = deque()
        self._waiting: deque[Asked] = deque()
        self._unacked: deque[Asked] = deque()
        self._owed = 0
        self._damaged = 0
        self._stop: asyncio.Future[bytes] | None = None
        self._stops_within: float | None = None
        """Seconds in which it has to stop; None if nobody has asked it to."""
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    # What callers do

    @property
    def running(self) -> bool:
        """Whether the target runs, as far as we know."""
        return self._stop is not None

    @property
    def broken(self) -> bool:
        """Whether nothing can be asked any more."""
        return bool(self._broken)

    async def ask(self, requests: Sequence[bytes]) -> list[bytes]:
        """The answers to requests, in their order.  Raises `RemoteError`."""
        if not requests:
            return []
        future = self._asked(requests)
        self._pump()
        return await future

    def post(self, requests: Sequence[bytes]) -> asyncio.Future[list[bytes]]:
        """Ask, to wait for the answers later or never: the requests go out with what is asked next, at the
        latest when the event loop goes on.  Raises `RemoteError`."""
        future = self._asked(requests)
        self._loop.call_soon(self._pump)
        return future

    def _asked(self, requests: Sequence[bytes]) -> asyncio.Future[list[bytes]]:
        if self._stop is not None:
            raise self.runs()
        if self._broken:
            raise RemoteError(self._broken)
        batch = Batch(len(requests), self._loop.create_future())
        self._unsent.extend(Asked(framed(body), batch, index) for index, body in enumerate(requests))
        return batch.future

    def runs(self) -> RemoteError:
        """What is said to who asks something of a target that runs."""
        return RemoteError(tr("{where}: the target runs: it can be asked when it stops", where=self.where))

    async def one(self, request: bytes) -> bytes:
        """The answer to one request.  Raises `RemoteError`."""
        return (await self.ask((request,)))[0]

    async def run(self, request: bytes) -> bytes:
        """Let the target run by a request; what the stub says when it stands again.  What was posted goes out
        before it, where one needs not be answered before the next.  Raises `RemoteError`."""
        if self._broken:
            raise RemoteError(self._broken)
        if self._stop is not None or (self.window == 1 and (self._waiting or self._unsent)):
            raise self.runs()
        while len(self._waiting) + len(self._unsent) > self.window:
            self._pump()
            await self._next_batch()
        self._stop = self._loop.create_future()
        self._stops_within = None
        asked, before = Asked(framed(request), None, 0), self._taken()
        if self.acks:
            self._unacked.append(asked)
        is_answered = self.acks or self._waiting
        self._deadline = self._loop.time() + self._limits.answer if is_answered else None
        self._write(before + asked.packet)
        return await asyncio.shield(self._stop)  # who waits may give up: the target runs all the same

    async def _next_batch(self) -> None:
        """Wait until the oldest requests are answered.  Raises `RemoteError`."""
        batch = self._waiting[0].batch
        if batch is not None:
            await asyncio.shield(batch.future)

    def interrupt(self) -> None:
        """Ask a target that runs to stop."""
        self._ask_to_stop(self._limits.stop)

    def probe(self) -> None:
        """Ask a target that runs to stop, only to hear whether it is there: it may take longer."""
        self._ask_to_stop(self._limits.probe)

    def _ask_to_stop(self, within: float) -> None:
        if self._stop is None or self._broken:
            return
        until = self._loop.time() + within
        if self._stops_within is None:
            self._write(b"\x03")
        elif self._deadline is not None and self._deadline <= until:
            return
        self._stops_within, self._deadline = within, until
        if self._timer is not None:
            self._timer.cancel()
        self._tick()

    async def halt(self) -> None:
        """Have a target stopped that runs, whoever waits for its stop.  Raises `RemoteError`."""
        if self._stop is not None:
            self.interrupt()
            await asyncio.shield(self._stop)

    def break_off(self, words: str) -> None:
        """Nothing is asked any more, for a reason; who waits is told."""
        if self._broken:
            return
        self._broken = words
        self._deadline = None
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._flush()
            self._transport.close()
        waiting = [asked.batch.future for asked in (*self._waiting, *self._unsent) if asked.batch is not None]
        for future in (*waiting, self._stop):
            if future is not None and not future.done():
                future.set_exception(RemoteError(words))
                future.exception()  # nobody may wait any more: that is no mistake
        self._waiting.clear()
        self._unsent.clear()
        self._unacked.clear()
        self._stop = None

    def send_last(self, request: bytes) -> None:
        """Send a request that nobody answers."""
        if not self._broken:
            self._write(framed(request))

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._tick()

    def connection_lost(self, exc: Exception | None) -> None:
        words = tr("{where}: the connection was cut", where=self.where)
        reason = getattr(exc, "strerror", None)
        self.break_off(f"{words}: {reason}" if reason else words)

    def data_received(self, data: bytes) -> None:
        try:
            for kind, body in self._framer.feed(data):
                if kind == ACK:
                    self._was_acked()
                elif kind == NAK:
                    self._was_refused()
                elif kind == DAMAGED:
                    self._was_damaged()
                else:
                    self._owed += self.acks
                    self._damaged = 0
                    self._packet(body)
        except TooLong:
            self.break_off(tr("{where}: the stub sends a packet without end", where=self.where))
        except BadPacket:
            self.break_off(tr("{where}: the stub sends a packet that cannot be read", where=self.where))
        if self._owed and not self.acks_wait:
            self._loop.call_soon(self._flush)  # after who waits, who mostly has the next request by then

    def _tick(self) -> None:
        """The one timer: looks whether an answer is overdue."""
        now = self._loop.time()
        if self._deadline is not None and now >= self._deadline:
            if self._stops_within is not None:
                self.break_off(
                    tr(
                        "{where}: the target was asked to stop and did not within {seconds:g} seconds",
                        where=self.where,
                        seconds=self._stops_within,
                    )
                )
            else:
                self.break_off(
                    tr(
                        "{where}: the stub did not answer within {seconds:g} seconds",
                        where=self.where,
                        seconds=self._limits.answer,
                    )
                )
            return
        idle = min(self._limits.answer, self._limits.stop)
        self._timer = self._loop.call_at(min(self._deadline or now + idle, now + idle), self._tick)

    # What comes

    def _packet(self, body: bytes) -> None:
        if self._broken:
            return
        if self._stop is not None and not self._waiting:  # it runs once all is answered that was asked before
            self._while_running(body)
            return
        if _ENDED.fullmatch(body) and not self._asks(b"$?"):
            self.break_off(
                tr("{where}: the target is gone: {words}", where=self.where, words=ended_words(body))
            )
            return
        if not self._waiting:
            return  # nobody asked
        if (_STRAY.match(body) and not self._asks(b"$?")) or (body[:1] == b"O" and body != b"OK"):
            return
        asked = self._waiting.popleft()
        if self._unacked and self._unacked[0] is asked:
            self._unacked.popleft()
        batch = asked.batch
        assert batch is not None
        batch.answers[asked.index] = body
        batch.left -= 1
        if not batch.left and not batch.future.done():
            batch.future.set_result(batch.answers)
        if self._stops_within is None:  # else it has to stop within that
            self._deadline = self._loop.time() + self._limits.answer if self._waiting else None
        if self._unsent:
            self._pump()

    def _asks(self, beginning: bytes) -> bool:
        """Whether the next answer is to a packet that begins so."""
        return bool(self._waiting) and self._waiting[0].packet.startswith(beginning)

    def _while_running(self, body: bytes) -> None:
        first = body[:1]
        if first == b"O" and body != b"OK":
            self._console(body[1:])
        elif first == b"F":
            self._write(_SYSTEM_CALL_FAILED)
        elif first in (b"T", b"S", b"W", b"X", b"N", b"E", b""):
            stop, self._stop = self._stop, None
            self._deadline = None
            self._unacked.clear()
            if stop is not None and not stop.done():
                stop.set_result(body)

    def _was_acked(self) -> None:
        if self._unacked:
            self._unacked.popleft()
        is_done = not self._unacked and not self._waiting
        if self._stop is not None and self._stops_within is None and is_done:
            self._deadline = None

    def _was_refused(self) -> None:
        """The other side had a packet damaged: it is sent once more, after those that are under way."""
        if not self._unacked:
            return
        asked = self._unacked.popleft()
        asked.tries += 1
        if asked.tries > self._limits.resends:
            self._gave_up()
            return
        if asked in self._waiting:
            self._waiting.remove(asked)
            self._waiting.append(asked)
        self._unacked.append(asked)
        self._write(asked.packet)

    def _was_damaged(self) -> None:
        """We had a packet damaged; only the last can be had once more."""
        self._damaged += 1
        if not self.acks or len(self._waiting) > 1 or self._damaged > self._limits.resends:
            self._gave_up()
        else:
            self._write(b"-")

    def _gave_up(self) -> None:
        self.break_off(tr("{where}: packets are damaged on their way, again and again", where=self.where))

    # What goes

    def _pump(self) -> None:
        """Send as many requests as may be under way."""
        out = self._taken()
        if out:
            if self._deadline is None:
                self._deadline = self._loop.time() + self._limits.answer
            self._write(out)

    def _taken(self) -> bytes:
        """As many requests as may be under way, which are from now on."""
        out: list[bytes] = []
        while self._unsent and len(self._waiting) < self.window:
            asked = self._unsent.popleft()
            self._waiting.append(asked)
            if self.acks:
                self._unacked.append(asked)
            out.append(asked.packet)
        return b"".join(out)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"+" * self._owed + data)
            self._owed = 0

    def _flush(self) -> None:
        """Acknowledge what was not yet."""
        if self._owed:
            self._write(b"")

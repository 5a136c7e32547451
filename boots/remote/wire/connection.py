"""A connection to a stub: requests go out, answers come back in their order, within a time.

A request is a packet, an answer another.  While the target runs there is no answer but to what was asked
before; its stop ends that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ....model.language.words import tr
from ..target import RemoteError
from .deadline import Deadline
from .limits import Limits
from .packets import ACK, DAMAGED, NAK, BadPacket, Framer, TooLong, framed
from .requests import WINDOW, Requests
from .unasked import (
    SYSTEM_CALL_FAILED,
    ended_words,
    ends_a_run,
    is_console,
    is_end,
    is_stop,
    is_system_call,
)

INTERRUPT = b"\x03"


class Connection(asyncio.Protocol):
    """One connection, of the event loop it was made in.  `where` is what people know the other side by,
    `console` is given what the target says through the stub, as it came."""

    def __init__(self, where: str, limits: Limits, console: Callable[[bytes], None]) -> None:
        self.where = where
        self._limits = limits
        self._console = console
        self._loop = asyncio.get_running_loop()
        self._framer = Framer()
        self._requests = Requests()
        self._deadline = Deadline(limits, self._loop, self._was_late)
        self._transport: asyncio.Transport | None = None
        self._broken = ""
        self._acks_wait = False
        self._owed = 0
        """Packets that we have not acknowledged yet."""
        self._damaged = 0
        self._stop: asyncio.Future[bytes] | None = None
        """What the stub says when the target stands again; None if it stands."""

    # How the other side wants it

    def need_no_acks(self) -> None:
        """No packet is acknowledged from here on: many requests may be under way."""
        self._requests.acks = False
        self._requests.window = WINDOW

    def let_acks_wait(self) -> None:
        """It is early enough to acknowledge a packet with the next request, and many may be under way."""
        self._acks_wait = True
        self._requests.window = WINDOW

    # What callers do

    @property
    def running(self) -> bool:
        """Whether the target runs, as far as we know."""
        return self._stop is not None

    async def ask(self, requests: Sequence[bytes]) -> list[bytes]:
        """The answers to requests, in their order.  Raises `RemoteError`."""
        if not requests:
            return []
        future = self._asked(requests)
        self._pump()
        return await future

    async def one(self, request: bytes) -> bytes:
        """The answer to one request.  Raises `RemoteError`."""
        return (await self.ask((request,)))[0]

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
        future: asyncio.Future[list[bytes]] = self._loop.create_future()
        self._requests.ask(requests, future)
        return future

    def runs(self) -> RemoteError:
        """What is said to who asks something of a target that runs."""
        return RemoteError(tr("{where}: the target runs: it can be asked when it stops", where=self.where))

    async def run(self, request: bytes) -> bytes:
        """Let the target run by a request; what the stub says when it stands again.  What was posted goes out
        before it, where one needs not be answered before the next.  Raises `RemoteError`."""
        if self._broken:
            raise RemoteError(self._broken)
        if self._stop is not None or not self._requests.may_follow():
            raise self.runs()
        while self._requests.are_too_many():
            self._pump()
            await self._requests.some_answered()
        self._stop = self._loop.create_future()
        packets = self._requests.run(request)
        self._deadline.runs(not self._requests.are_done)
        self._write(packets)
        return await asyncio.shield(self._stop)  # who waits may give up: the target runs all the same

    def interrupt(self) -> None:
        """Ask a target that runs to stop."""
        self._ask_to_stop(self._limits.stop)

    def probe(self) -> None:
        """Ask a target that runs to stop, only to hear whether it is there: it may take longer."""
        self._ask_to_stop(self._limits.probe)

    def _ask_to_stop(self, within: float) -> None:
        if self._stop is None or self._broken:
            return
        if not self._deadline.has_to_stop:
            self._write(INTERRUPT)
        self._deadline.to_stop(within)

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
        self._deadline.end()
        if self._transport is not None:
            self._flush()
            self._transport.close()
        for future in (*self._requests.give_up(), self._stop):
            if future is not None and not future.done():
                future.set_exception(RemoteError(words))
                future.exception()  # nobody may wait any more: that is no mistake
        self._stop = None

    def send_last(self, request: bytes) -> None:
        """Send a request that nobody answers."""
        if not self._broken:
            self._write(framed(request))

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._deadline.watch()

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
                    self._owed += self._requests.acks
                    self._damaged = 0
                    self._packet(body)
        except TooLong:
            self.break_off(tr("{where}: the stub sends a packet without end", where=self.where))
        except BadPacket:
            self.break_off(tr("{where}: the stub sends a packet that cannot be read", where=self.where))
        if self._owed and not self._acks_wait:
            self._loop.call_soon(self._flush)  # after who waits, who mostly has the next request by then

    # What comes, or does not

    def _packet(self, body: bytes) -> None:
        if self._broken:
            return
        if self._stop is not None and not self._requests.are_waiting:
            self._while_running(body)  # it runs once all is answered that was asked before
        elif is_end(body) and not self._requests.asks(b"?"):
            self.break_off(
                tr("{where}: the target is gone: {words}", where=self.where, words=ended_words(body))
            )
        elif self._requests.are_waiting and not self._is_unasked(body):
            self._requests.answered(body)
            self._deadline.answered(self._requests.are_waiting)
            self._pump()

    def _is_unasked(self, body: bytes) -> bool:
        """Whether it is no answer, though one is waited for."""
        return is_console(body) or (is_stop(body) and not self._requests.asks(b"?"))

    def _while_running(self, body: bytes) -> None:
        if is_console(body):
            self._console(body[1:])
        elif is_system_call(body):
            self._write(SYSTEM_CALL_FAILED)
        elif ends_a_run(body):
            stop, self._stop = self._stop, None
            self._deadline.stood()
            self._requests.all_arrived()
            if stop is not None and not stop.done():
                stop.set_result(body)

    def _was_acked(self) -> None:
        self._requests.arrived()
        if self._stop is not None and self._requests.are_done:
            self._deadline.answered(False)

    def _was_refused(self) -> None:
        """The other side had a packet damaged: it is sent once more."""
        asked = self._requests.again()
        if asked is None:
            return
        if asked.tries > self._limits.resends:
            self._gave_up()
        else:
            self._write(asked.packet)

    def _was_damaged(self) -> None:
        """We had a packet damaged; only the last can be had once more."""
        self._damaged += 1
        is_last = self._requests.acks and self._requests.is_last_waiting()
        if not is_last or self._damaged > self._limits.resends:
            self._gave_up()
        else:
            self._write(b"-")

    def _gave_up(self) -> None:
        self.break_off(tr("{where}: packets are damaged on their way, again and again", where=self.where))

    def _was_late(self, seconds: float, had_to_stop: bool) -> None:
        """What was waited for has not come."""
        if had_to_stop:
            words = tr(
                "{where}: the target was asked to stop and did not within {seconds:g} seconds",
                where=self.where,
                seconds=seconds,
            )
        else:
            words = tr(
                "{where}: the stub did not answer within {seconds:g} seconds",
                where=self.where,
                seconds=seconds,
            )
        self.break_off(words)

    # What goes

    def _pump(self) -> None:
        """Send as many requests as may be under way."""
        out = self._requests.taken()
        if out:
            self._deadline.asked()
            self._write(out)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"+" * self._owed + data)
            self._owed = 0

    def _flush(self) -> None:
        """Acknowledge what was not yet."""
        if self._owed:
            self._write(b"")

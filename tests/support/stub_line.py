"""The line to a stub of gdb's, as the stub has it: packets come and are answered, or what the stub's manners
make of that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from bootstep.boots.remote.wire.packets import framed

HANG_UP = object()
"""Among what is written: the connection is closed here."""


class Manners:
    """How a stub behaves: well.  What misbehaves overrides one of these."""

    def answer(self, request: bytes, answer: bytes | None) -> bytes | None:
        """The body that answers a request; None if nothing does (the target runs)."""
        return answer

    def wire(self, request: bytes, packet: bytes) -> Iterable[bytes | float | object]:
        """What is written for an answer's packet: bytes, seconds to wait, or `HANG_UP`."""
        return (packet,)

    def ack(self, request: bytes) -> bytes:
        """What is written for a request that came well; if it is ``-`` the request is not done."""
        return b"+"


class Stub(Protocol):
    """What is at the end of the line; `requests` are those that came, in order."""

    manners: Manners
    requests: list[bytes]

    def answer(self, request: bytes) -> bytes | None:
        """The body that answers a request; None if nothing does."""
        ...

    def interrupted(self) -> bytes | None:
        """Somebody asks the target to stop: the body that says that it did; None if it does not run."""
        ...


class StubLine:
    """One line, whoever is at the other end."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._acking = True
        self._last: tuple[bytes, bytes] = (b"", b"")
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one who connected, until either hangs up."""
        self._writer = writer
        self._acking = True
        self._task = asyncio.current_task()
        kept = b""
        try:
            while data := await reader.read(1 << 16):
                kept = await self._take(kept + data)
        except (ConnectionError, _HungUp, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _take(self, data: bytes) -> bytes:
        """Do all that came whole; the rest."""
        while data:
            if data[:1] == b"$":
                end = data.find(b"#")
                if end < 0 or end + 3 > len(data):
                    return data
                await self._packet(data[1:end], int(data[end + 1 : end + 3], 16))
                data = data[end + 3 :]
                continue
            if data[:1] == b"\x03":
                answer = self._stub.interrupted()
                if answer is not None:
                    await self._send(b"\x03", self._stub.manners.answer(b"\x03", answer))
            elif data[:1] == b"-":
                await self._send(*self._last)
            data = data[1:]
        return b""

    async def _packet(self, body: bytes, checksum: int) -> None:
        assert checksum == sum(body) % 256, body
        if self._acking:
            ack = self._stub.manners.ack(body)
            await self._write(ack)
            if ack == b"-":
                return
        self._stub.requests.append(body)
        answer = self._stub.manners.answer(body, self._stub.answer(body))
        await self._send(body, answer)
        if body == b"QStartNoAckMode" and answer == b"OK":
            self._acking = False

    async def _send(self, request: bytes, answer: bytes | None) -> None:
        if answer is None:
            return
        self._last = request, answer
        for piece in self._stub.manners.wire(request, framed(answer)):
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            elif isinstance(piece, bytes):
                await self._write(piece)
            else:
                raise _HungUp

    async def _write(self, data: bytes) -> None:
        assert self._writer is not None
        self._writer.write(data)
        await self._writer.drain()

    async def stop(self) -> None:
        """Hang up, if somebody is there still."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])


class _HungUp(Exception):
    """We close the connection."""

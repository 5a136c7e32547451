"""Requests to a stub that are on their way, and who waits for their answers."""

from __future__ import annotations

import asyncio


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

"""Reading a target's memory: many ranges at once, in as few round trips as the stub allows."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.language.words import tr
from .connection import Connection
from .reads import BadAnswer, Piece, groups, memory_of, piece_bytes, there
from .supported import Supported
from .target import Range, RemoteError

PHYSICAL, VIRTUAL = b"Qqemu.PhyMemMode:1", b"Qqemu.PhyMemMode:0"
"""QEMU's: addresses are physical from here on, or as the CPU sees them."""
MOST_ROUNDS = 16
"""How often the rest is asked for, where the stub gives less than was asked."""


class Memory:
    """The memory behind one connection."""

    def __init__(self, connection: Connection, supported: Supported, physical: bool) -> None:
        self._connection = connection
        self.physical = physical
        self._binary = supported.binary
        self._most = piece_bytes(supported.packet_bytes, supported.binary)

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        """As `Target.read`."""
        return await self._read(ranges, physical=False)

    async def read_physical(self, ranges: Sequence[Range]) -> list[bytes | None]:
        """As `Target.read_physical`."""
        return await self._read(ranges, physical=True) if self.physical else [None] * len(ranges)

    async def _read(self, ranges: Sequence[Range], physical: bool) -> list[bytes | None]:
        """The bytes of all ranges; None for those of which some are not there."""
        found: list[list[bytes] | None] = [[] if there(each) else None for each in ranges]
        for group in groups(ranges, self._most):
            pieces = [piece for piece in group if found[piece.of] is not None]
            for piece, data in zip(pieces, await self._pieces(pieces, physical), strict=True):
                parts = found[piece.of]
                if data is None:
                    found[piece.of] = None
                elif parts is not None:
                    parts.append(data)
        return [None if parts is None else b"".join(parts) for parts in found]

    async def _pieces(self, pieces: Sequence[Piece], physical: bool) -> list[bytes | None]:
        """The bytes of pieces, each as far as it is there, all of it or nothing."""
        found = await self._once(pieces, physical)
        for _ in range(MOST_ROUNDS):
            short = [
                index
                for index, data in enumerate(found)
                if data is not None and 0 < len(data) < pieces[index].size
            ]
            if not short:
                break
            rests = [_rest(pieces[index], found[index]) for index in short]
            for index, more in zip(short, await self._once(rests, physical), strict=True):
                before = found[index]
                found[index] = before + more if before and more else None
        return [
            data if data is not None and len(data) == piece.size else None
            for piece, data in zip(pieces, found, strict=True)
        ]

    async def _once(self, pieces: Sequence[Piece], physical: bool) -> list[bytes | None]:
        """The answers to one request for each piece."""
        requests = [piece.request(self._binary) for piece in pieces]
        if physical:
            requests = [PHYSICAL, *requests, VIRTUAL]
        answers = await self._connection.ask(requests)
        if physical:
            first, *answers, last = answers
            if first != b"OK" or last != b"OK":
                raise RemoteError(
                    tr("{where}: the stub reads no physical memory", where=self._connection.where)
                )
        try:
            return [
                memory_of(answer, piece.size, self._binary)
                for answer, piece in zip(answers, pieces, strict=True)
            ]
        except BadAnswer:
            raise RemoteError(
                tr(
                    "{where}: the stub answers nonsense to a question for memory",
                    where=self._connection.where,
                )
            ) from None


def _rest(piece: Piece, data: bytes | None) -> Piece:
    """What is left of a piece of which some bytes are there."""
    held = len(data or b"")
    return Piece(piece.of, piece.address + held, piece.size - held)

"""Reading a target's memory: many ranges at once, in as few round trips as the stub allows."""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ....model.language.words import tr
from ..target import Range, RemoteError
from ..wire.connection import Connection
from .supported import Supported

ADDRESSES = 1 << 64
GROUP = 1 << 20
"""Bytes that are asked for at once: so many answers are held as hexadecimal digits at most."""
PHYSICAL, VIRTUAL = b"Qqemu.PhyMemMode:1", b"Qqemu.PhyMemMode:0"
"""QEMU's: addresses are physical from here on, or as the CPU sees them."""
MOST_ROUNDS = 16
"""How often the rest is asked for, where the stub gives less than was asked."""


class Piece(NamedTuple):
    """A part of the range with this number (`of`): its first byte, and how many."""

    of: int
    address: int
    size: int

    def request(self, binary: bool) -> bytes:
        """The request for it."""
        return b"%c%x,%x" % (b"x"[0] if binary else b"m"[0], self.address, self.size)


class BadAnswer(ValueError):
    """An answer that is no memory, or more than was asked for."""


def piece_bytes(packet_bytes: int, binary: bool) -> int:
    """Bytes that one answer may hold; of binary ones each byte may be escaped."""
    most = (packet_bytes - 8 if binary else packet_bytes) // 2
    return most & ~15 if most > 16 else most


def there(each: Range) -> bool:
    """Whether a range lies in the addresses there are."""
    return each.address >= 0 and each.size >= 0 and each.address + each.size <= ADDRESSES


def groups(
    ranges: Sequence[Range], most: int, wanted: Callable[[int], bool] = lambda _: True
) -> Iterator[list[Piece]]:
    """The pieces of at most `most` bytes of all ranges, `GROUP` bytes and a few more at a time; of a range
    that is not `wanted` any more no others."""
    group: list[Piece] = []
    held = 0
    for index, (address, size) in enumerate(ranges):
        if not there(ranges[index]):
            continue
        for at in range(address, address + size, most):
            if held >= GROUP:
                yield group
                group, held = [], 0
                if not wanted(index):
                    break
            group.append(Piece(index, at, min(most, address + size - at)))
            held += group[-1].size
    if group:
        yield group


def memory_of(answer: bytes, size: int, binary: bool) -> bytes | None:
    """The bytes of an answer, fewer than `size` perhaps; None if it says that there are none.  Raises
    `BadAnswer`."""
    if answer[:1] == b"E" and (len(answer) == 3 or answer[1:2] == b"."):
        return None
    if binary:
        if answer[:1] != b"b":
            raise BadAnswer
        data = answer[1:]
    else:
        try:
            data = unhexlify(answer)
        except ValueError:
            raise BadAnswer from None
    if len(data) > size:
        raise BadAnswer
    return data


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
        for group in groups(ranges, self._most, lambda index: found[index] is not None):
            for piece, data in zip(group, await self._pieces(group, physical), strict=True):
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

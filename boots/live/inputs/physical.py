"""Physical memory of a target at the entry of its kernel: what is read of it is bounded, whatever it says of
its own size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ...remote.target import Range, Target

MOST_BYTES = 16 << 20
"""Bytes that are read at once; the largest device tree has half as many."""
BUDGET = 96 << 20
"""Bytes that are read of one machine in all."""
PHYSICAL_END = 1 << 52


class Memory(Protocol):
    """What can read physical memory."""

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        """Bytes of several ranges, asked at once; None where they cannot be read."""
        ...


class PhysicalMemory:
    """Through a stub's own way to read physical memory; where it has none, at the same virtual addresses,
    which are physical as long as the MMU is off or maps everything to itself."""

    def __init__(self, target: Target) -> None:
        self._target = target

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        """See `Memory`."""
        if self._target.knows_physical:
            return await self._target.read_physical(ranges)
        return await self._target.read(ranges)


class Reader:
    """Reads physical memory of which nothing can be believed.  What lies behind the last address, is larger
    than `MOST_BYTES`, or is more than `BUDGET` together cannot be read."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._left = BUDGET

    async def bytes_at(self, address: int, size: int) -> bytes | None:
        """Bytes at a physical address."""
        return (await self.many([Range(address, size)]))[0]

    async def many(self, ranges: Sequence[Range]) -> list[bytes | None]:
        """Bytes of several ranges, asked at once."""
        may = [self._grant(each) for each in ranges]
        asked = [each for each, granted in zip(ranges, may, strict=True) if granted]
        answers = iter(await self._memory.read(asked) if asked else ())
        found = [next(answers, None) if granted else None for granted in may]
        # A stub that answers with fewer bytes has not answered.
        whole = zip(found, ranges, strict=True)
        return [data if data is not None and len(data) == each.size else None for data, each in whole]

    async def number(self, address: int, size: int) -> int | None:
        """A little-endian number of `size` bytes."""
        data = await self.bytes_at(address, size)
        return None if data is None else int.from_bytes(data, "little")

    async def text(self, address: int, most: int) -> bytes | None:
        """The bytes before the first NUL, of at most `most`; read piece by piece, since what is behind it may
        not be there."""
        found = b""
        while len(found) < most:
            place = address + len(found)
            size = min(most - len(found), 256 - place % 256)
            piece = await self.bytes_at(place, size)
            if piece is None:
                return None
            end = piece.find(b"\0")
            if end >= 0:
                return found + piece[:end]
            found += piece
        return found

    def _grant(self, each: Range) -> bool:
        """Whether a range may be read; it counts then."""
        is_inside = each.address >= 0 and each.address + each.size <= PHYSICAL_END
        may = is_inside and 0 < each.size <= min(MOST_BYTES, self._left)
        self._left -= each.size if may else 0
        return may

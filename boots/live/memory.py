"""A running kernel's memory, by its own names: symbols, structures and their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...model.build.sizes import Sizes
from ..remote.target import Range, Target

WORD = 8
"""Bytes of a long, and of a pointer."""
MOST_BYTES = 64 << 20
"""Bytes that are read at most at once: what the kernel says of its own sizes may be nonsense."""


class KernelMemory:
    """Memory of the kernel that runs on a `target`.

    `symbols` are as linked, `moved` is how many bytes further the kernel runs (KASLR); `sizes` has the
    members of its structures.  What cannot be read is None, whatever is asked.
    """

    def __init__(self, target: Target, symbols: Mapping[str, int], moved: int, sizes: Sizes) -> None:
        self.target = target
        self.symbols = symbols
        self.moved = moved
        self.sizes = sizes

    def address(self, symbol: str) -> int | None:
        """The virtual address of a symbol as the kernel runs; None if there is none."""
        linked = self.symbols.get(symbol)
        return None if linked is None else (linked + self.moved) & (1 << 64) - 1

    async def bytes_at(self, address: int, size: int) -> bytes | None:
        """Bytes at a virtual address; None also for more than `MOST_BYTES`."""
        if not 0 <= size <= MOST_BYTES:
            return None
        return (await self.target.read([Range(address, size)]))[0]

    async def many(self, ranges: Sequence[Range]) -> list[bytes | None]:
        """Several ranges at virtual addresses, asked at once."""
        if any(not 0 <= each.size <= MOST_BYTES for each in ranges):
            return [None] * len(ranges)
        return await self.target.read(ranges)

    async def variable(self, symbol: str, size: int = WORD, signed: bool = False) -> int | None:
        """A variable that is a number of `size` bytes."""
        address = self.address(symbol)
        data = await self.bytes_at(address, size) if address is not None else None
        return None if data is None else int.from_bytes(data, "little", signed=signed)

    async def variables(self, sizes: Mapping[str, int]) -> list[int | None]:
        """Several variables that are numbers, by symbol how many bytes each has, asked at once."""
        places = {symbol: at for symbol in sizes if (at := self.address(symbol)) is not None}
        read = await self.many([Range(at, sizes[symbol]) for symbol, at in places.items()])
        found = {
            symbol: int.from_bytes(data, "little")
            for symbol, data in zip(places, read, strict=True)
            if data is not None
        }
        return [found.get(symbol) for symbol in sizes]

    async def text(self, address: int, most: int = 256) -> str | None:
        """The C string at a virtual address, `most` bytes of it; None if it cannot be read."""
        data = await self.bytes_at(address, most)
        while data is None and most > 1:
            most //= 2
            data = await self.bytes_at(address, most)
        return None if data is None else data.partition(b"\0")[0].decode("ascii", "replace")

    def place(self, structure: str, member: str) -> tuple[int, int] | None:
        """Offset and size in bytes of a member of ``struct structure``; None if nobody tells."""
        for name, offset, size, _ in self.sizes.members.get(structure, ()):
            if name == member:
                return offset, size
        return None

    def member(self, data: bytes, structure: str, member: str, at: int = 0) -> int | None:
        """A member that is a number, of a structure that begins `at` bytes into `data`."""
        place = self.place(structure, member)
        if place is None or at + sum(place) > len(data):
            return None
        return int.from_bytes(data[at + place[0] : at + sum(place)], "little")

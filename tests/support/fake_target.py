"""A target behind a stub that nobody has: bytes at addresses, registers, and no way to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bootstep.boots.remote.target import Range
from standing_target import StandingTarget


class Places:
    """Bytes at addresses; what nobody has put anywhere cannot be read."""

    def __init__(self) -> None:
        self.pieces: list[tuple[int, bytes]] = []

    def put(self, address: int, data: bytes) -> None:
        """Put bytes over whatever is there."""
        self.pieces.insert(0, (address, data))

    def read(self, each: Range) -> bytes | None:
        """Bytes, of one piece or several that lie one after the other."""
        found, at = b"", each.address
        while len(found) < each.size:
            piece = next((one for one in self.pieces if one[0] <= at < one[0] + len(one[1])), None)
            if piece is None:
                return None
            start, data = piece
            # Another piece may lie over the rest of this one.
            end = min([each.address + each.size, *(one for one, _ in self.pieces if one > at)])
            part = data[at - start : end - start]
            found, at = found + part, at + len(part)
        return found


class FakeTarget(StandingTarget):
    """See `Target`: its memory is `physical`, and `virtual` where that is another; `system` are registers
    that are asked by name alone."""

    def __init__(
        self, registers: Mapping[str, int], system: Mapping[str, int] | None = None, physical: bool = True
    ) -> None:
        super().__init__()
        self.physical, self.virtual = Places(), Places()
        self.general, self.system = dict(registers), dict(system or {})
        self._knows_physical = physical
        self.asked: list[Range] = []

    @property
    def knows_physical(self) -> bool:
        return self._knows_physical

    async def registers(self) -> Mapping[str, int]:
        return self.general

    async def register(self, name: str) -> int | None:
        return {**self.system, **self.general}.get(name)

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        self.asked += ranges
        places = self.virtual if self._knows_physical else self.physical
        return [places.read(each) for each in ranges]

    async def read_physical(self, ranges: Sequence[Range]) -> list[bytes | None]:
        self.asked += ranges
        return [self.physical.read(each) for each in ranges]

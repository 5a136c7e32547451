"""A target whose memory is written by a test: kernels as they would lie in memory, and hostile ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bootstep.boots.live.memory import KernelMemory
from bootstep.boots.remote.target import Range
from bootstep.model.build.sizes import Sizes
from standing_target import StandingTarget


class FakeTarget(StandingTarget):
    """Memory of pieces; `rounds` counts how often was asked, `asked` how many bytes."""

    knows_physical = True

    def __init__(self, pieces: Mapping[int, bytes] | None = None) -> None:
        super().__init__()
        self.pieces = dict(pieces or {})
        self.physical: dict[int, bytes] = {}
        self.rounds = self.asked = 0

    def put(self, address: int, data: bytes) -> None:
        self.pieces[address] = bytes(data)

    def at(self, pieces: Mapping[int, bytes], each: Range) -> bytes | None:
        for start, data in reversed(pieces.items()):
            if start <= each.address and each.address + each.size <= start + len(data):
                return data[each.address - start : each.address - start + each.size]
        return self.joined(pieces, each)

    def joined(self, pieces: Mapping[int, bytes], each: Range) -> bytes | None:
        """Bytes of several pieces; what lies between pieces on one page is zero, as a kernel's data are."""
        if each.size > 1 << 16:
            return None
        found = bytearray(each.size)
        pages: set[int] = set()
        for start, data in pieces.items():
            pages.update(range(start >> 12, (start + len(data) - 1 >> 12) + 1))
            low, high = max(start, each.address), min(start + len(data), each.address + each.size)
            if low < high:
                found[low - each.address : high - each.address] = data[low - start : high - start]
        whole = all(
            page in pages for page in range(each.address >> 12, (each.address + each.size - 1 >> 12) + 1)
        )
        return bytes(found) if whole else None

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        self.rounds += 1
        self.asked += sum(each.size for each in ranges)
        return [self.at(self.pieces, each) for each in ranges]

    async def read_physical(self, ranges: Sequence[Range]) -> list[bytes | None]:
        self.rounds += 1
        return [self.at(self.physical, each) for each in ranges]


NO_SIZES = Sizes("nothing", {}, {})


def kernel_memory(
    target: FakeTarget, symbols: Mapping[str, int], sizes: Sizes = NO_SIZES, moved: int = 0
) -> KernelMemory:
    """The memory of a kernel whose symbols are where they were linked, `moved` further."""
    return KernelMemory(target, symbols, moved, sizes)

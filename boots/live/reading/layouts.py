"""Where members of a running kernel's structures are, also for a kernel that tells nothing of its types."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from ....model.build.kconfig import KConfig
from ....model.build.structures import BASE_SIZES, StructType, array_lengths, laid_out
from ..memory import WORD, KernelMemory

TOLD_BY_SYMBOLS: Mapping[str, str] = {"NUMA": "node_data", "PAGE_EXTENSION": "page_ext_init"}
"""Options that decide about small structures, each with a symbol that only kernels with it have."""
NUMBERS: Mapping[int, str] = {1: "B", 2: "H", 4: "I", 8: "Q"}
"""By bytes, how `struct` writes a number."""
NO_NODES = 1
"""MAX_NUMNODES where only the beginning of a structure matters: arrays whose length it decides come last."""


class Layouts:
    """The structures of the kernel in `memory`: as its build tells them, and where it tells nothing, as C
    lays them out for the options that its symbols show.  What neither tells is None."""

    def __init__(self, memory: KernelMemory) -> None:
        self.memory = memory
        self.config = KConfig(
            {option: "y" for option, symbol in TOLD_BY_SYMBOLS.items() if symbol in memory.symbols}
        )
        self._computed: dict[str, StructType | None] = {}

    def size(self, structure: str) -> int | None:
        """Bytes of ``struct structure``."""
        told = self.memory.sizes.structures.get(f"struct {structure}", 0)
        if told:
            return told
        computed = self._laid_out(structure)
        return computed.size if computed is not None else None

    def place(self, structure: str, member: str) -> tuple[int, int] | None:
        """Offset and size in bytes of a member."""
        if self.memory.sizes.members.get(structure):
            return self.memory.place(structure, member)
        computed = self._laid_out(structure)
        for each in computed.members if computed is not None else ():
            if each.name == member:
                return each.offset, each.size
        return None

    def offset(self, structure: str, member: str) -> int | None:
        """Where a member begins, in bytes."""
        place = self.place(structure, member)
        return place[0] if place is not None else None

    def number(
        self, data: bytes, structure: str, member: str, at: int = 0, signed: bool = False
    ) -> int | None:
        """A member that is a number, of a structure that begins `at` bytes into `data`."""
        place = self.place(structure, member)
        if place is None or not 0 < place[1] <= WORD or at + sum(place) > len(data):
            return None
        start = at + place[0]
        return int.from_bytes(data[start : start + place[1]], "little", signed=signed)

    def row(self, structure: str, members: Sequence[str], signed: Sequence[str] = ()) -> struct.Struct | None:
        """How an array of this structure is unpacked, to tuples of these members in this order, which has to
        be the order in memory.  None if one of them is not told, is no number, or comes out of order."""
        size = self.size(structure)
        written, at = "<", 0
        for member in members:
            place = self.place(structure, member)
            if place is None or place[0] < at or place[1] not in NUMBERS:
                return None
            letter = NUMBERS[place[1]]
            written += f"{place[0] - at}x{letter.lower() if member in signed else letter}"
            at = sum(place)
        return struct.Struct(f"{written}{size - at}x") if size is not None and size >= at else None

    def _laid_out(self, structure: str) -> StructType | None:
        if structure not in self._computed:
            self._computed[structure] = laid_out(
                structure, self.config, self._size_of, array_lengths(NO_NODES)
            )
        return self._computed[structure]

    def _size_of(self, kind: str) -> int | None:
        if kind.endswith("*"):
            return WORD
        if kind.startswith("enum "):
            return BASE_SIZES["int"]
        return BASE_SIZES.get(kind) or self.size(kind.removeprefix("struct "))

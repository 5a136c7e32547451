"""What is kept of a kernel at each stop for its local variables: registers, and the stack of the open
functions."""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ....model.language.words import tr
from ..calling import CallingConvention
from ..entry import U64

MOST_KEPT = 64 << 20
"""Bytes that are kept of all stops together, packed."""
LEAST, MOST_STACK = 512, 8 << 10
"""Bytes that are read of the stack at a stop."""
BEYOND = 64
"""Bytes that are read of it behind the outermost function's first."""
LEVEL = 1
"""How hard they are packed: it is done while the kernel waits."""


class Moment(NamedTuple):
    """A kernel that stood: `registers` by DWARF's numbers, its next instruction, and the bytes of the stack
    from the stack pointer on.  `enter` is the ENTER event of the function at whose first instruction it
    stood, None if it stood at none's."""

    registers: tuple[int, ...]
    pc: int
    stack: bytes
    enter: int | None = None


class Moments:
    """The moments of a recording, by the position in the trace that each is known at.  `calls` says how the
    architecture's functions call each other."""

    def __init__(self, calls: CallingConvention) -> None:
        self.calls = calls
        self.left_out = 0
        self._positions: list[int] = []
        self._packed: list[bytes] = []
        self._size = 0
        self._registers = struct.Struct(f"<{len(calls.dwarf) + 1}Qq")
        self._begun: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._positions)

    def stack_size(self, stack: int, outermost: int | None) -> int:
        """How many bytes to read at a stack pointer, if the outermost open function was entered with
        another."""
        size = (outermost if outermost is not None else stack) + BEYOND - stack
        return min(max(size, LEAST), MOST_STACK)

    def add(
        self, position: int, registers: Mapping[str, int], stack: bytes | None, enter: int | None = None
    ) -> None:
        """Keep a moment; `enter` is the event of the function that is entered there."""
        if self._size >= MOST_KEPT:
            self.left_out += 1
            return
        # A stub may call any number a register's.
        numbers = [registers.get(name, 0) & U64 for name in (*self.calls.dwarf, self.calls.pc)]
        head = self._registers.pack(*numbers, -1 if enter is None else enter)
        packed = zlib.compress(head + (stack or b""), LEVEL)
        self._size += len(packed)
        if enter is not None:
            self._begun[enter] = len(self._positions)
        self._positions.append(position)
        self._packed.append(packed)

    def positions(self) -> Sequence[int]:
        """Where the moments are, in order."""
        return self._positions

    def at(self, position: int) -> Moment | None:
        """The last moment that is known at a position."""
        index = bisect_right(self._positions, position) - 1
        return self._moment(index) if index >= 0 else None

    def of_entry(self, enter: int) -> Moment | None:
        """The moment at which a function was entered (its ENTER event)."""
        index = self._begun.get(enter)
        return None if index is None else self._moment(index)

    def _moment(self, index: int) -> Moment:
        data = zlib.decompress(self._packed[index])
        *registers, pc, enter = self._registers.unpack_from(data)
        return Moment(tuple(registers), pc, data[self._registers.size :], None if enter < 0 else enter)

    def remarks(self) -> list[str]:
        """What is to be said of them, in sentences."""
        if not self.left_out:
            return []
        return [
            tr(
                "local variables are told of the first {count:,} stops only: more has no room",
                count=len(self._positions),
            )
        ]

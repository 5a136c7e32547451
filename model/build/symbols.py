"""A kernel's symbols by their addresses: which one lies at an address, or nearest before it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

MARKS = "$."
"""What the names of symbols begin with that mark what the assembler did (``$x``, ``.L12``): they name nothing
of the kernel."""
LONGEST = 1 << 20
"""Bytes of a function: what lies further behind a symbol is not its own."""


class Nearest(NamedTuple):
    """The names at one address, in the order in which the kernel's table has them, and how many bytes further
    the address is that was asked for."""

    names: Sequence[str]
    distance: int


class SymbolsByAddress:
    """The symbols that name something, in the order of their addresses."""

    def __init__(self, symbols: Mapping[str, int]) -> None:
        named = ((value, name) for name, value in symbols.items() if name[:1] not in MARKS)
        placed = sorted(named, key=lambda pair: pair[0])
        self._values = [value for value, _ in placed]
        self._names = [name for _, name in placed]

    def nearest(self, address: int) -> Nearest | None:
        """What lies at an address or nearest before it; None if all symbols lie behind it."""
        end = bisect_right(self._values, address)
        if not end:
            return None
        value = self._values[end - 1]
        return Nearest(self._names[bisect_left(self._values, value) : end], address - value)

    def function(self, address: int) -> tuple[str, int] | None:
        """The symbol of the code that an address belongs to, and how many bytes that begins before it; None
        if no symbol is near enough.  Of several marks of the linker have more underscores before them than
        functions."""
        found = self.nearest(address)
        if found is None or found.distance >= LONGEST:
            return None
        return min(found.names, key=_rank), found.distance


def _rank(name: str) -> tuple[int, int, str]:
    return len(name) - len(name.lstrip("_")), len(name), name

"""Where calls of a kernel that runs are made, by the addresses that they return to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from ....model.trace.call_places import CallPlace
from ....model.trace.functions import NOWHERE, Site
from ..entry import U64

NO_NAMES = "$."
"""What the names of symbols begin with that name no code."""
LONGEST = 1 << 20
"""Bytes of a function: what lies further behind a symbol is not its own."""


class CallPlaces:
    """Names the places of calls by the kernel's `symbols`, which are as linked; it runs `moved` bytes
    further.  Each address is looked up once; `returns` has those that calls return to, as linked, with their
    places."""

    def __init__(self, symbols: Mapping[str, int], moved: int) -> None:
        self.returns: dict[int, Site] = {}
        self._moved = moved
        self._inside: dict[int, Site] = {}
        self._starts, self._names = _code(symbols)

    def of_call(self, back: int) -> Site:
        """The place of a call that returns to an address."""
        linked = back - self._moved & U64
        if linked not in self.returns:
            # The last instruction of a function may be a call, of one that never returns.
            self.returns[linked] = self._place(linked - 1, linked)
        return self.returns[linked]

    def of_inlined(self, at: int) -> Site:
        """The place of what is done at an address in the code of another function."""
        linked = at - self._moved & U64
        if linked not in self._inside:
            self._inside[linked] = self._place(linked, linked)
        return self._inside[linked]

    def _place(self, inside: int, linked: int) -> Site:
        """An address in words, by the symbol of the code that `inside` belongs to."""
        at = bisect_right(self._starts, inside) - 1
        if at < 0 or inside - self._starts[at] >= LONGEST:
            return NOWHERE
        return CallPlace(self._names[at], linked - self._starts[at]).site


def _code(symbols: Mapping[str, int]) -> tuple[list[int], list[str]]:
    """Where symbols are, in order, and one name for each: several may be at an address, of which marks of the
    linker have more underscores before them than functions."""
    found: dict[int, str] = {}
    for name, address in symbols.items():
        if name[:1] not in NO_NAMES and (address not in found or _rank(name) < _rank(found[address])):
            found[address] = name
    starts = sorted(found)
    return starts, [found[start] for start in starts]


def _rank(name: str) -> tuple[int, int, str]:
    return len(name) - len(name.lstrip("_")), len(name), name

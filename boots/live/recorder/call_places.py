"""Where calls of a kernel that runs are made, by the addresses that they return to."""

from __future__ import annotations

from collections.abc import Mapping

from ....model.build.symbols import SymbolsByAddress
from ....model.trace.call_places import CallPlace
from ....model.trace.functions import NOWHERE, Site
from ..entry import U64


class CallPlaces:
    """Names the places of calls by the kernel's `symbols`, which are as linked; it runs `moved` bytes
    further.  Each address is looked up once; `returns` has those that calls return to, as linked, with their
    places."""

    def __init__(self, symbols: Mapping[str, int], moved: int) -> None:
        self.returns: dict[int, Site] = {}
        self._moved = moved
        self._inside: dict[int, Site] = {}
        self._symbols = SymbolsByAddress(symbols)

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
        found = self._symbols.function(inside)
        if found is None:
            return NOWHERE
        symbol, distance = found
        return CallPlace(symbol, distance + linked - inside).site

"""Which compilation unit has the code at an address."""

from __future__ import annotations

from bisect import bisect_right
from itertools import islice
from typing import Any, NamedTuple

from .opening import MOST_UNITS
from .places import Code, Places


class _Piece(NamedTuple):
    """Code of a unit, and where the unit begins."""

    code: Code
    offset: int


class Units:
    """The units of `info`, pyelftools' view of a file that has ``.debug_aranges`` if it has it; `places` are
    read in it.  Raises what pyelftools does where the file is damaged."""

    def __init__(self, info: Any, places: Places) -> None:
        self._info = info
        self._places = places
        self._aranges: Any = info.get_aranges() if info.debug_aranges_sec else None
        self._pieces: list[_Piece] | None = None

    def at(self, address: int) -> int | None:
        """Where the unit begins that has code at a linked address; None if there is none.  Some compilers
        leave the table of these out: then all units are looked through, once."""
        if self._aranges is not None:
            return self._aranges.cu_offset_at_addr(address)
        if self._pieces is None:
            units = islice(self._info.iter_CUs(), MOST_UNITS)
            self._pieces = sorted(
                _Piece(code, unit.cu_offset)
                for unit in units
                for code in self._places.code(unit.get_top_DIE())
            )
        at = bisect_right(self._pieces, address, key=lambda piece: piece.code.start) - 1
        found = self._pieces[at] if at >= 0 else None
        return found.offset if found is not None and address < found.code.end else None

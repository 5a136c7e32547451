"""An e820 map at a position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from ..base.units import hex_address, readable_size
from ..memory.e820 import E820Entry, type_name
from .html import table


class E820View(Sequence[E820Entry]):
    """The entries of one of the kernel's three tables: each has `addr`, `size` and `end` in bytes, and a
    `type` as firmware numbers them."""

    def __init__(self, name: str, entries: Sequence[E820Entry]) -> None:
        self.name = name
        self._entries = tuple(entries)

    @overload
    def __getitem__(self, index: int) -> E820Entry: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[E820Entry, ...]: ...
    def __getitem__(self, index: int | slice) -> E820Entry | tuple[E820Entry, ...]:
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def usable(self) -> tuple[E820Entry, ...]:
        """The entries that the kernel calls usable."""
        return tuple(entry for entry in self._entries if type_name(entry.type) == "usable")

    def __repr__(self) -> str:
        return f"E820View({self.name!r}, {list(self._entries)!r})"

    def _repr_html_(self) -> str:
        rows = (
            (hex_address(entry.addr), hex(entry.end), readable_size(entry.size), type_name(entry.type))
            for entry in self._entries
        )
        return table(self.name, ("from", "to", "size", "type"), rows)

"""The kernel's symbols where it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..source.facts import Facts
from .calls import CallIndex

if TYPE_CHECKING:
    from ..build.symbols import SymbolsByAddress


class RunningSymbols(Mapping[str, int]):
    """The symbols of a kernel where it runs: as linked, until its first steps have chosen a place (KASLR),
    which one of their variables tells; absolute ones are never moved."""

    def __init__(self, facts: Facts, occurrences: CallIndex) -> None:
        self._linked = self._moved = facts.symbols
        self._load_address = facts.load_address
        self._occurrences = occurrences
        self._offset = 0
        self._by_address: tuple[int, SymbolsByAddress] | None = None

    def nearest(self, address: int) -> str:
        """The symbol of the kernel's image that an address lies in or behind, such as ``memblock+16``; "" for
        an address outside the image."""
        symbols = self._now()
        if not symbols.get("_text", address + 1) <= address < symbols.get("_end", 0):
            return ""
        if self._by_address is None or self._by_address[0] != self._offset:
            from ..build.symbols import SymbolsByAddress  # few boots ask

            self._by_address = self._offset, SymbolsByAddress(symbols)
        found = self._by_address[1].nearest(address)
        if found is None:
            return ""
        return f"{found.names[0]}+{found.distance}" if found.distance else found.names[0]

    def _now(self) -> Mapping[str, int]:
        offset = self._shift()
        if offset != self._offset:
            start, end = self._linked["_text"], self._linked["_end"]
            self._moved = {
                name: value + offset if start <= value <= end else value
                for name, value in self._linked.items()
            }
            self._offset = offset
        return self._moved

    def _shift(self) -> int:
        """How far from where it is linked the kernel runs, in bytes."""
        if self._load_address is None or "_text" not in self._linked or "_end" not in self._linked:
            return 0
        offset = self._occurrences.arch.image_offset(self._variable)
        return offset + self._load_address - self._linked["_text"] if offset is not None else 0

    def _variable(self, name: str) -> Any:
        return self._occurrences.variable(name, len(self._occurrences.trace))

    def __getitem__(self, name: str) -> int:
        """The address of a symbol.  Raises KeyError."""
        return self._now()[name]

    def __contains__(self, name: object) -> bool:
        """Whether the kernel has a symbol."""
        return name in self._linked

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._linked)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._linked)

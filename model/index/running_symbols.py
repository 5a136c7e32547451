"""The kernel's symbols where it runs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from ..source.facts import Facts
from .calls import CallIndex

MAPPING = "$."
"""What the names of symbols begin with that tell what code and data are, and name neither."""


class RunningSymbols(Mapping[str, int]):
    """The symbols of a kernel where it runs: as linked, until its first steps have chosen a place (KASLR),
    which one of their variables tells; absolute ones are never moved."""

    def __init__(self, facts: Facts, occurrences: CallIndex) -> None:
        self._linked = self._moved = facts.symbols
        self._load_address = facts.load_address
        self._occurrences = occurrences
        self._offset = 0
        self._sorted: tuple[int, list[int], list[str]] | None = None

    def nearest(self, address: int) -> str:
        """The symbol of the kernel's image that an address lies in or behind, such as ``memblock+16``; "" for
        an address outside the image."""
        symbols = self._now()
        if not symbols.get("_text", address + 1) <= address < symbols.get("_end", 0):
            return ""
        if self._sorted is None or self._sorted[0] != self._offset:
            named = ((value, name) for name, value in symbols.items() if name[:1] not in MAPPING)
            placed = sorted(named, key=lambda pair: pair[0])
            self._sorted = self._offset, [value for value, _ in placed], [name for _, name in placed]
        _, values, names = self._sorted
        at = bisect_left(values, values[bisect_right(values, address) - 1])
        distance = address - values[at]
        return f"{names[at]}+{distance}" if distance else names[at]

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

"""Changes that somebody wants to try of an e820 map: an entry more, or a range that is no memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ....model.base.errors import InputError
from ....model.base.units import address_range
from ....model.firmware.e820 import parse_e820
from ....model.memory.e820 import E820Entry, type_name

AN_ENTRY = "expected START-END TYPE, such as 0x40000000-0x4fffffff reserved"
A_RANGE = "expected START-END, such as 0x40000000-0x4fffffff"


class EntryChange(NamedTuple):
    """An entry that firmware puts behind its map; the kernel settles what overlaps."""

    entry: E820Entry

    @classmethod
    def parse(cls, text: str) -> EntryChange:
        """``START-END TYPE``, or ``START END TYPE`` whose end is not included.  Raises `InputError`."""
        return cls(_entry(text, f"e820 {text}", AN_ENTRY))

    def words(self) -> str:
        """The change in a few words."""
        addr, size, type = self.entry
        return f"{address_range(addr, size)} {type_name(type)}"

    def made(self, entries: Sequence[E820Entry]) -> tuple[E820Entry, ...]:
        """A map with this change."""
        return (*entries, self.entry)


class HoleChange(NamedTuple):
    """A range that is taken out of the map, whatever it was."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> HoleChange:
        """``START-END``, or ``START END`` whose end is not included.  Raises `InputError`."""
        entry = _entry(f"{text} usable", f"hole {text}", A_RANGE)
        return cls(entry.addr, entry.end)

    def words(self) -> str:
        """The change in a few words."""
        return f"no {address_range(self.start, self.end - self.start)}"

    def made(self, entries: Sequence[E820Entry]) -> tuple[E820Entry, ...]:
        """A map with this change.  Raises `InputError` if nothing of the range is in the map."""
        found = tuple(piece for entry in entries for piece in self._left_of(entry))
        if found == tuple(entries):
            where = address_range(self.start, self.end - self.start)
            raise InputError(f"hole {where}: nothing of it is in the e820 map")
        return found

    def _left_of(self, entry: E820Entry) -> Iterator[E820Entry]:
        if entry.end <= self.start or entry.addr >= self.end:
            yield entry
            return
        if entry.addr < self.start:
            yield entry._replace(size=self.start - entry.addr)
        if entry.end > self.end:
            yield entry._replace(addr=self.end, size=entry.end - self.end)


MapChange = EntryChange | HoleChange
"""What can be different in an e820 map."""


def _entry(text: str, whole: str, expected: str) -> E820Entry:
    try:
        (entry,) = parse_e820(text, whole)
    except (InputError, ValueError):
        raise InputError(f"{whole}: {expected}") from None
    if not entry.size:
        raise InputError(f"{whole}: this range is empty")
    return entry

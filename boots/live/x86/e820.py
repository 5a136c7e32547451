"""The e820 tables of a running kernel: ``e820_table``, ``e820_table_kexec``, ``e820_table_firmware``."""

from __future__ import annotations

from collections.abc import Sequence

from ....model.language.words import tr
from ....model.memory.e820 import E820Entry
from ...remote.target import Range
from ..memory import WORD, KernelMemory
from ..reading.layouts import Layouts
from ..reading.own import Lists
from ..reading.said_once import SaidOnce

TABLES = ("e820_table", "e820_table_kexec", "e820_table_firmware")
MOST_ENTRIES = 128 + 3 * (1 << 10)
"""E820_MAX_ENTRIES, of a kernel for the most nodes."""
FEW_ENTRIES = 40
"""So many are read at first: most firmware tells of fewer."""


class E820Reader:
    """Reads all three tables, each of which is behind a pointer."""

    def __init__(self, memory: KernelMemory) -> None:
        self.memory = memory
        self._said = SaidOnce()
        self._layouts = Layouts(memory)
        self._row = self._layouts.row("e820_entry", ("addr", "size", "type"))
        self._entries = self._layouts.offset("e820_table", "entries")
        self._names = tuple(name for name in TABLES if memory.address(name) is not None)
        for name in TABLES:
            if name not in self._names:
                self._said.say(tr("the kernel has no symbol {name}", name=name))
        if self._row is None or self._entries is None:
            self._said.say(tr("the kernel's types do not tell how its e820 tables are laid out"))

    @property
    def missing(self) -> list[str]:
        """What cannot be read of this kernel, in sentences."""
        return self._said.sentences

    async def read(self) -> Lists:
        """The tables as they are now, by the names that the model's state has."""
        pointers = await self.memory.many(
            [Range(self.memory.address(name) or 0, WORD) for name in self._names]
        )
        places = {
            name: int.from_bytes(pointer, "little")
            for name, pointer in zip(self._names, pointers, strict=True)
            if pointer is not None
        }
        found = await self._tables(places, dict.fromkeys(places, FEW_ENTRIES))
        longer = {name: count for name, count in found.items() if isinstance(count, int)}
        again = await self._tables({name: places[name] for name in longer}, longer)
        whole = {**found, **again}
        return {f"e820.{name}": table for name, table in whole.items() if not isinstance(table, int)}

    async def _tables(
        self, places: dict[str, int], lengths: dict[str, int]
    ) -> dict[str, tuple[E820Entry, ...] | int]:
        """The tables at these addresses; of one that has more entries than were read, how many it has."""
        row, entries = self._row, self._entries
        if row is None or entries is None:
            return {}
        ranges = [Range(place, entries + lengths[name] * row.size) for name, place in places.items()]
        found: dict[str, tuple[E820Entry, ...] | int] = {}
        read: Sequence[bytes | None] = await self.memory.many(ranges) if ranges else ()
        for name, data in zip(places, read, strict=True):
            count = self._layouts.number(data, "e820_table", "nr_entries") if data is not None else None
            if data is None or count is None or count > MOST_ENTRIES:
                continue
            if count > lengths[name]:
                found[name] = count
            else:
                rows = row.iter_unpack(data[entries : entries + count * row.size])
                found[name] = tuple(E820Entry(*each) for each in rows)
        return found

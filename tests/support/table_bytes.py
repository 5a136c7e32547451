"""A model's page tables as the bytes that they would be in physical memory."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence

from bootstep.boots.live.reading.page_tables import ReadPhysical
from bootstep.boots.remote.target import Range
from bootstep.model.memory.pagetable.tables import PageTables, TableRun

Encode = Callable[[int, int], int]
"""An entry's bits: of a physical address and its other bits."""


def plain(pa: int, attrs: int) -> int:
    """An address that stands where it is."""
    return pa | attrs


def pages_64k(pa: int, attrs: int) -> int:
    """Bits 48 to 51 of the address are bits 12 to 15."""
    return pa & (1 << 48) - 1 | pa >> 48 << 12 | attrs


def lpa2(pa: int, attrs: int) -> int:
    """Bits 50 and 51 of the address are bits 8 and 9."""
    return pa & (1 << 50) - 1 | pa >> 50 << 8 | attrs


def single(tables: Sequence[TableRun]) -> Iterator[TableRun]:
    """Each table by itself."""
    for run in tables:
        for number in range(run.count):
            va, pa = run.va_first + number * run.va_step, run.pa_first + number * run.pa_step
            yield TableRun(va, run.level, pa, 0, 1, 0, run.attrs)


class PhysicalMemory:
    """Memory in which trees lie; `asked` has what was read, a list for each time."""

    def __init__(self) -> None:
        self.tables: dict[int, bytearray] = {}
        self.asked: list[list[Range]] = []

    def put(self, tree: PageTables, encode: Encode) -> None:
        """Write a whole tree."""
        geometry = tree.geometry
        for table in single(tree.tables):
            self.tables.setdefault(table.pa_first, bytearray(geometry.entries(table.level) * 8))
            if table.level > geometry.start_level:
                self._entries(tree, table.level - 1, table.va_first, [encode(table.pa_first, table.attrs)])
        for run in tree.runs:
            reach, va = geometry.table_size(run.level), run.va_start
            while va < run.va_end:
                # Those in one table.
                stop = min((va // reach + 1) * reach, run.va_end)
                first, past = (run.pa_start + each - run.va_start for each in (va, stop))
                places = range(first, past, run.page_size)
                self._entries(tree, run.level, va, [encode(pa, run.attrs) for pa in places])
                va = stop

    def _entries(self, tree: PageTables, level: int, va: int, bits: Sequence[int]) -> None:
        """Write entries of one table, from the one for an address on."""
        table = tree.table(level, va)
        assert table is not None
        struct.pack_into(f"<{len(bits)}Q", self.tables[table], tree.geometry.offset(level, va), *bits)

    @property
    def read(self) -> ReadPhysical:
        return self._read

    async def _read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        self.asked.append(list(ranges))
        return [self._at(each) for each in ranges]

    def _at(self, each: Range) -> bytes | None:
        for base in (each.address, each.address & -0x1000, each.address & -0x10000):
            data = self.tables.get(base)
            if data is not None and each.address + each.size <= base + len(data):
                return bytes(data[each.address - base : each.address - base + each.size])
        return None

"""What memory holds, where that is known: page tables, and the kernel's structures that the state has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ...memory.pagetable.tables import ENTRY_SIZE, PAGE_LEVEL, PageTables
from ..expressions.values import MASK, Pointer, Structure

if TYPE_CHECKING:
    from ..debugger import Debugger

MOST_ITEMS = 4096
"""Elements of an array whose bytes are looked at."""
SMALLEST_PAGE = 12
"""Bits of the smallest page."""


class TablePage(NamedTuple):
    """A page of a tree of page tables: where it begins, its level, the first address it translates."""

    tree: PageTables
    start: int
    level: int
    first: int


class KnownMemory:
    """The bytes that are known at a position."""

    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        self._pages: dict[int, TablePage | None] = {}
        self._structures: dict[int, int] | None = None

    def number(self, virtual: int | None, physical: int, size: int) -> int | None:
        """The number of `size` bytes that begins at an address; None if any of them is not known."""
        value = at = 0
        while at < size:
            entry = self._entry(physical + at)
            if entry is not None:
                within = (physical + at) % ENTRY_SIZE
                value |= entry >> 8 * within << 8 * at
                at += ENTRY_SIZE - within
                continue
            byte = None if virtual is None else self._byte(virtual + at)
            if byte is None:
                return None
            value |= byte << 8 * at
            at += 1
        return value & (1 << 8 * size) - 1

    def _entry(self, physical: int) -> int | None:
        """The page-table entry that an address is in."""
        number = physical >> SMALLEST_PAGE
        if number not in self._pages:
            trees = (tree for _, tree in self._debugger.trees())
            self._pages[number] = next(filter(None, (table_page(tree, physical) for tree in trees)), None)
        page = self._pages[number]
        if page is None:
            return None
        index = (physical - page.start) // ENTRY_SIZE
        if not 0 <= index < page.tree.geometry.entries(page.level):
            return None
        return _descriptor(page.tree, page.level, _translated(page, index))

    def _byte(self, virtual: int) -> int | None:
        if self._structures is None:
            self._structures = {}
            self._read_memblock(self._structures)
        return self._structures.get(virtual)

    def _read_memblock(self, found: dict[int, int]) -> None:
        """The bytes of memblock and its arrays, by virtual address."""
        memblock = self._debugger.kernel_state(self._debugger.state).value("memblock")
        self._read(memblock, memblock.at, found)
        for name in ("memory", "reserved"):
            for region in list(memblock[name]["regions"].pointed)[:MOST_ITEMS]:
                self._read(region, region.at, found)

    def _read(self, value: Structure, at: int | None, found: dict[int, int]) -> None:
        """The bytes of a structure: what lies between its members is 0, as it is in the kernel's data."""
        structure = self._debugger.types.structure(value.kind.removeprefix("struct "))
        if structure is None or at is None:
            return
        found.update(dict.fromkeys(range(at, at + structure.size), 0))
        for member in structure.members:
            each: Any = value.members.get(member.name)
            place = range(at + member.offset, at + member.offset + member.size)
            if isinstance(each, Structure):
                self._read(each, place.start, found)
            elif (number := _number(each)) is not None:
                found.update(zip(place, (number & MASK).to_bytes(8, "little"), strict=False))
            else:
                for unknown in place:
                    found.pop(unknown, None)


def _number(value: Any) -> int | None:
    if isinstance(value, Pointer):
        return value.address
    return int(value) if isinstance(value, int) else None


def table_page(tree: PageTables, physical: int) -> TablePage | None:
    """The page of a tree that an address lies in; None if it lies in none."""
    geometry = tree.geometry
    for run in tree.tables:
        size = geometry.entries(run.level) * ENTRY_SIZE
        number = (physical - run.pa_first) // run.pa_step if run.count > 1 and run.pa_step > 0 else 0
        if run.count > 1 and run.pa_step < 0:
            number = -((physical - run.pa_first) // -run.pa_step)
        start = run.pa_first + number * run.pa_step
        if 0 <= number < run.count and start <= physical < start + size:
            return TablePage(tree, start, run.level, run.va_first + number * run.va_step)
    return None


def _translated(page: TablePage, index: int) -> int:
    """The first address that an entry translates."""
    geometry = page.tree.geometry
    address = page.first + index * geometry.size(page.level)
    is_root = page.level == geometry.start_level
    if is_root and geometry.both_halves and index >= geometry.entries(page.level) // 2:
        address |= -(1 << geometry.va_bits)
    return address & MASK


def _descriptor(tree: PageTables, level: int, address: int) -> int:
    """What the entry at a level holds that translates an address: 0 where nothing is mapped."""
    leaf = tree.leaf(address)
    if leaf is not None and leaf.level == level:
        return leaf.pa_start + address - leaf.va_start | leaf.attrs
    if level >= PAGE_LEVEL:
        return 0
    below = tree.table(level + 1, address)
    if below is None:
        return 0
    attrs = next(
        run.attrs
        for run in tree.tables
        if run.level == level + 1
        and run.va_first <= address
        and (address - run.va_first) // (run.va_step or 1 << 64) < run.count
        and (address - run.va_first) % (run.va_step or 1 << 64) == 0
    )
    return below | attrs

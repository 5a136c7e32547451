"""``struct memblock`` of a running kernel: both arrays and the variables beside them, cheap enough to be read
at every stop.

The arrays are where and as long as they were at the stop before, most of the time.  So everything is read at
once, as guessed; only if an array has moved or has outgrown the guess is it asked for again.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ....model.build.release import Release
from ....model.language.words import tr
from ....model.memory.memblock.regions import Region, TypeName
from ....model.memory.memblock.structure import MemblockConfig, ReservedMem
from ...remote.target import Range
from ..memory import WORD, KernelMemory
from .batches import Batch
from .layouts import Layouts
from .said_once import SaidOnce

ARRAYS: tuple[TypeName, ...] = ("memory", "reserved")
STATIC: Mapping[TypeName, str] = {
    "memory": "memblock_memory_init_regions",
    "reserved": "memblock_reserved_init_regions",
}
"""The arrays that are linked into the kernel."""
BESIDE: Mapping[str, str] = {
    "can_resize": "memblock_can_resize",
    "debug": "memblock_debug",
    "movable_node": "movable_node_enabled",
    "mirrored_kernelcore": "mirrored_kernelcore",
    "system_has_some_mirror": "system_has_some_mirror",
}
"""The variables beside the structure that are true or false, by the names that the model's memblock has."""
RESERVE_MEM = struct.Struct("<16sQQ")
"""``struct reserve_mem_table``: name, start and size; since 6.12."""
RESERVE_MEM_MAX_ENTRIES = 8
MOST_REGIONS = 1 << 17
"""More than any machine has; 3 MiB."""
MORE = 4
"""Regions that are read beyond the last count: they become more as the boot goes on."""
FIRST_GUESS = 8
"""Regions that are read at least: an answer takes time for each."""
ROUNDS = 4
"""So often is asked at one stop: nothing moves while the kernel stands still, so two are enough."""


class ArrayValues(NamedTuple):
    """A ``struct memblock_type``, as `RegionArray` of the model has it.  `regions_pa` is None for a doubled
    array whose physical address cannot be told yet."""

    regions: tuple[Region, ...]
    max: int
    total_size: int
    regions_pa: int | None
    ordered: bool
    merged: bool


class MemblockValues(NamedTuple):
    """What was read: both arrays (None: the kernel has not got so far, or what it says cannot be), and the
    other fields of the model's memblock that could be read, by name."""

    memory: ArrayValues | None
    reserved: ArrayValues | None
    fields: Mapping[str, Any]

    def array(self, name: TypeName) -> ArrayValues | None:
        """The array of that name."""
        return self.memory if name == "memory" else self.reserved


class _Guess(NamedTuple):
    """Where an array is, and how many of its regions are read; an address of 0: not known yet."""

    address: int
    regions: int


class _Header(NamedTuple):
    """The numbers of a ``struct memblock_type``, and the address of its regions."""

    cnt: int
    max: int
    total_size: int
    address: int


class MemblockReader:
    """Reads memblock at each stop: `ranges` is what to read, `update` takes what came of it.

    `physical` tells the physical address of a virtual one, None while it cannot.  `missing` has a sentence
    for each thing that can never be read of this kernel.
    """

    def __init__(self, memory: KernelMemory, physical: Callable[[int], int | None]) -> None:
        self.memory = memory
        self.values: MemblockValues | None = None
        self._said = SaidOnce()
        self._physical = physical
        self._layouts = layouts = Layouts(memory)
        self._row = layouts.row("memblock_region", ("base", "size", "flags", "nid"), signed=("nid",))
        self.numa = self._row is not None
        if self._row is None:
            self._row = layouts.row("memblock_region", ("base", "size", "flags"))
        self._places = self._found_places()
        self._batch = Batch(self._places)
        self._guesses = {name: _Guess(memory.address(STATIC[name]) or 0, FIRST_GUESS) for name in ARRAYS}
        self._parsed: dict[TypeName, tuple[bytes, tuple[Region, ...], bool, bool]] = {}
        self._static_max: dict[TypeName, int] = {}

    def _found_places(self) -> dict[str, Range]:
        size, address = self._layouts.size("memblock"), self.memory.address("memblock")
        places: dict[str, Range] = {}
        if address is None:
            self._said.say(tr("the kernel's symbols do not tell where memblock is"))
        elif size is None or self._row is None or self._layouts.offset("memblock_type", "regions") is None:
            self._said.say(tr("the kernel's types do not tell how struct memblock is laid out"))
        else:
            places["memblock"] = Range(address, size)
        for name, symbol in BESIDE.items():
            at = self.memory.address(symbol)
            if at is not None and places:
                places[name] = Range(at, 1)
        table = self.memory.address("reserved_mem_table")
        if table is not None and places:
            places["reserved_mem_table"] = Range(table, RESERVE_MEM.size * RESERVE_MEM_MAX_ENTRIES)
        return places

    @property
    def missing(self) -> list[str]:
        """What cannot be read of this kernel, in sentences."""
        return self._said.sentences

    # ---- at each stop ----

    def ranges(self) -> list[Range]:
        """What to read at this stop, at virtual addresses; nothing for a kernel whose memblock cannot be
        found."""
        return [*self._batch.ranges, *(self._range(name) for name in ARRAYS if self._is_asked(name))]

    def _is_asked(self, name: TypeName) -> bool:
        return bool(self._places and self._guesses[name].address)

    def _range(self, name: TypeName) -> Range:
        guess, row = self._guesses[name], self._row
        return Range(guess.address, guess.regions * row.size if row is not None else 0)

    def update(self, data: Sequence[bytes | None]) -> bool:
        """Take what was read for `ranges`; False if they have to be asked for and read once more at this
        stop, which they never have to be twice while the kernel stands still.  `values` are then those of
        this stop, None if memblock could not be read."""
        parts = self._batch.cut(data[: len(self._batch.ranges)])
        rest = iter(data[len(self._batch.ranges) :])
        read = {name: next(rest, None) for name in ARRAYS if self._is_asked(name)}
        whole = parts.get("memblock")
        if whole is None:
            self.values = None
            return True
        headers: dict[TypeName, _Header | None] = {name: self._header(whole, name) for name in ARRAYS}
        again = False
        for name, header in headers.items():
            if header is not None and not self._covers(name, header):
                self._guesses[name] = _Guess(header.address, _with_more(header))
                again = again or header.cnt > 0
        if again:
            return False
        arrays = [self._array(name, headers[name], read.get(name)) for name in ARRAYS]
        self.values = MemblockValues(arrays[0], arrays[1], self._fields(whole, parts))
        return True

    async def read(self) -> MemblockValues | None:
        """Ask for it now, by itself."""
        for _ in range(ROUNDS):
            if self.update(await self.memory.many(self.ranges())):
                return self.values
        return None

    def _covers(self, name: TypeName, header: _Header) -> bool:
        """Whether what was asked for has all of an array.  Guesses grow in steps, so that few are wrong."""
        guess = self._guesses[name]
        return guess.address == header.address and guess.regions >= header.cnt

    # ---- what the bytes say ----

    def _header(self, whole: bytes, name: TypeName) -> _Header | None:
        at = self._layouts.offset("memblock", name)
        if at is None:
            return None
        members = ("cnt", "max", "total_size", "regions")
        count, most, total, address = (
            self._layouts.number(whole, "memblock_type", member, at) for member in members
        )
        if count is None or most is None or total is None or not address:
            return None
        if count > most or most > MOST_REGIONS or address >= (1 << 8 * WORD) - most * 64:
            return None
        return _Header(count, most, total, address)

    def _array(self, name: TypeName, header: _Header | None, data: bytes | None) -> ArrayValues | None:
        row = self._row
        if header is None or row is None:
            return None
        length = header.cnt * row.size
        if length and (data is None or len(data) < length):
            return None
        regions, ordered, merged = self._regions(name, (data or b"")[:length])
        regions_pa = self._regions_pa(name, header)
        if regions_pa == 0:
            self._static_max[name] = header.max
        return ArrayValues(regions, header.max, header.total_size, regions_pa, ordered, merged)

    def _regions(self, name: TypeName, data: bytes) -> tuple[tuple[Region, ...], bool, bool]:
        """The regions in these bytes, and whether they are `ordered` and `merged`."""
        kept = self._parsed.get(name)
        if kept is not None and kept[0] == data:
            return kept[1:]
        assert self._row is not None
        if self.numa:
            regions = tuple(Region(*row) for row in self._row.iter_unpack(data))
        else:
            regions = tuple(Region(base, size, flags, 0) for base, size, flags in self._row.iter_unpack(data))
        ordered = merged = True
        for this, following in pairwise(regions):
            end = this.base + this.size
            if end >= following.base:
                ordered = ordered and end == following.base
                merged = merged and not (end == following.base and this[2:] == following[2:])
        self._parsed[name] = data, regions, ordered, merged
        return regions, ordered, merged

    def _regions_pa(self, name: TypeName, header: _Header) -> int | None:
        """0 for the array that is linked into the kernel."""
        if self._is_linked(STATIC[name], header.address):
            return 0
        return self._physical(header.address)

    def _is_linked(self, symbol: str, address: int) -> bool:
        static = self.memory.address(symbol)
        if static is not None:
            return address == static
        start, end = self.memory.address("_text"), self.memory.address("_end")
        return start is not None and end is not None and start <= address < end

    def _fields(self, whole: bytes, parts: Mapping[str, bytes]) -> dict[str, Any]:
        fields: dict[str, Any] = {name: bool(parts[name][0]) for name in BESIDE if name in parts}
        if "reserved_mem_table" in parts:
            fields["reserved_mem_table"] = _reserved_mem(parts["reserved_mem_table"])
        upwards = self._layouts.number(whole, "memblock", "bottom_up")
        limit = self._layouts.number(whole, "memblock", "current_limit")
        if upwards is not None:
            fields["bottom_up"] = bool(upwards & 1)
        if limit is not None:
            fields["current_limit"] = limit
        return fields

    # ---- what the model calls its configuration ----

    def config(self, release: Release, page_shift: int, max_numnodes: int) -> MemblockConfig:
        """How memblock of this kernel is made, as far as it has been read; the rest as most kernels are."""
        usual = MemblockConfig(release, numa=self.numa, page_shift=page_shift)
        return MemblockConfig(
            release,
            numa=self.numa,
            max_numnodes=max_numnodes if self.numa else 1,
            page_shift=page_shift,
            init_memory_regions=self._static_max.get("memory", usual.init_memory_regions),
            init_reserved_regions=self._static_max.get("reserved", usual.init_reserved_regions),
            region_struct_size=self._row.size if self._row is not None else usual.region_struct_size,
        )


def _with_more(header: _Header) -> int:
    """How many regions to read of an array from now on."""
    return min(max(header.cnt + MORE + header.cnt // 8, FIRST_GUESS), header.max)


def _reserved_mem(data: bytes) -> tuple[ReservedMem, ...]:
    """What ``reserve_mem=`` has reserved, by name."""
    rows = RESERVE_MEM.iter_unpack(data)
    return tuple(
        ReservedMem(name.partition(b"\0")[0].decode("ascii", "replace"), start, size)
        for name, start, size in rows
        if size
    )

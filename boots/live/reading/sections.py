"""Sections of a running kernel: ``mem_section``, its roots, the sections that are present and their usage
maps; or the one ``mem_map`` of flat memory."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ....model.language.words import tr
from ....model.memory.memory_model import SPARSEMEM_STATIC, VMEMMAP, MemoryModel, bitmap_bytes
from ....model.memory.sparsemem import FIELDS, SECTION_MARKED_PRESENT, SUBSECTION_SHIFT, MemSection
from ...remote.target import Range
from ..memory import WORD, KernelMemory
from .batches import Batch
from .layouts import Layouts
from .said_once import SaidOnce

MOST_SECTIONS = 1 << 20
"""So many are believed: 128 TiB of sections of 128 MiB."""
BUFFER = ("sparsemap_buf", "sparsemap_buf_end")
CHUNK = 1 << 16
"""Bytes of an array that are asked for at a time."""


class SectionsValues(NamedTuple):
    """The `fields`, `roots` and `sections` of the model's `Sections`."""

    fields: Mapping[str, int]
    roots: Mapping[int, int]
    sections: Mapping[int, MemSection]


class SectionsReader:
    """Reads the sections of a kernel whose memory model is `shape`.  `physical` tells the physical address of
    a virtual one, None if it cannot; `missing` has a sentence for each thing that can never be read."""

    def __init__(
        self, memory: KernelMemory, physical: Callable[[int], int | None], shape: MemoryModel
    ) -> None:
        self.memory = memory
        self.shape = shape
        self._physical = physical
        self._layouts = Layouts(memory)
        self._said = SaidOnce()
        self._size = self._layouts.size("mem_section") or shape.sizeof_mem_section
        for name in ("mem_section",) if shape.is_sparse else ("mem_map", "contig_page_data"):
            if memory.address(name) is None:
                self._said.say(tr("the kernel has no symbol {name}", name=name))

    @property
    def missing(self) -> list[str]:
        """What cannot be read of this kernel, in sentences."""
        return self._said.sentences

    async def read(self, end: int) -> SectionsValues | None:
        """Ask for it now: for the sections of memory below the physical address `end`.  None if nothing can
        be read."""
        if self.missing:
            return None
        if not self.shape.is_sparse:
            return await self._flat()
        wanted = min(-(-end >> self.shape.section_size_bits), self.shape.nr_mem_sections, MOST_SECTIONS)
        fields: dict[str, int] = dict.fromkeys(FIELDS, 0)
        *buffer, array = await self.memory.variables(dict.fromkeys((*BUFFER, "mem_section"), WORD))
        for name, pointer in zip(BUFFER, buffer, strict=True):
            fields[name] = self._pa(pointer)
        roots: dict[int, int]
        if self.shape.model == SPARSEMEM_STATIC:
            roots = {}
            arrays = {0: (self.memory.address("mem_section") or 0, wanted)}
        else:
            if array is None:
                return None
            fields["mem_section_pa"] = self._pa(array)
            pointers = await self._pointers(array, wanted)
            roots = {index: self._pa(pointer) for index, pointer in pointers.items()}
            each = self.shape.sections_per_root
            arrays = {index * each: (pointer, each) for index, pointer in pointers.items()}
        return SectionsValues(fields, roots, await self._sections(arrays))

    def _pa(self, va: int | None) -> int:
        return (self._physical(va) or 0) if va else 0

    async def _pointers(self, array: int, sections: int) -> dict[int, int]:
        """The virtual addresses of the roots that there are, by index."""
        count = -(-sections // self.shape.sections_per_root)
        data = await self._array(array, count * WORD) if array else b""
        found = struct.unpack(f"<{len(data) // WORD}Q", data[: len(data) // WORD * WORD])
        return {index: pointer for index, pointer in enumerate(found) if pointer}

    async def _array(self, address: int, size: int) -> bytes:
        """An array in chunks, up to the first that cannot be read."""
        ranges = [Range(address + at, min(CHUNK, size - at)) for at in range(0, size, CHUNK)]
        found: list[bytes] = []
        for data in await self.memory.many(ranges):
            if data is None:
                break
            found.append(data)
        return b"".join(found)

    async def _sections(self, arrays: Mapping[int, tuple[int, int]]) -> dict[int, MemSection]:
        """The sections that are present, in arrays (by their first number) of so many."""
        ranges: list[tuple[int, Range]] = []
        step = max(CHUNK // self._size, 1)
        for first, (address, count) in arrays.items():
            for at in range(0, count, step):
                size = min(step, count - at) * self._size
                ranges.append((first + at, Range(address + at * self._size, size)))
        maps: dict[int, int] = {}
        usages: dict[int, int] = {}
        read = await self.memory.many([each for _, each in ranges])
        for (first, _), data in zip(ranges, read, strict=True):
            self._present(first, data or b"", maps, usages)
        words = await self._subsection_maps(usages)
        return {
            number: MemSection(coded, self._pa(usages.get(number)), words.get(number, ()))
            for number, coded in sorted(maps.items())
        }

    def _present(self, first: int, data: bytes, maps: dict[int, int], usages: dict[int, int]) -> None:
        coded_at = self._layouts.offset("mem_section", "section_mem_map") or 0
        usage_at = self._layouts.offset("mem_section", "usage") or WORD
        for index in range(len(data) // self._size):
            at = index * self._size
            coded = int.from_bytes(data[at + coded_at : at + coded_at + WORD], "little")
            usage = int.from_bytes(data[at + usage_at : at + usage_at + WORD], "little")
            if coded & SECTION_MARKED_PRESENT and len(maps) < MOST_SECTIONS:
                maps[first + index] = coded
                if usage:
                    usages[first + index] = usage

    async def _subsection_maps(self, usages: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
        """Which subsections there are, of each section that has a usage map; only vmemmap has such bits."""
        if self.shape.model != VMEMMAP:
            return {}
        size = bitmap_bytes(1 << (self.shape.section_size_bits - SUBSECTION_SHIFT))
        at = self._layouts.offset("mem_section_usage", "subsection_map")
        head = self.shape.usage_head if at is None else at
        batch = Batch({number: Range(usage + head, size) for number, usage in usages.items()})
        found = batch.cut(await self.memory.many(batch.ranges))
        return {number: struct.unpack(f"<{size // WORD}Q", data) for number, data in found.items()}

    async def _flat(self) -> SectionsValues | None:
        """The one array of page structs: from a largest block's boundary to another, where the kernel notes
        where the first page's is."""
        mem_map = await self.memory.variable("mem_map")
        node = self.memory.address("contig_page_data")
        size = self._layouts.size("pglist_data")
        data = await self.memory.bytes_at(node, size) if node is not None and size else None
        if mem_map is None or data is None:
            return None
        names = ("node_mem_map", "node_start_pfn", "node_spanned_pages")
        node_mem_map, start, spanned = (
            self._layouts.number(data, "pglist_data", member) or 0 for member in names
        )
        fields: dict[str, int] = dict.fromkeys(FIELDS, 0)
        if mem_map and node_mem_map:
            block = self.shape.max_order_pages
            pages = -(-(start + spanned) // block) * block - start // block * block
            first = node_mem_map - start % block * self.shape.sizeof_page
            fields.update(node_mem_map=first, mem_map_pages=pages, mem_map=mem_map)
        return SectionsValues(fields, {}, {})

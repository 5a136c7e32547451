"""What each memory model costs a machine: the memory that goes into page structs and into finding them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from ..base.units import readable_size
from .memory_model import FLATMEM, MODELS, SPARSEMEM, VMEMMAP, MemoryModel

POINTER = 8


class Cost(NamedTuple):
    """The price of one model, in bytes: the arrays of page structs; ``mem_section`` and its roots; the usage
    maps of sections, or the flags of page blocks; the page tables that map the arrays.  `spare` is the part
    of `memmap` that describes no memory."""

    model: str
    memmap: int
    roots: int
    usage: int
    tables: int
    spare: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.memmap + self.roots + self.usage + self.tables


def costs(shape: MemoryModel, memory: Iterable[tuple[int, int]]) -> tuple[Cost, ...]:
    """What the four models cost for the same memory, ranges from a base up to an end in bytes (empty ones do
    not count); by the other facts of `shape`.  In the order of `MODELS`; nothing if there is no memory."""
    shift = shape.page_shift
    ranges = sorted((base >> shift, -(-end >> shift)) for base, end in memory if base < end)
    if not ranges:
        return ()
    return tuple(_cost(replace(shape, model=model), ranges) for model in MODELS)


def _cost(shape: MemoryModel, ranges: list[tuple[int, int]]) -> Cost:
    used = sum(end - start for start, end in ranges) * shape.sizeof_page
    if shape.model == FLATMEM:
        start = ranges[0][0] // shape.max_order_pages * shape.max_order_pages
        pages = -(-max(end for _, end in ranges) // shape.max_order_pages) * shape.max_order_pages - start
        memmap = pages * shape.sizeof_page
        return Cost(FLATMEM, memmap, 0, shape.pageblock_flags(pages), 0, memmap - used)
    sections = present_sections(shape, ranges)
    usage = len(sections) * shape.usage_size
    if shape.model == VMEMMAP:
        memmap, tables = vmemmap_pages(shape, sections), vmemmap_tables(shape, sections)
    else:
        memmap, tables = len(sections) * shape.section_map_size, 0
    return Cost(shape.model, memmap, _roots(shape, sections), usage, tables, memmap - used)


def present_sections(shape: MemoryModel, ranges: Iterable[tuple[int, int]]) -> list[int]:
    """The numbers of the sections that hold memory, which is given as ranges of pfns."""
    size = shape.pages_per_section
    return sorted({nr for start, end in ranges for nr in range(start // size, -(-end // size))})


def _roots(shape: MemoryModel, sections: list[int]) -> int:
    """``mem_section``: all in the image, or pointers to roots, and the roots that are needed."""
    if shape.model not in (SPARSEMEM, VMEMMAP):
        return shape.nr_mem_sections * shape.sizeof_mem_section
    needed = {number // shape.sections_per_root for number in sections}
    root = shape.sections_per_root * shape.sizeof_mem_section
    return shape.nr_section_roots * POINTER + len(needed) * root


def vmemmap_pages(shape: MemoryModel, sections: list[int]) -> int:
    """The bytes of memory behind the sections' part of the vmemmap: whole blocks if pages are 4K, else whole
    pages."""
    shift = shape.pmd_shift if shape.page_shift == 12 else shape.page_shift
    return len(_touched(shape, sections, shift)) << shift


def vmemmap_tables(shape: MemoryModel, sections: list[int]) -> int:
    """The bytes of page tables below the root table that map the sections' part of the vmemmap and nothing
    else yet."""
    stride = shape.page_shift - 3
    lowest = shape.pmd_shift + (stride if shape.page_shift == 12 else 0)
    levels = range(lowest, shape.pgdir_shift + 1, stride)
    tables = sum(len(_touched(shape, sections, s) - {at >> s for at in shape.mapped}) for s in levels)
    return tables << shape.page_shift


def _touched(shape: MemoryModel, sections: list[int], shift: int) -> set[int]:
    """The pieces of 2**shift bytes that the sections' part of the vmemmap touches; numbers of sections in
    ascending order."""
    size = shape.pages_per_section * shape.sizeof_page
    base = sections[0] << shape.section_size_bits
    base = base // shape.vmemmap_align * shape.vmemmap_align if shape.vmemmap_align else 0
    first = shape.vmemmap_start - (base >> shape.section_size_bits) * size
    touched: set[int] = set()
    for number in sections:
        start = first + number * size
        touched.update(range(start >> shift, (start + size - 1 >> shift) + 1))
    return touched


def cost_lines(found: tuple[Cost, ...], current: str) -> list[str]:
    """A table of costs as text; the model that the kernel has is marked."""
    columns = ("memmap", "roots", "usage", "tables", "total", "spare")
    lines = [" " * 18 + "".join(f"{column:>12}" for column in columns)]
    for cost in found:
        mark = "> " if cost.model == current else "  "
        sizes = (cost.memmap, cost.roots, cost.usage, cost.tables, cost.total, cost.spare)
        shown = (readable_size(size) if size else "-" for size in sizes)
        lines.append(f"{mark}{cost.model:16}" + "".join(f"{size:>12}" for size in shown))
    return lines

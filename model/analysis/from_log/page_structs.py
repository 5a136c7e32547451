"""What the page structs of all memory take, told or computed.

``free_area_init_core()`` says how many pages of a zone are "used for memmap" (a debug message since 5.13);
with sparse memory a map is made for whole sections, mm/sparse.c.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...language.words import tr, translatable
from ...logs.records.record import Record
from ...logs.records.zones import NodeRange, ZonePages
from .kernel import LoggedKernel
from .rows import Known, Row
from .told_areas import memory_ranges, total, united

NAME = translatable("page structs")
STRUCT_PAGE = {True: 64, False: 32}
"""``sizeof(struct page)`` of kernels with 64 bits and with 32, as most are built."""


def page_struct_rows(records: Sequence[Record], kernel: LoggedKernel) -> Iterator[Row]:
    """The page structs, and those of holes in sections."""
    told = [record for record in records if isinstance(record, ZonePages) and record.memmap]
    size = sum(record.memmap or 0 for record in told) * kernel.page_size
    whole = _sections(records, kernel)
    if told:
        words = tr("as the kernel reckons (pages used for memmap)")
        yield Row(NAME, size, Known.TOLD, told[0].line, words)
        if whole > size:
            words = tr(
                "maps are made for whole sections of {section_size} MiB",
                section_size=(kernel.section_size or 0) >> 20,
            )
            yield Row(f"{NAME} of holes in sections", whole - size, Known.COMPUTED, None, words)
        return
    pages = total(memory_ranges(records)) // kernel.page_size
    each = sizeof_page(kernel)
    computed = whole or pages * each
    if computed:
        words = tr(
            "{each} bytes (assumed) for each page of {page_size} bytes", each=each, page_size=kernel.page_size
        )
        words += (
            tr(" of whole sections of {section_size} MiB", section_size=(kernel.section_size or 0) >> 20)
            if whole
            else ""
        )
        line = next((record.line for record in records if isinstance(record, NodeRange)), None)
        yield Row(NAME, computed, Known.COMPUTED, line, words)


def sizeof_page(kernel: LoggedKernel) -> int:
    """The bytes of a ``struct page``."""
    return kernel.sizeof_page or STRUCT_PAGE[kernel.is_64bit]


def _sections(records: Sequence[Record], kernel: LoggedKernel) -> int:
    """The bytes of maps of all sections with memory, 0 if the kernel has none."""
    size = kernel.section_size
    if not size:
        return 0
    present = united((start // size, -(-end // size)) for start, end in memory_ranges(records))
    return total(present) * (size // kernel.page_size) * sizeof_page(kernel)

"""How a kernel keeps its page structs, for tests that need one that does."""

from __future__ import annotations

from bootstep.model.memory.memory_model import VMEMMAP, MemoryModel

SHAPE = MemoryModel(
    model=VMEMMAP,
    page_shift=12,
    section_size_bits=27,
    max_physmem_bits=52,
    pmd_shift=21,
    pgdir_shift=39,
    page_offset=0,
    vmemmap_start=0,
    pageblock_order=9,
    max_order_pages=1024,
    vmemmap_align=0,
    sizeof_page=64,
    sizeof_mem_section=16,
    map_last_bit=4,
)
"""4K pages, sections of 128 MiB."""

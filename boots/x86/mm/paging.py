"""Sections and zones.  Mirrors arch/x86/mm/init_64.c (``paging_init``) and init.c (``zone_sizes_init``,
``memblock_find_dma_reserve``)."""

from __future__ import annotations

from ....model.base.pfn import PFN_DOWN, PFN_UP
from ....model.memory.memblock import (
    MEMBLOCK_NONE,
    NUMA_NO_NODE,
    for_each_free_mem_range,
    for_each_mem_pfn_range,
)
from ....model.trace.recorder import traced
from ...mm.mm_init import free_area_init
from ...mm.mmzone import MAX_NUMNODES, zone_names
from ...mm.sparse.sparse import sparse_init
from ...mm.zones.sizes import set_dma_reserve
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/init_64.c"

MAX_DMA_PFN = (16 << 20) >> 12
"""Devices on the ISA bus reach 16 MiB."""
MAX_DMA32_PFN = (4 << 30) >> 12


@traced
def memblock_find_dma_reserve(k: Kernel) -> None:
    """Count the pages that are reserved below 16 MiB (until 6.9)."""
    shift = k.layout.page_shift
    memory = for_each_mem_pfn_range(k.memblock, MAX_NUMNODES(k))
    nr_pages = sum(min(end, MAX_DMA_PFN) - min(start, MAX_DMA_PFN) for start, end, _ in memory)
    nr_free_pages = 0
    for start, end, _ in for_each_free_mem_range(k.memblock, NUMA_NO_NODE, MEMBLOCK_NONE):
        start_pfn = min(PFN_UP(start, shift), MAX_DMA_PFN)
        end_pfn = min(PFN_DOWN(end, shift), MAX_DMA_PFN)
        nr_free_pages += max(0, end_pfn - start_pfn)
    set_dma_reserve(k, nr_pages - nr_free_pages)


@traced
def zone_sizes_init(k: Kernel) -> None:
    """Say where zones end: what ISA devices reach, what devices with 32 address bits reach, all."""
    ends = {"DMA": min(MAX_DMA_PFN, k.max_low_pfn), "DMA32": min(MAX_DMA32_PFN, k.max_low_pfn)}
    ends["Normal"] = k.max_low_pfn
    free_area_init(k, tuple(ends.get(name, 0) for name in zone_names(k)))


@traced
def paging_init(k: Kernel) -> None:
    """Make sections and zones."""
    sparse_init(k)
    zone_sizes_init(k)

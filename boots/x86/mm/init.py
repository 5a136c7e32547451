"""The direct map of all memory.  Mirrors arch/x86/mm/init.c."""

from __future__ import annotations

from ....model.arch.x86.entry_format import GLOBAL, PAGE_KERNEL, PAGE_TABLE
from ....model.base.pfn import ALIGN, ALIGN_DOWN
from ....model.memory.memblock import (
    for_each_mem_pfn_range,
    memblock_phys_alloc_range,
    memblock_phys_free,
)
from ....model.trace.recorder import traced
from ...core.event_limit import memory_below
from ...core.params import early_param
from ...mm.memtest import early_memtest
from ..variables import Kernel
from .cpu_features import boot_cpu_has, has_gbpages
from .kaslr import init_trampoline_kaslr, kaslr_memory_enabled
from .kernel_physical_mapping import kernel_physical_mapping_init
from .levels import INIT_TOP_PGT, PG_LEVEL_1G, PG_LEVEL_2M, kernel_prot
from .map_ranges import split_mem_range
from .pti import pti_check_boottime_disable

KERNEL_FILE = "arch/x86/mm/init.c"

ISA_END_ADDRESS = 0x100000
LOW_PFNS = 1 << 20
"""Pages below 4 GiB."""


@early_param("gbpages")
@traced
def parse_direct_gbpages_on(k: Kernel, arg: str | None) -> int:
    """``gbpages``: map memory by 1 GiB where the CPU can."""
    k.direct_gbpages = 1
    return 0


@early_param("nogbpages")
@traced
def parse_direct_gbpages_off(k: Kernel, arg: str | None) -> int:
    """``nogbpages``: do not."""
    k.direct_gbpages = 0
    return 0


def has_to_map_by_pages(k: Kernel) -> bool:
    """Whether the direct map may have the smallest pages alone: debug_pagealloc unmaps them one by one."""
    return k.debug_pagealloc_enabled or not boot_cpu_has(k, "pse")


def tables_of_direct_map(k: Kernel) -> int:
    """How many tables of pages the direct map of all memory takes, at the least."""
    end = k.max_pfn << k.layout.page_shift
    return memory_below(k.memblock, end) // k.layout.pmd_size if has_to_map_by_pages(k) else 0


@traced
def probe_page_size_mask(k: Kernel) -> None:
    """Which page sizes the direct map may use, and which bits entries may have."""
    if not has_to_map_by_pages(k):
        k.page_size_mask |= 1 << PG_LEVEL_2M
    else:
        k.direct_gbpages = 0
    k.supported_pte_mask &= ~GLOBAL
    if boot_cpu_has(k, "pge"):
        k.supported_pte_mask |= GLOBAL
    k.default_kernel_pte_mask = k.supported_pte_mask
    if k.has_pti:
        k.default_kernel_pte_mask &= ~GLOBAL
    if k.direct_gbpages and has_gbpages(k):
        k.pr_info("Using GB pages for direct mapping")
        k.page_size_mask |= 1 << PG_LEVEL_1G
    else:
        k.direct_gbpages = 0


@traced
def add_pfn_range_mapped(k: Kernel, start_pfn: int, end_pfn: int) -> None:
    """Note that [start_pfn, end_pfn) is mapped: `pfn_mapped` is a list of starts and ends, in order, none of
    which touch each other."""
    old = zip(k.pfn_mapped[::2], k.pfn_mapped[1::2], strict=True)
    merged: list[tuple[int, int]] = []
    for start, end in sorted((*old, (start_pfn, end_pfn))):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        elif start < end:
            merged.append((start, end))
    k.pfn_mapped = tuple(pfn for item in merged for pfn in item)
    k.max_pfn_mapped = max(k.max_pfn_mapped, end_pfn)
    if start_pfn < LOW_PFNS:
        k.max_low_pfn_mapped = max(k.max_low_pfn_mapped, min(end_pfn, LOW_PFNS))


@traced
def init_memory_mapping(k: Kernel, start: int, end: int) -> None:
    """Map the physical addresses [start, end) in the direct map."""
    last = end
    for item in split_mem_range(k, start, end):
        last = kernel_physical_mapping_init(k, *item, kernel_prot(k, PAGE_KERNEL))
    add_pfn_range_mapped(k, start >> k.layout.page_shift, last >> k.layout.page_shift)


@traced
def init_range_memory_mapping(k: Kernel, r_start: int, r_end: int) -> int:
    """Map what is RAM of the physical addresses [r_start, r_end).  Returns how many bytes that are."""
    shift, mapped = k.layout.page_shift, 0
    for start_pfn, end_pfn, _ in for_each_mem_pfn_range(k.memblock, k.layout.max_numnodes):
        start = min(max(start_pfn << shift, r_start), r_end)
        end = min(max(end_pfn << shift, r_start), r_end)
        if start >= end:
            continue
        # A range that holds what is left of the buffer in brk cannot be mapped with pages from there.
        k.can_use_brk_pgt = max(start, k.pgt_buf_end << shift) >= min(end, k.pgt_buf_top << shift)
        init_memory_mapping(k, start, end)
        mapped += end - start
        k.can_use_brk_pgt = True
    return mapped


def get_new_step_size(k: Kernel, step_size: int) -> int:
    """The next step: 256 times as large, so that the pages of one step are enough for the tables of the next,
    even if that is mapped by pages."""
    return step_size << (k.layout.pmd_shift - k.layout.page_shift - 1)


def end_of_ram_below(k: Kernel, address: int) -> int:
    """The end of the last RAM that begins below an address, 0 if none does."""
    ends = (region.base + region.size for region in k.memblock.memory.regions if region.base < address)
    return max(ends, default=0)


def start_of_ram_above(k: Kernel, address: int) -> int:
    """The start of the first RAM that ends above an address; the end of all addresses if none does."""
    starts = (region.base for region in k.memblock.memory.regions if region.base + region.size > address)
    return min(starts, default=1 << 64)


@traced
def memory_map_top_down(k: Kernel, map_start: int, map_end: int) -> None:
    """Map the RAM of [map_start, map_end) from its end down, in steps that grow; tables come from RAM that is
    mapped by then.  A free block tells where to begin, what lies above it comes last."""
    shift, pmd_size = k.layout.page_shift, k.layout.pmd_size
    addr = memblock_phys_alloc_range(k.memblock, pmd_size, pmd_size, map_start, map_end)
    if addr:
        memblock_phys_free(k.memblock, addr, pmd_size)
        real_end = addr + pmd_size
    else:
        k.pr_warn("Failed to release memory for alloc_low_pages()")
        real_end = max(map_start, ALIGN_DOWN(map_end, pmd_size))
    step_size, mapped = pmd_size, 0
    k.max_pfn_mapped = 0
    k.min_pfn_mapped = real_end >> shift
    last_start = real_end
    while last_start > map_start:
        start = max(ALIGN_DOWN(last_start - 1, step_size), map_start) if last_start > step_size else map_start
        # Steps through a hole are taken at once: they map nothing, so the next is as large.
        start = min(start, max(ALIGN(end_of_ram_below(k, last_start), step_size), map_start))
        mapped += init_range_memory_mapping(k, start, last_start)
        last_start = start
        k.min_pfn_mapped = last_start >> shift
        if mapped >= step_size:
            step_size = get_new_step_size(k, step_size)
    if real_end < map_end:
        init_range_memory_mapping(k, real_end, map_end)


@traced
def memory_map_bottom_up(k: Kernel, map_start: int, map_end: int) -> None:
    """The same from `map_start` up."""
    step_size, mapped = k.layout.pmd_size, 0
    start = map_start
    k.min_pfn_mapped = start >> k.layout.page_shift
    while start < map_end:
        stop = map_end
        if map_end - start > step_size:
            stop = min(ALIGN(start + 1, step_size), map_end)
        stop = max(stop, min(ALIGN_DOWN(start_of_ram_above(k, start), step_size), map_end))
        mapped += init_range_memory_mapping(k, start, stop)
        start = stop
        if mapped >= step_size:
            step_size = get_new_step_size(k, step_size)


@traced
def init_trampoline(k: Kernel) -> None:
    """The root's entry for the tables that CPUs start on."""
    if kaslr_memory_enabled(k):
        init_trampoline_kaslr(k)
        return
    tree = k.page_tables
    table = tree.table(tree.geometry.start_level + 1, k.layout.page_offset)
    k.trampoline_pgd_entry = (table or 0) | PAGE_TABLE


@traced
def load_cr3(k: Kernel) -> None:
    """Make the kernel's own tables those that the CPU walks: init_top_pgt is swapper_pg_dir."""
    k.cr3 = INIT_TOP_PGT


@traced
def init_mem_mapping(k: Kernel) -> None:
    """Map all memory at its place in the direct map, and load the kernel's own page tables."""
    pti_check_boottime_disable(k)
    probe_page_size_mask(k)
    end = k.max_pfn << k.layout.page_shift
    init_memory_mapping(k, 0, ISA_END_ADDRESS)
    init_trampoline(k)
    if k.memblock.bottom_up:
        # Tables are allocated above the image then: what lies there is mapped first.
        kernel_end = k.pa_symbol("_end")
        memory_map_bottom_up(k, kernel_end, end)
        memory_map_bottom_up(k, ISA_END_ADDRESS, kernel_end)
    else:
        memory_map_top_down(k, ISA_END_ADDRESS, end)
    k.max_low_pfn = max(k.max_low_pfn, k.max_pfn)
    load_cr3(k)
    early_memtest(k, 0, get_max_mapped(k))


def get_max_mapped(k: Kernel) -> int:
    """The first byte after all memory that is mapped."""
    return k.max_pfn_mapped << k.layout.page_shift

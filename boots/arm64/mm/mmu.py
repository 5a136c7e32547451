"""The kernel's page tables: linear map, identity map, vmemmap; up to 6.8 the image too (v6_8/mmu.py).

Mirrors arch/arm64/mm/mmu.c.
"""

from __future__ import annotations

from ....model.arch.arm64.entry_format import (
    PAGE_KERNEL,
    PAGE_KERNEL_ROX,
    PROT_SECT_NORMAL,
    PROT_SECT_NORMAL_WRITE,
    pgprot_tagged,
)
from ....model.base.pfn import ALIGN
from ....model.memory.memblock import (
    for_each_mem_range,
    memblock_allow_resize,
    memblock_clear_nomap,
    memblock_mark_nomap,
    memblock_phys_alloc,
    memblock_phys_mem_size,
)
from ....model.trace.recorder import traced
from ...core.params import early_param
from ...lib.cmdline import get_option
from ...mm.kfence import kfence_pool_size
from ...mm.sparse.vmemmap import (
    populate_by_blocks,
    vmemmap_populate_basepages,
    vmemmap_populate_hugepages,
)
from ..kernel.map_range import map_range
from ..variables import Kernel
from .create_mapping import (
    NO_BLOCK_MAPPINGS,
    NO_CONT_MAPPINGS,
    NO_EXEC_MAPPINGS,
    __create_pgd_mapping,
    early_pgtable_alloc,
    pmd_set_huge,
)
from .pgtable_prot import maybe_ng

KERNEL_FILE = "arch/arm64/mm/mmu.c"


@early_param("crashkernel")
@traced
def enable_crash_mem_map(k: Kernel, arg: str | None) -> int:
    """There is a ``crashkernel=``: the linear map must allow to unmap its area later."""
    k.crash_mem_map = True
    return 0


@early_param("kfence.sample_interval")
@traced
def parse_kfence_early_init(k: Kernel, arg: str | None) -> int:
    """``kfence.sample_interval=``: 0 means that KFENCE's pool is not set up early."""
    if k.config.enabled("KFENCE"):
        found, value, _ = get_option(arg or "")
        if found:
            k.kfence_early_init = value != 0
            k.kfence.kfence_sample_interval = value
    return 0


def defer_reserve_crashkernel(k: Kernel) -> bool:
    """The crash kernel's area is reserved only when the DMA zones are known
    (arch/arm64/include/asm/kexec.h)."""
    # Without a choice since 6.5.
    return k.release >= (6, 5) or k.config.enabled("ZONE_DMA") or k.config.enabled("ZONE_DMA32")


def can_set_direct_map(k: Kernel) -> bool:
    """Single pages of the linear map may be protected later, so it must be built of pages
    (arch/arm64/mm/pageattr.c)."""
    kfence_late = k.config.enabled("KFENCE") and not k.kfence_early_init
    return k.rodata_full or k.debug_pagealloc_enabled or kfence_late


def tables_of_linear_map(k: Kernel) -> int:
    """How many tables of pages the linear map of all memory takes."""
    return memblock_phys_mem_size(k.memblock) // k.layout.pmd_size if can_set_direct_map(k) else 0


@traced
def __map_memblock(k: Kernel, pgdir: str, start: int, end: int, prot: int, flags: int) -> None:
    """Map physical [start, end) in the linear map."""
    __create_pgd_mapping(
        k, pgdir, start, k.phys_to_virt(start), end - start, prot, early_pgtable_alloc, flags
    )


def early_vm_areas(k: Kernel) -> list[tuple[int, int]]:
    """Start and end of the virtual areas that the image has taken (``declare_kernel_vmas``), a guard page
    behind the last."""
    names = (
        (first_protected(k), "_etext"),
        ("__start_rodata", "__inittext_begin"),
        ("__inittext_begin", "__inittext_end"),
        ("__initdata_begin", "__initdata_end"),
        ("_data", "_end"),
    )
    *areas, (data, end) = [(k.va_symbol(start), k.va_symbol(end)) for start, end in names]
    return [*areas, (data, end + k.layout.page_size)]


@traced
def arm64_kfence_alloc_pool(k: Kernel) -> int:
    """Set KFENCE's pool aside and keep it out of the linear map for now.  Returns its physical address, 0 if
    there is none."""
    if not k.config.enabled("KFENCE") or not k.kfence_early_init:
        return 0
    pool = memblock_phys_alloc(k.memblock, kfence_pool_size(k), k.layout.page_size)
    if not pool:
        k.pr_err("failed to allocate kfence pool")
        k.kfence_early_init = False
        return 0
    memblock_mark_nomap(k.memblock, pool, kfence_pool_size(k))
    return pool


@traced
def arm64_kfence_map_pool(k: Kernel, kfence_pool: int, pgdir: str) -> None:
    """Map KFENCE's pool page by page."""
    if not kfence_pool:
        return
    size = kfence_pool_size(k)
    prot = pgprot_tagged(maybe_ng(k, PAGE_KERNEL))
    __map_memblock(k, pgdir, kfence_pool, kfence_pool + size, prot, NO_BLOCK_MAPPINGS | NO_CONT_MAPPINGS)
    memblock_clear_nomap(k.memblock, kfence_pool, size)
    k.kfence.kfence_pool = kfence_pool


@traced
def map_mem(k: Kernel, pgdir: str) -> None:
    """Build the linear map: all memory but what is NOMAP.

    The kernel's text and rodata must not have a writable alias, so they are NOMAP while the rest is mapped,
    and get their own mapping afterwards, without contiguous entries because it becomes read-only later.
    """
    kernel_start = k.pa_symbol(first_protected(k))
    kernel_size = k.pa_symbol("__init_begin") - kernel_start
    flags = NO_EXEC_MAPPINGS
    early_kfence_pool = arm64_kfence_alloc_pool(k)
    if can_set_direct_map(k):
        flags |= NO_BLOCK_MAPPINGS | NO_CONT_MAPPINGS

    memblock_mark_nomap(k.memblock, kernel_start, kernel_size)
    flags |= hide_crash_kernel(k)
    tagged = pgprot_tagged(maybe_ng(k, PAGE_KERNEL))
    for start, end in for_each_mem_range(k.memblock):
        if start >= end:
            break
        # Memory beside NOMAP memory, which may begin inside a page, is mapped without that page since 6.12.
        if k.release >= (6, 12):
            start, end = ALIGN(start, k.layout.page_size), end & -k.layout.page_size
        if start < end:
            __map_memblock(k, pgdir, start, end, tagged, flags)

    kernel = maybe_ng(k, PAGE_KERNEL)
    __map_memblock(k, pgdir, kernel_start, kernel_start + kernel_size, kernel, NO_CONT_MAPPINGS)
    memblock_clear_nomap(k.memblock, kernel_start, kernel_size)
    map_crash_kernel(k, pgdir)
    arm64_kfence_map_pool(k, early_kfence_pool, pgdir)


def first_protected(k: Kernel) -> str:
    """Where the image begins that must not be written to nor given away: from 5.11 to 6.11 behind its
    head."""
    return "_stext" if (5, 11) <= k.release < (6, 12) else "_text"


def hide_crash_kernel(k: Kernel) -> int:
    """Flags for the linear map when there will be a crash kernel: pages everywhere if its place is not known
    yet; if it is known, its area is left out for now."""
    # The linear map no longer minds a crash kernel since 6.5.
    if k.release >= (6, 5) or not (k.config.enabled("KEXEC_CORE") and k.crash_mem_map):
        return 0
    if defer_reserve_crashkernel(k):
        return NO_BLOCK_MAPPINGS | NO_CONT_MAPPINGS
    start, last = k.crashk_res
    if last:
        memblock_mark_nomap(k.memblock, start, last + 1 - start)
    return 0


def map_crash_kernel(k: Kernel, pgdir: str) -> None:
    """Map a crash kernel's area that was left out, page by page, so that it can shrink later."""
    if defer_reserve_crashkernel(k) or not k.config.enabled("KEXEC_CORE") or not k.crash_mem_map:
        return
    start, last = k.crashk_res
    if last:
        flags = NO_BLOCK_MAPPINGS | NO_CONT_MAPPINGS
        __map_memblock(k, pgdir, start, last + 1, maybe_ng(k, PAGE_KERNEL), flags)
        memblock_clear_nomap(k.memblock, start, last + 1 - start)


@traced
def create_idmap(k: Kernel) -> None:
    """Map the code that runs while the MMU is switched at its own physical address.  The tables are part of
    the image."""
    start = k.pa_symbol("__idmap_text_start")
    size = k.pa_symbol("__idmap_text_end") - start
    map_in_idmap(k, start, size, PAGE_KERNEL_ROX, "idmap_ptes")
    if k.config.enabled("UNMAP_KERNEL_AT_EL0") and not k.arm64_use_ng_mappings:
        map_in_idmap(k, k.pa_symbol("__idmap_kpti_flag"), 4, PAGE_KERNEL, "kpti_ptes")


def map_in_idmap(k: Kernel, start: int, size: int, prot: int, ptes: str) -> None:
    """Map `size` bytes at their own address, with tables from the pages of the image at the symbol `ptes`."""
    tree, prot = k.pgdirs["idmap_pg_dir"], maybe_ng(k, prot)
    level = tree.geometry.start_level
    map_range(k, tree.target, k.pa_symbol(ptes), start, start + size, start, prot, level, False)


@traced
def paging_init(k: Kernel) -> None:
    """Build the linear map.  The image is mapped before start_kernel (map_kernel.c)."""
    map_mem(k, "swapper_pg_dir")
    memblock_allow_resize(k.memblock)
    create_idmap(k)


def vmemmap_set_pmd(k: Kernel, addr: int, block: int) -> None:
    """Map a block of vmemmap.  They carry the mark that they may be written since 6.12."""
    prot = PROT_SECT_NORMAL_WRITE if k.release >= (6, 12) else PROT_SECT_NORMAL
    pmd_set_huge(k, "swapper_pg_dir", addr, addr + k.layout.pmd_size, block, maybe_ng(k, prot))


@traced
def vmemmap_populate(k: Kernel, start: int, end: int, node: int) -> int:
    """Back the part [start, end) of the vmemmap with memory: by blocks if pages are 4K and the part covers
    whole sections.  Returns 0, or -12 when memory has run out."""
    section = k.layout.pages_per_section * k.sizes.sizeof("struct page")
    if k.layout.page_shift != 12 or end - start < section:
        return vmemmap_populate_basepages(k, start, end, node)
    # Until 6.1 the loop stood here.
    populate = vmemmap_populate_hugepages if k.release >= (6, 2) else populate_by_blocks
    return populate(k, start, end, node, vmemmap_set_pmd)

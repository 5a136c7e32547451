"""The kernel's page tables as they are built up to 6.8: the image, the linear map, the identity map.  Mirrors
arch/arm64/mm/mmu.c of those releases; what has not changed since is in ../mmu.py."""

from __future__ import annotations

from .....model.arch.arm64.address_map import Arm64Layout
from .....model.arch.arm64.entry_format import (
    PAGE_KERNEL,
    PAGE_KERNEL_EXEC,
    PAGE_KERNEL_ROX,
    PTE_GP,
    TYPE_TABLE,
)
from .....model.memory.memblock import memblock_allow_resize, memblock_phys_free
from .....model.trace.recorder import traced
from ...kernel.cpu import this_cpu
from ...variables import Kernel
from ..create_mapping import NO_CONT_MAPPINGS, __create_pgd_mapping, early_pgtable_alloc
from ..mmu import first_protected, map_mem
from ..pgtable_prot import maybe_ng

KERNEL_FILE = "arch/arm64/mm/mmu.c"


@traced
def map_kernel_segment(k: Kernel, pgdir: str, va_start: str, va_end: str, prot: int, flags: int) -> None:
    """Map a segment of the image, named by the symbols at its ends, at its link address (moved by KASLR)."""
    start, end = k.va_symbol(va_start), k.va_symbol(va_end)
    pa_start = k.pa_symbol(va_start)
    page_mask = k.layout.page_size - 1
    if pa_start & page_mask:
        k.bug("!PAGE_ALIGNED(pa_start)")
    if (end - start) & page_mask:
        k.bug("!PAGE_ALIGNED(size)")
    __create_pgd_mapping(k, pgdir, pa_start, start, end - start, prot, early_pgtable_alloc, flags)


@traced
def map_kernel(k: Kernel, pgdir: str) -> None:
    """Map the image segment by segment, each with its own protection, and take over the fixmap's tables."""
    kernel = maybe_ng(k, PAGE_KERNEL)
    text = maybe_ng(k, PAGE_KERNEL_ROX if k.rodata_enabled else PAGE_KERNEL_EXEC)
    if k.config.enabled("ARM64_BTI_KERNEL") and this_cpu(k).bti:
        text |= PTE_GP
    map_kernel_segment(k, pgdir, first_protected(k), "_etext", text, 0)
    # Only rodata is protected later, and contiguous entries cannot be changed while they are live.
    map_kernel_segment(k, pgdir, "__start_rodata", "__inittext_begin", kernel, NO_CONT_MAPPINGS)
    map_kernel_segment(k, pgdir, "__inittext_begin", "__inittext_end", text, 0)
    map_kernel_segment(k, pgdir, "__initdata_begin", "__initdata_end", kernel, 0)
    map_kernel_segment(k, pgdir, "_data", "_end", kernel, 0)
    share_fixmap(k, pgdir)


def share_fixmap(k: Kernel, pgdir: str) -> None:
    """Point the new pgd at the tables the fixmap already has."""
    tree, live = k.pgdirs[pgdir], k.pgdirs[k.init_mm_pgd]
    start = k.layout.fixmap.start & -k.layout.pgdir_size
    tree.share(live, start, start + k.layout.pgdir_size)


def idmap_t0sz(k: Kernel) -> int:
    """``idmap_t0sz``: 64 less the bits of virtual addresses that reach the end of the image at its physical
    address."""
    return 64 - max(k.pa_symbol("_end").bit_length(), Arm64Layout(k.layout).va_bits_min)


@traced
def create_idmap(k: Kernel) -> None:
    """Map the code that runs while the MMU is switched at its own physical address."""
    start = k.pa_symbol("__idmap_text_start")
    size = k.pa_symbol("__idmap_text_end") - start
    tree = k.pgdirs["idmap_pg_dir"]
    if k.layout.va_bits < 48 and idmap_t0sz(k) < 64 - Arm64Layout(k.layout).va_bits_min:
        # The image lies beyond what the kernel's address width reaches: the root has a table more below it.
        phys = early_pgtable_alloc(k, k.layout.page_shift)
        tree.add_table(tree.geometry.start_level + 1, start, phys, TYPE_TABLE)
    prot = maybe_ng(k, PAGE_KERNEL_ROX)
    __create_pgd_mapping(k, "idmap_pg_dir", start, start, size, prot, early_pgtable_alloc, 0)
    if k.config.enabled("UNMAP_KERNEL_AT_EL0") and k.image.has("__idmap_kpti_flag"):
        pa = k.pa_symbol("__idmap_kpti_flag")
        kernel = maybe_ng(k, PAGE_KERNEL)
        __create_pgd_mapping(k, "idmap_pg_dir", pa, pa, 4, kernel, early_pgtable_alloc, 0)


@traced
def paging_init(k: Kernel) -> None:
    """Build swapper_pg_dir — the image, then the linear map — switch to it and give init_pg_dir back."""
    map_kernel(k, "swapper_pg_dir")
    map_mem(k, "swapper_pg_dir")
    k.init_mm_pgd = "swapper_pg_dir"
    init_pg_dir = k.pa_symbol("init_pg_dir")
    memblock_phys_free(k.memblock, init_pg_dir, k.pa_symbol("init_pg_end") - init_pg_dir)
    memblock_allow_resize(k.memblock)
    create_idmap(k)

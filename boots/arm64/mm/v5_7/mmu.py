"""The kernel's page tables as 5.7 builds them: image and linear map.  Mirrors arch/arm64/mm/mmu.c of that
release; what has not changed since is in ../mmu.py and ../v6_8/mmu.py."""

from __future__ import annotations

from .....model.arch.arm64.entry_format import PAGE_KERNEL
from .....model.memory.memblock import (
    MEMBLOCK_NOMAP,
    for_each_memblock,
    memblock_allow_resize,
    memblock_clear_nomap,
    memblock_free,
    memblock_mark_nomap,
)
from .....model.trace.recorder import traced
from ....core.params import EINVAL, early_param
from ....lib.kstrtox import kstrtobool
from ...variables import Kernel
from ..create_mapping import NO_BLOCK_MAPPINGS, NO_CONT_MAPPINGS
from ..mmu import __map_memblock
from ..pgtable_prot import maybe_ng
from ..v6_8.mmu import map_kernel

KERNEL_FILE = "arch/arm64/mm/mmu.c"


@early_param("rodata")
@traced
def parse_rodata(k: Kernel, arg: str | None) -> int:
    """``rodata=``: whether read-only data is protected (a yes or a no), and its alias in the linear map too
    (full).  Since 6.1 init/main.c does this."""
    full = arg == "full"
    wanted = full or kstrtobool(arg)
    if wanted is None:
        return -EINVAL
    k.rodata_enabled, k.rodata_full = wanted, full
    return 0


@traced
def map_mem(k: Kernel, pgdp: str) -> None:
    """Build the linear map: all memory but what is NOMAP.

    The kernel's text and rodata must not have a writable alias, so they are NOMAP while the rest is mapped,
    and get their own mapping afterwards, without contiguous entries because it becomes read-only later.  The
    crash kernel's area is mapped page by page, so that it can shrink.
    """
    kernel_start, kernel_end = k.pa_symbol("_text"), k.pa_symbol("__init_begin")
    prot = maybe_ng(k, PAGE_KERNEL)
    by_pages = NO_BLOCK_MAPPINGS | NO_CONT_MAPPINGS
    flags = by_pages if k.rodata_full or k.debug_pagealloc_enabled else 0
    start, last = k.crashk_res if k.config.enabled("KEXEC_CORE") else (0, 0)

    memblock_mark_nomap(k.memblock, kernel_start, kernel_end - kernel_start)
    if last:
        memblock_mark_nomap(k.memblock, start, last + 1 - start)
    for region in for_each_memblock(k.memblock, "memory"):
        if region.base >= region.end:
            break
        if not region.flags & MEMBLOCK_NOMAP:
            __map_memblock(k, pgdp, region.base, region.end, prot, flags)

    __map_memblock(k, pgdp, kernel_start, kernel_end, prot, NO_CONT_MAPPINGS)
    memblock_clear_nomap(k.memblock, kernel_start, kernel_end - kernel_start)
    if last:
        __map_memblock(k, pgdp, start, last + 1, prot, by_pages)
        memblock_clear_nomap(k.memblock, start, last + 1 - start)


@traced
def paging_init(k: Kernel) -> None:
    """Build swapper_pg_dir — the image, then the linear map — switch to it and give init_pg_dir back."""
    map_kernel(k, "swapper_pg_dir")
    map_mem(k, "swapper_pg_dir")
    k.init_mm_pgd = "swapper_pg_dir"
    init_pg_dir = k.pa_symbol("init_pg_dir")
    memblock_free(k.memblock, init_pg_dir, k.pa_symbol("init_pg_end") - init_pg_dir)
    memblock_allow_resize(k.memblock)

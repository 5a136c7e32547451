"""Where the symbols of an image usually lie that tells none of its data.

Mirrors arch/x86/kernel/vmlinux.lds.S, head_64.S and cpu/common.c.  What neither the linker script nor the
parts of the image in /proc/iomem tell is as it is in a distribution's kernel, with its sizes.
"""

from __future__ import annotations

from collections.abc import Mapping

from ....base.pfn import ALIGN
from ...address_map import AddressMap
from ...iomem import KernelResources

KIB, LARGE = 1 << 10, 2 << 20
PERCPU_SIZE = 212 * KIB
TO_PAGE_TABLES = 64 * KIB
"""From the beginning of data, which is the first task, to its page tables."""
REAL_MODE_BLOB = 25 * KIB
EARLY_DYNAMIC_PAGE_TABLES = 64
NOSAVE, SMP_LOCKS = 1, 9
"""Pages that lie between what is freed after initialisation and bss."""
BRK = 192 * KIB
TO_BM_PTE = 5
"""Pages of bss in front of ``bm_pte``."""
PAGES_OF_CPUS = {
    "fixed_percpu_data": 0,
    "cpu_debug_store": 0x1000,
    "cpu_tss_rw": 0x6000,
    "gdt_page": 0xB000,
    "exception_stacks": 0xC000,
    "entry_stack_storage": 0x18000,
}
"""The per-CPU variables of whole pages, which come first."""


def assumed_symbols(
    linked: Mapping[str, int], layout: AddressMap, resources: KernelResources, load: int
) -> dict[str, int]:
    """The symbols of a kernel whose ``_text`` is at the physical address `load`, as far as they can be
    worked out."""
    page = layout.page_size
    text = linked.get("_text", linked["_stext"])

    def virtual(physical: int) -> int:
        return physical - load + text

    etext, sdata = virtual(resources.code[1] + 1), virtual(resources.data[0])
    edata = virtual(resources.data[1] + 1)
    size = linked.get("__per_cpu_end", PERCPU_SIZE)
    init_text = linked.get("_sinittext", ALIGN(edata, page) + ALIGN(size, page))
    # What lies before is data that is neither in /proc/iomem nor told.
    init_begin = max(init_text - ALIGN(size, page), ALIGN(edata, page))
    init_data = ALIGN(linked.get("_einittext", init_text), 2 * page)
    rodata = resources.rodata or (load + ALIGN(etext, LARGE) - text, resources.data[0] - 1)
    after = load + init_data + LARGE - text
    bss = resources.bss or (after, after + LARGE - 1)
    bss_start, brk = virtual(bss[0]), ALIGN(virtual(bss[1] + 1), page)
    init_end = bss_start - (NOSAVE + SMP_LOCKS) * page
    return {
        "_text": text,
        "_stext": text,
        "_etext": etext,
        "__start_rodata": virtual(rodata[0]),
        "__end_rodata": virtual(rodata[1] + 1),
        "_sdata": sdata,
        "_edata": edata,
        "__per_cpu_start": 0,
        "__per_cpu_end": min(size, init_text - init_begin),
        **PAGES_OF_CPUS,
        "__per_cpu_load": init_begin,
        "__init_begin": init_begin,
        "_sinittext": init_text,
        "_einittext": init_data,
        "__init_end": init_end,
        "__smp_locks": init_end,
        "__smp_locks_end": bss_start - NOSAVE * page,
        "__bss_start": bss_start,
        "bm_pte": bss_start + TO_BM_PTE * page,
        "__bss_stop": brk,
        "__end_of_kernel_reserve": brk,
        "__brk_base": brk,
        "__brk_limit": brk + BRK,
        "_end": brk + BRK,
        **_page_tables(sdata + TO_PAGE_TABLES, init_data, page),
    }


def _page_tables(data: int, init_data: int, page: int) -> dict[str, int]:
    """The tables in the image, in the order of head_64.S: those of initdata, and those of data."""
    tables = ("level4_kernel_pgt", "level3_kernel_pgt", "level2_kernel_pgt", "level2_fixmap_pgt")
    # Each root has a second page beside it, for user space.
    early = init_data + 2 * page
    blob = early + (EARLY_DYNAMIC_PAGE_TABLES + 1) * page
    return {
        "early_top_pgt": init_data,
        "early_dynamic_pgts": early,
        "real_mode_blob": blob,
        "real_mode_blob_end": blob + REAL_MODE_BLOB,
        "init_top_pgt": data,
        **{name: data + (2 + number) * page for number, name in enumerate(tables)},
        "level1_fixmap_pgt": data + (2 + len(tables)) * page,
    }

"""A 5.7 kernel for the textbook: nobody built it.  Its image is 6.1's, linked where 5.7 links an image
(KIMAGE_VADDR + TEXT_OFFSET), with the page tables in it that arch/arm64/kernel/vmlinux.lds.S of 5.7 has.

Borrowed from 6.1: the sizes of the sections, which functions the compiler kept, and which options there are.
Of functions that only 5.7 has, those are kept that are not static.
"""

from __future__ import annotations

from collections.abc import Iterator

from borrowed import donor, functions, options
from vmlinux import Section, Symbol, write_vmlinux

DONOR = "6.1-4k48"
KIMAGE_VADDR = 0xFFFF_8000_1000_0000
TEXT_OFFSET = 0x8_0000
PAGE = 0x1000
IDMAP_PAGES = 3
"""What an identity map by blocks takes with 4K pages and 48 bits: three levels."""
INIT_PAGES = 3
"""The same for the image, which lies within 1 GiB."""

NEWER = {
    *("arch_numa_init", "free_area_init", "memblock_free", "memblock_phys_free", "memmap_alloc"),
    *("arm64_hugetlb_cma_reserve", "enable_crash_mem_map", "parse_kfence_early_init", "set_debug_rodata"),
    *("early_init_dt_reserve_memory", "fdt_scan_reserved_mem", "fdt_reserve_elfcorehdr", "primary_entry"),
    *("early_init_dt_check_for_usable_mem_range", "early_init_dt_check_for_elfcorehdr", "early_fdt_map"),
    *("swiotlb_init_remap", "swiotlb_adjust_nareas", "swiotlb_adjust_size", "swiotlb_size_or_default"),
    *("stack_depot_early_init", "init_mem_debugging_and_hardening", "kfence_alloc_pool", "create_idmap"),
    *("rmem_swiotlb_setup", "memmap_init_range", "early_init_dt_check_for_initrd", "free_unused_memmap"),
}
"""Functions of 6.1 that 5.7 has not got, or not under this name."""
OLDER = (
    *("arm64_numa_init", "free_area_init_nodes", "free_area_init_node", "memblock_free", "parse_rodata"),
    *("memblocks_present", "memmap_init", "memmap_init_zone", "find_min_pfn_for_node", "of_scan_flat_dt"),
    *("early_init_dt_scan_root", "early_init_dt_scan_memory", "early_init_dt_scan_chosen"),
    *("early_init_dt_scan_nodes", "early_init_dt_mark_hotplug_memory_arch", "swiotlb_init_with_tbl"),
    *("early_init_dt_reserve_memory_arch", "early_init_dt_alloc_reserved_memory_arch", "stext"),
    *("__fdt_scan_reserved_mem", "early_init_dt_scan_usablemem", "early_init_dt_scan_elfcorehdr"),
    "kaslr_early_init",
)
"""Functions of 5.7 that are not static, or that somebody has the address of."""
LANDMARKS = (
    *("_text", "_stext", "_etext", "__start_rodata", "__end_rodata", "__idmap_text_start"),
    *("__idmap_text_end", "__init_begin", "__inittext_begin", "_sinittext", "_einittext"),
    *("__inittext_end", "__initdata_begin", "__per_cpu_start", "__per_cpu_end", "__init_end"),
    *("__initdata_end", "_data", "_sdata", "_edata", "__bss_start", "bm_pud", "bm_pmd", "bm_pte"),
    *("__bss_stop", "init_pg_dir", "_end", "idmap_pg_dir"),
)


def sections() -> list[Section]:
    """6.1's, linked where 5.7 links them."""
    image = donor(DONOR)
    moved = KIMAGE_VADDR + TEXT_OFFSET - image.symbol("_text")
    return [
        Section(s.name, s.flags.replace("I", ""), s.address + moved, s.address + moved + s.size - 1)
        for s in image.sections
        if s.size
    ]


def landmarks() -> dict[str, int]:
    """The symbols at the edges of the image's parts, and its page tables."""
    image = donor(DONOR)
    moved = KIMAGE_VADDR + TEXT_OFFSET - image.symbol("_text")
    found = {name: image.symbol(name) + moved for name in LANDMARKS}
    idmap_end = found["idmap_pg_dir"] + IDMAP_PAGES * PAGE
    return {
        **found,
        "idmap_pg_end": idmap_end,
        "tramp_pg_dir": idmap_end,
        "swapper_pg_dir": idmap_end + PAGE,
        "swapper_pg_end": idmap_end + 2 * PAGE,
        "init_pg_end": found["init_pg_dir"] + INIT_PAGES * PAGE,
        "contig_page_data": found["_data"] + PAGE,
    }


def symbols() -> Iterator[Symbol]:
    """All of them."""
    marks = landmarks()
    for name, address in marks.items():
        yield Symbol(name, address)
    image, by_name = donor(DONOR), {section.name: section for section in sections()}
    for symbol in functions(image, by_name):
        if symbol.name.partition(".")[0] not in NEWER:
            yield symbol
    for number, name in enumerate(OLDER):
        yield Symbol(name, marks["_sinittext"] + 4 * number, 4, True)
    yield from options(image, by_name)
    yield Symbol("__setup_parse_rodata", by_name[".init.data"].first)


def vmlinux() -> bytes:
    """The file ``kernels/5.7-textbook/vmlinux.sym``."""
    return write_vmlinux(sections(), symbols())

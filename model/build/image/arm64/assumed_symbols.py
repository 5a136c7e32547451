"""Where the symbols of an image usually lie that tells none of its data.

Mirrors arch/arm64/kernel/vmlinux.lds.S, and EARLY_PAGES of arch/arm64/include/asm/kernel-pgtable.h.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....base.pfn import ALIGN
from ...address_map import AddressMap
from ...iomem import KernelResources
from .header import SEGMENT_ALIGN

PERCPU_SIZE = 80 << 10
"""What is assumed of the per-CPU variables of a kernel that does not tell: about a distribution's."""


def assumed_symbols(
    linked: Mapping[str, int], layout: AddressMap, resources: KernelResources, load: int
) -> dict[str, int]:
    """The symbols of a kernel whose ``_text`` is at the physical address `load`, as far as they can be
    worked out."""
    page, segment = layout.page_size, SEGMENT_ALIGN
    text = linked.get("_text", linked["_stext"] - segment)

    def virtual(physical: int) -> int:
        return physical - load + text

    init_begin, end = virtual(resources.code[1] + 1), virtual(resources.data[1] + 1)
    sdata = virtual(resources.data[0])
    init_text_end = ALIGN(_last(linked, init_begin, sdata), segment)
    etext = ALIGN(_last(linked, text, init_begin), segment)
    tables = _early_tables(layout, text, end) * page
    return {
        "_text": text,
        "_end": end,
        "__init_begin": init_begin,
        "__inittext_begin": init_begin,
        "_sinittext": init_begin,
        "_einittext": init_text_end,
        "__inittext_end": init_text_end,
        "__initdata_begin": init_text_end,
        "init_idmap_pg_dir": init_text_end,
        "__init_end": sdata,
        "__initdata_end": sdata,
        "_data": sdata,
        "_sdata": sdata,
        "_etext": etext,
        "__start_rodata": etext,
        "__end_rodata": init_begin - 16 * page,
        "swapper_pg_dir": init_begin - page,
        # idmap_pg_dir, tramp_pg_dir, reserved_pg_dir, swapper_pg_dir.
        "idmap_pg_dir": linked.get("swapper_pg_dir", init_begin - page) - 3 * page,
        "__idmap_text_start": etext - page,
        "__idmap_text_end": etext,
        "__per_cpu_start": sdata - ALIGN(PERCPU_SIZE, page),
        "init_pg_end": end,
        "init_pg_dir": end - tables,
        "__per_cpu_end": sdata - ALIGN(PERCPU_SIZE, page) + PERCPU_SIZE,
        "bm_pte": end - tables - page,
        "bm_pmd": end - tables - 2 * page,
        "bm_pud": end - tables - 3 * page,
        "_edata": end - tables - 8 * page,
        "__bss_start": end - tables - 8 * page,
        "__bss_stop": end - tables,
        "__pi_ptes": init_text_end + 8 * page,
        "idmap_ptes": end - tables - 4 * page,
        "kpti_ptes": end - tables - 5 * page,
        "__idmap_kpti_flag": sdata,
        "contig_page_data": sdata,
    }


def _last(linked: Mapping[str, int], start: int, end: int) -> int:
    return max((address for address in linked.values() if start <= address < end), default=start)


def _early_tables(layout: AddressMap, start: int, end: int) -> int:
    """EARLY_PAGES of arch/arm64/include/asm/kernel-pgtable.h, with the page more that KASLR may need."""
    levels = layout.levels - (1 if layout.page_shift == 12 else 0)
    shifts: Sequence[int] = [layout.pgdir_shift]
    shifts = [*shifts, layout.pud_shift] if levels > 3 else shifts
    shifts = (
        [*shifts, layout.pmd_shift if layout.page_shift != 12 else layout.pud_shift] if levels > 2 else shifts
    )
    return 1 + sum(((end - 1) >> shift) - (start >> shift) + 2 for shift in shifts)

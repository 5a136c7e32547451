"""Where the symbols of an image usually lie that tells none of its data.

Mirrors arch/x86/kernel/vmlinux.lds.S and head_64.S.
"""

from __future__ import annotations

from collections.abc import Mapping

from ....base.pfn import ALIGN
from ...address_map import AddressMap
from ...iomem import KernelResources
from ..percpu_size import PERCPU_SIZE

THREAD_SIZE = 16 << 10
EARLY_DYNAMIC_PAGE_TABLES = 64
BRK_SLOP = 64 << 10
LARGE = 2 << 20


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
    init_begin = ALIGN(linked.get("_sinittext", edata), page)
    percpu = ALIGN(PERCPU_SIZE, page)
    rodata = resources.rodata or (load + ALIGN(etext, LARGE) - text, resources.data[0] - 1)
    bss = resources.bss or (load + init_begin - text, load + init_begin - text)
    brk = virtual(bss[1] + 1)
    return {
        "_text": text,
        "_stext": text,
        "_etext": etext,
        "__start_rodata": virtual(rodata[0]),
        "__end_rodata": virtual(rodata[1] + 1),
        "_sdata": sdata,
        "_edata": edata,
        "__per_cpu_start": 0,
        "__per_cpu_end": PERCPU_SIZE,
        "__per_cpu_load": init_begin - percpu,
        "__init_begin": init_begin - percpu,
        "__init_end": virtual(bss[0]),
        "__bss_start": virtual(bss[0]),
        "__bss_stop": brk,
        "__end_of_kernel_reserve": brk,
        "__brk_base": brk,
        "__brk_limit": ALIGN(brk + BRK_SLOP, LARGE),
        "_end": ALIGN(brk + BRK_SLOP, LARGE),
        **_page_tables(sdata + THREAD_SIZE, ALIGN(linked.get("_einittext", init_begin), 2 * page), page),
    }


def _page_tables(data: int, init_data: int, page: int) -> dict[str, int]:
    """The tables in the image, in the order of head_64.S: those of initdata, and those of data."""
    tables = ("level4_kernel_pgt", "level3_kernel_pgt", "level2_kernel_pgt", "level2_fixmap_pgt")
    # Each root has a second page beside it, for user space.
    after = data + 2 * page
    return {
        "early_top_pgt": init_data,
        "early_dynamic_pgts": init_data + 2 * page,
        "init_top_pgt": data,
        **{name: after + number * page for number, name in enumerate(tables)},
        "level1_fixmap_pgt": after + len(tables) * page,
    }

"""The per-CPU areas page by page, mapped into the vmalloc area.  Mirrors mm/percpu.c
(``pcpu_page_first_chunk``).

It is for ``percpu_alloc=page``, and for nodes too far apart to embed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.pfn import ALIGN, PFN_ALIGN
from ....model.memory.memblock import memblock_alloc, memblock_free
from ....model.memory.pagetable.tables import PAGE_LEVEL
from ....model.trace.recorder import traced
from .chunk import POINTER, AllocInfo, pcpu_free_alloc_info, pcpu_setup_first_chunk
from .percpu import ENOMEM, pcpu_build_alloc_info, pcpu_fc_alloc, pcpu_fc_free

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/percpu.c"


def _alloc_pages(k: Kernel, ai: AllocInfo) -> list[int] | None:
    """A page of memory for every page of every CPU's unit; all are given back if one is not to be had."""
    page_size = k.layout.page_size
    pages: list[int] = []
    for cpu in ai.groups[0].cpu_map[: len(k.cpu_possible)]:
        for _ in range(ai.unit_size // page_size):
            page = pcpu_fc_alloc(k, cpu or 0, page_size, page_size)
            if not page:
                k.pr_warn("percpu: failed to allocate {}K page for cpu{}", page_size >> 10, cpu)
                for allocated in reversed(pages):
                    pcpu_fc_free(k, allocated, page_size)
                return None
            pages.append(page)
    return pages


@traced
def vm_area_register_early(k: Kernel, size: int, align: int) -> int:
    """The first hole of `size` bytes in the vmalloc area, between the areas registered already
    (mm/vmalloc.c)."""
    address = ALIGN(k.layout.vmalloc.start, align)
    for start, end in k.arch.early_vm_areas(k):
        if start - address >= size:
            break
        address = ALIGN(end, align)
    return address


@traced
def pcpu_populate_pte(k: Kernel, address: int) -> None:
    """Make sure that there are page tables down to the last level for a virtual address."""
    tables, page_size = k.page_tables, k.layout.page_size
    for level in range(tables.geometry.start_level + 1, PAGE_LEVEL + 1):
        table = tables.table(level, address)
        if table is None:
            table = memblock_alloc(k.memblock, page_size, page_size)
            if not table:
                k.panic("pcpu_populate_pte: Failed to allocate memory")
            tables.add_table(level, address, table, k.arch.table_prot(k))
        k.access_entry(level, address)


@traced
def pcpu_page_first_chunk(k: Kernel, reserved_size: int) -> int:
    """Give every CPU a unit made of single pages; `reserved_size` is in bytes.  Returns 0 or an error."""
    page_size = k.layout.page_size
    ai = pcpu_build_alloc_info(k, reserved_size, 0, page_size, False)
    if ai is None:
        return -ENOMEM
    unit_pages = ai.unit_size // page_size
    table_size = PFN_ALIGN(unit_pages * len(k.cpu_possible) * POINTER, k.layout.page_shift)
    table = memblock_alloc(k.memblock, table_size, k.sizes.constant("SMP_CACHE_BYTES"))
    if not table:
        k.panic(f"pcpu_page_first_chunk: Failed to allocate {table_size} bytes")
    pages = _alloc_pages(k, ai)
    if pages is not None:
        base = vm_area_register_early(k, len(k.cpu_possible) * ai.unit_size, page_size)
        _map_units(k, base, pages, unit_pages)
        k.pr_info(
            "percpu: {} {}K pages/cpu s{} r{} d{}",
            unit_pages,
            page_size >> 10,
            ai.static_size,
            ai.reserved_size,
            ai.dyn_size,
        )
        pcpu_setup_first_chunk(k, ai, base)
    memblock_free(k.memblock, table, table_size)
    pcpu_free_alloc_info(k, ai.address, ai.ai_size)
    return -ENOMEM if pages is None else 0


def _map_units(k: Kernel, base: int, pages: list[int], unit_pages: int) -> None:
    """Map the pages of each unit, after making page tables for them."""
    page_size = k.layout.page_size
    prot = k.arch.prot(k, "PAGE_KERNEL")
    for first in range(0, len(pages), unit_pages):
        unit = pages[first : first + unit_pages]
        addresses = [base + (first + number) * page_size for number in range(unit_pages)]
        populate_pte = k.arch.pcpu_populate_pte or pcpu_populate_pte
        for address in addresses:
            populate_pte(k, address)
        for address, page in zip(addresses, unit, strict=True):
            k.page_tables.set_leaves(address, address + page_size, page, PAGE_LEVEL, prot)

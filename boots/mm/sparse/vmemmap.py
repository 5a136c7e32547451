"""The virtual memory map: page tables and memory for the array of struct page.  Mirrors
mm/sparse-vmemmap.c."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ....model.memory.memblock import MEMBLOCK_ALLOC_ACCESSIBLE, memblock_alloc_try_nid_raw
from ....model.trace.recorder import traced, traced_sibling_call
from ...core.kernel import Kernel
from ..early_pfn import early_pfn_to_nid
from ..numa_memblks.distance import node_distance
from .buffer import sparse_buffer_alloc

KERNEL_FILE = "mm/sparse-vmemmap.c"

OFFNODE = "[{:x}-{:x}] potential offnode page_structs"

P4D, PUD, PMD, PTE = 0, 1, 2, 3
ENOMEM = 12

K = TypeVar("K", bound=Kernel)


@traced_sibling_call
def __earlyonly_bootmem_alloc(k: Kernel, node: int, size: int, align: int, goal: int) -> int:
    """Memory for the vmemmap from memblock, above `goal` if possible.  Returns a physical address, 0 if
    there is none."""
    return memblock_alloc_try_nid_raw(k.memblock, size, align, goal, MEMBLOCK_ALLOC_ACCESSIBLE, node)


@traced_sibling_call
def vmemmap_alloc_block(k: Kernel, size: int, node: int) -> int:
    """`size` bytes, aligned to their size, for the vmemmap or its page tables."""
    return __earlyonly_bootmem_alloc(k, node, size, size, k.arch.max_dma_address(k))


@traced_sibling_call
def vmemmap_alloc_block_buf(k: Kernel, size: int, node: int) -> int:
    """`size` bytes for struct pages: from the buffer that sparse_init_nid set aside, or alone."""
    return sparse_buffer_alloc(k, size) or vmemmap_alloc_block(k, size, node)


def vmemmap_table_populate(k: Kernel, level: int, addr: int, node: int) -> bool:
    """Make sure there is a table at `level` for `addr` (``vmemmap_pgd_populate`` … ``vmemmap_pmd_populate``).
    Levels the kernel does not have are folded into the pgd."""
    tree = k.page_tables
    if level <= tree.geometry.start_level:
        return True
    k.access_entry(level - 1, addr)
    if tree.table(level, addr) is not None:
        return True
    table = POPULATE[level](k, addr, node)
    if table:
        tree.add_table(level, addr, table, k.arch.table_prot(k))
    return table != 0


@traced
def vmemmap_pgd_populate(k: Kernel, addr: int, node: int) -> int:
    """A page for a p4d table."""
    return vmemmap_alloc_block_zero(k, k.layout.page_size, node)


@traced
def vmemmap_p4d_populate(k: Kernel, addr: int, node: int) -> int:
    """A page for a pud table."""
    return vmemmap_alloc_block_zero(k, k.layout.page_size, node)


@traced
def vmemmap_pud_populate(k: Kernel, addr: int, node: int) -> int:
    """A page for a pmd table."""
    return vmemmap_alloc_block_zero(k, k.layout.page_size, node)


@traced
def vmemmap_pmd_populate(k: Kernel, addr: int, node: int) -> int:
    """A page for a pte table."""
    return vmemmap_alloc_block_zero(k, k.layout.page_size, node)


POPULATE = {
    P4D: vmemmap_pgd_populate,
    PUD: vmemmap_p4d_populate,
    PMD: vmemmap_pud_populate,
    PTE: vmemmap_pmd_populate,
}
"""What fills an entry above a table of this level."""


@traced
def vmemmap_alloc_block_zero(k: Kernel, size: int, node: int) -> int:
    """`size` zeroed bytes for a page table."""
    return vmemmap_alloc_block(k, size, node)


@traced
def vmemmap_populate_basepages(k: Kernel, start: int, end: int, node: int) -> int:
    """Back [start, end) of the vmemmap page by page.  Returns 0, or -12 when memory has run out."""
    page_size = k.layout.page_size
    kernel = k.arch.prot(k, "PAGE_KERNEL")
    for addr in range(start, end, page_size):
        if not all(vmemmap_table_populate(k, level, addr, node) for level in (P4D, PUD, PMD, PTE)):
            return -ENOMEM
        if k.page_tables.leaf(addr) is None:
            page = vmemmap_alloc_block_buf(k, page_size, node)
            if not page:
                return -ENOMEM
            first = addr & -page_size
            k.page_tables.set_leaves(first, first + page_size, page, PTE, kernel)
        vmemmap_verify(k, node, addr, addr + page_size)
    return 0


SetPmd = Callable[[K, int, int], None]
"""Maps the pmd entry for an address to a block of memory at a physical address (``vmemmap_set_pmd``)."""


def populate_by_blocks(k: K, start: int, end: int, node: int, vmemmap_set_pmd: SetPmd[K]) -> int:
    """Back [start, end) of the vmemmap by pmd entries, and page by page where there is no block.  Returns 0,
    or -12 when memory has run out."""
    size, tree = k.layout.pmd_size, k.page_tables
    addr = has_table = start
    while addr < end:
        stop = min(end, (addr & -size) + size)
        if addr >= has_table:
            if not all(vmemmap_table_populate(k, level, addr, node) for level in (P4D, PUD, PMD)):
                return -ENOMEM
            # The blocks that follow are entries of the same table.
            has_table = (addr & -k.layout.pud_size) + k.layout.pud_size
        run = tree.leaf(addr)
        block = vmemmap_alloc_block_buf(k, size, node) if run is None and not tree.table(PTE, addr) else 0
        if block:
            vmemmap_set_pmd(k, addr & -size, block)
        elif run is not None and run.level == PMD:
            vmemmap_verify(k, node, addr, stop)
        elif k.release < (5, 9) or vmemmap_populate_basepages(k, addr, stop, node):
            # Until 5.8 pages are no way out.
            return -ENOMEM
        addr = stop
    return 0


@traced
def vmemmap_populate_hugepages(k: K, start: int, end: int, node: int, vmemmap_set_pmd: SetPmd[K]) -> int:
    """The same: a function of x86 that arm64 has too since 6.2."""
    return populate_by_blocks(k, start, end, node, vmemmap_set_pmd)


def vmemmap_verify(k: Kernel, node: int, start: int, end: int) -> None:
    """Warn, once, when struct pages lie on another node than the memory they describe."""
    run = k.page_tables.leaf(start)
    if run is None or OFFNODE in k.warned_once:
        return
    pfn = (run.pa_start + start - run.va_start) >> k.layout.page_shift
    if node_distance(k, early_pfn_to_nid(k, pfn), node) > 10:
        k.pr_warn_once(OFFNODE, start, end - 1)


@traced
def __populate_section_memmap(k: Kernel, pfn: int, nr_pages: int, nid: int) -> int:
    """Map the struct pages of `nr_pages` pages from `pfn`.  Returns the virtual address of the first, 0 if
    memory has run out."""
    page = k.sizes.sizeof("struct page")
    start = k.layout.vmemmap.start + (pfn - k.arch.arch_pfn_offset(k)) * page
    if k.arch.vmemmap_populate(k, start, start + nr_pages * page, nid) < 0:
        return 0
    return start

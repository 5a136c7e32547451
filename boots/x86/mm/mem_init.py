"""Memory goes to the buddy allocator.  Mirrors ``mem_init()`` of arch/x86/mm/init_64.c, and of mm/memory.c
what then makes page tables."""

from __future__ import annotations

from ....model.base.pfn import ALIGN
from ....model.trace.recorder import traced
from ...mm.memblock_free import memblock_free_all
from ...mm.page_alloc import get_zeroed_page
from ..kernel.pci_dma import pci_iommu_alloc
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/init_64.c"

PUD, P4D = 1, 0


def _alloc_table(k: Kernel, level: int, address: int) -> bool:
    """Make a table at `level` for an address, below the root.  Returns whether there was memory for it."""
    pfn = get_zeroed_page(k)
    if pfn:
        k.page_tables.add_table(level, address, pfn << k.layout.page_shift, k.arch.table_prot(k))
    return pfn != 0


@traced
def __p4d_alloc(k: Kernel, address: int) -> bool:
    """A table of p4d entries (mm/memory.c).  Returns whether there was memory for it."""
    return _alloc_table(k, P4D, address)


@traced
def __pud_alloc(k: Kernel, address: int) -> bool:
    """A table of pud entries (mm/memory.c).  Returns whether there was memory for it."""
    return _alloc_table(k, PUD, address)


@traced
def preallocate_vmalloc_pages(k: Kernel) -> None:
    """Make all tables below the root that the vmalloc area will ever need: a new entry of the root would have
    to be copied to every process's."""
    tree, vmalloc = k.page_tables, k.layout.vmalloc
    level = tree.geometry.start_level + 1
    allocate, name = (__p4d_alloc, "p4d") if level == P4D else (__pud_alloc, "pud")
    address = vmalloc.start
    while address < vmalloc.end:
        if tree.table(level, address) is None and not allocate(k, address):
            k.panic(f"Failed to pre-allocate {name} pages for vmalloc area")
        address = ALIGN(address + 1, k.layout.pgdir_size)


@traced
def mem_init(k: Kernel) -> None:
    """Bounce buffers; then all that is free goes to the buddy allocator."""
    pci_iommu_alloc(k)
    memblock_free_all(k)
    k.after_bootmem = 1
    preallocate_vmalloc_pages(k)

"""The image's mapping, and vmemmap's.  Mirrors arch/x86/mm/init_64.c; what it has of the direct map is in
kernel_physical_mapping.py, what of single pages in set_pte_vaddr.py."""

from __future__ import annotations

from ....model.arch.x86.entry_format import PAGE_KERNEL_LARGE
from ....model.base.pfn import ALIGN
from ....model.trace.recorder import traced
from ...mm.sparse.vmemmap import vmemmap_populate_basepages, vmemmap_populate_hugepages
from ..variables import Kernel
from .cpu_features import boot_cpu_has
from .levels import PMD, kernel_prot, live_trees

KERNEL_FILE = "arch/x86/mm/init_64.c"


@traced
def cleanup_highmap(k: Kernel) -> None:
    """Clear the entries of the image's table before ``_text`` and behind what was taken of brk."""
    start, stop = k.layout.image.start, k.layout.image.end
    first = k.va_symbol("_text") & -k.layout.pmd_size
    last = ALIGN(k._brk_end, k.layout.pmd_size)
    for tree in live_trees(k, start):
        tree.clear_leaves(start, first)
        tree.clear_leaves(last, stop)


def vmemmap_set_pmd(k: Kernel, addr: int, block: int) -> None:
    """Map 2 MiB of vmemmap to a block of memory."""
    prot = kernel_prot(k, PAGE_KERNEL_LARGE)
    k.page_tables.set_leaves(addr, addr + k.layout.pmd_size, block, PMD, prot)


@traced
def vmemmap_populate(k: Kernel, start: int, end: int, node: int) -> int:
    """Back [start, end) of vmemmap with memory of a node, by 2 MiB if these are whole sections.  Returns 0,
    or -12 when memory has run out."""
    section = k.layout.pages_per_section * k.sizes.sizeof("struct page")
    if end - start < section or not boot_cpu_has(k, "pse"):
        return vmemmap_populate_basepages(k, start, end, node)
    return vmemmap_populate_hugepages(k, start, end, node, vmemmap_set_pmd)

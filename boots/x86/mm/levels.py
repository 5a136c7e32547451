"""The levels of x86-64's page tables as trees count them, and the kernel's own numbers for page sizes.

Mirrors, of arch/x86/include/asm/pgtable_types.h, ``enum pg_level``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ....model.memory.pagetable.tables import PageTables
from ..variables import Kernel

P4D, PUD, PMD, PTE = 0, 1, 2, 3
"""The levels of the tables that hold p4d, pud, pmd and pte entries.  With four levels P4D is the root."""
PG_LEVEL_2M, PG_LEVEL_1G = 2, 3
"""The kernel's numbers, which count the other way round."""
EARLY_TOP_PGT, INIT_TOP_PGT = "early_top_pgt", "init_top_pgt"
"""The root that the kernel starts on, and its own, swapper_pg_dir."""


def live_trees(k: Kernel, address: int) -> Iterator[PageTables]:
    """The trees that a change of the kernel's tables for an address shows in: its own, and that of the early
    root while it is in use, if both roots' entries for the address point to the same table."""
    kernel = k.page_tables
    yield kernel
    early = k.pgdirs[EARLY_TOP_PGT]
    if k.cr3 == EARLY_TOP_PGT:
        below = kernel.geometry.start_level + 1
        shared = kernel.table(below, address)
        if shared is not None and shared == early.table(below, address):
            yield early


def kernel_prot(k: Kernel, prot: int) -> int:
    """A protection of kernel mappings (``PAGE_KERNEL`` and its like) as it is on this CPU: global only if
    user space has no page tables of its own."""
    return protected(k, prot & k.default_kernel_pte_mask)


def protected(k: Kernel, prot: int) -> int:
    """A protection without the bits that this CPU does not know (``massage_pgprot``)."""
    return prot & k.supported_pte_mask

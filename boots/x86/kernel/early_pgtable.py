"""Page tables made by page faults.  Mirrors, of arch/x86/kernel/head64.c, ``do_early_exception`` and what it
calls.

Until the direct map is made the kernel reads and writes memory through its direct-map addresses all the same:
each access to one that is not mapped is a page fault, whose handler maps 2 MiB there, with tables that lie in
the image.
"""

from __future__ import annotations

from ....model.arch.x86.entry_format import GLOBAL, KERNPG_TABLE, NX, PAGE_KERNEL_LARGE
from ....model.trace.recorder import traced
from ..mm.cpu_features import boot_cpu_has
from ..mm.levels import EARLY_TOP_PGT, PMD
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/head64.c"

EARLY_DYNAMIC_PAGE_TABLES = 64
"""Pages of the image for tables."""


def early_dynamic_pgt(k: Kernel) -> int:
    """The physical address of the next of the image's pages for tables, which is then taken."""
    page = k.next_early_pgt
    k.next_early_pgt += 1
    return k.pa_symbol("early_dynamic_pgts") + (page << k.layout.page_shift)


@traced
def reset_early_page_tables(k: Kernel) -> None:
    """Wipe all early page tables but for the image's mapping, which the last entry of the root is for."""
    tree = k.pgdirs[EARLY_TOP_PGT]
    tree.clear_below(k.layout.image.start & -tree.geometry.size(tree.geometry.start_level))
    k.next_early_pgt = 0


def early_pmd_flags(k: Kernel) -> int:
    """The bits of the entries that faults make; those that nothing is executed through, if the CPU has
    NX."""
    flags = PAGE_KERNEL_LARGE & ~GLOBAL
    return flags if boot_cpu_has(k, "nx") else flags & ~NX


@traced
def early_make_pgtable(k: Kernel, address: int) -> bool:
    """Map the 2 MiB around a direct-map address.  Returns whether that is possible."""
    tree = k.pgdirs[EARLY_TOP_PGT]
    physaddr = k.virt_to_phys(address)
    if physaddr >> k.layout.max_physmem_bits:
        return False
    level = tree.geometry.start_level + 1
    while level <= PMD:
        if tree.table(level, address) is None:
            if k.next_early_pgt >= EARLY_DYNAMIC_PAGE_TABLES:
                reset_early_page_tables(k)
                level = tree.geometry.start_level + 1
                continue
            tree.add_table(level, address, early_dynamic_pgt(k), KERNPG_TABLE)
        level += 1
    size = k.layout.pmd_size
    first = address & -size
    tree.set_leaves(first, first + size, physaddr & -size, PMD, early_pmd_flags(k))
    return True


def do_early_exception(k: Kernel, pa: int, size: int) -> bool:
    """What becomes of an access to `size` bytes of memory, from the physical address `pa` on, through the
    direct map.  Returns whether the early page tables see to it: while CR3 points to them."""
    if k.cr3 != EARLY_TOP_PGT:
        return False
    tree, block = k.pgdirs[EARLY_TOP_PGT], k.layout.pmd_size
    for at in range(pa & -block, pa + size, block):
        address = k.phys_to_virt(at)
        if tree.leaf(address) is None and not early_make_pgtable(k, address):
            return False
    return True

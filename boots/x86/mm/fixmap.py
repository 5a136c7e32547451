"""The fixmap.  Mirrors, of arch/x86/mm, what pgtable.c and ioremap.c have of it."""

from __future__ import annotations

from ....model.arch.x86.entry_format import FIXMAP_PAGE_NOCACHE, PAGE_TABLE
from ....model.memory.pagetable.tables import ENTRY_SIZE
from ....model.trace.recorder import traced
from ..variables import Kernel
from .levels import PMD, PTE, live_trees
from .set_pte_vaddr import set_pte_vaddr

KERNEL_FILE = "arch/x86/mm/pgtable.c"


@traced
def native_set_fixmap(k: Kernel, idx: str | int, phys: int, flags: int) -> None:
    """Point a permanent slot at the page at `phys`; protection 0 clears it."""
    set_pte_vaddr(k, k.layout.fix_to_virt(idx), phys, flags & k.default_kernel_pte_mask)


def set_fixmap_nocache(k: Kernel, idx: str | int, phys: int) -> None:
    """Point a permanent slot at registers of a device."""
    native_set_fixmap(k, idx, phys, FIXMAP_PAGE_NOCACHE)


@traced
def __early_set_fixmap(k: Kernel, idx: str | int, phys: int, flags: int) -> None:
    """Point a slot of early_ioremap() at the page at `phys`; protection 0 clears it.  Its table is bm_pte,
    whichever root the CPU walks."""
    page_size = k.layout.page_size
    addr = k.layout.fix_to_virt(idx)
    flags &= k.supported_pte_mask
    for tree in live_trees(k, addr):
        if flags:
            tree.set_leaves(addr, addr + page_size, phys & -page_size, PTE, flags)
        else:
            tree.clear_leaves(addr, addr + page_size)


def set_fixmap(k: Kernel, idx: str | int, phys: int, flags: int) -> None:
    """Point any slot at the page at `phys`; protection 0 clears it."""
    index = idx if isinstance(idx, int) else k.layout.fixmap_slots[idx]
    if index >= k.layout.fixmap_slots["FIX_BTMAP_END"]:
        __early_set_fixmap(k, index, phys, flags)
    else:
        native_set_fixmap(k, index, phys, flags)


def early_ioremap_pmd(k: Kernel, addr: int) -> None:
    """Read one's way down to the pmd entry for an address, through the direct map: whichever root CR3 points
    to."""
    tree = k.pgdirs[k.cr3]
    for level in range(tree.geometry.start_level, PMD):
        table = tree.table(level, addr)
        if table is not None:
            k.access(table + tree.geometry.offset(level, addr), ENTRY_SIZE)


@traced
def early_ioremap_init(k: Kernel) -> None:
    """Give the slots of early_ioremap() a page table of their own, of the image."""
    addr = k.layout.fix_to_virt("FIX_BTMAP_BEGIN")
    early_ioremap_pmd(k, addr)
    for tree in live_trees(k, addr):
        tree.add_table(PTE, addr, k.pa_symbol("bm_pte"), PAGE_TABLE)

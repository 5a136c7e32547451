"""Single pages of the kernel's half, and the tables above them.  Mirrors, of arch/x86/mm/init_64.c,
``set_pte_vaddr``, ``populate_extra_pte`` and what they call."""

from __future__ import annotations

from ....model.arch.x86.entry_format import PAGE_TABLE, PRESENT
from ....model.memory.memblock import memblock_alloc
from ....model.trace.recorder import traced
from ..variables import Kernel
from .levels import P4D, PMD, PTE, PUD, live_trees, protected

KERNEL_FILE = "arch/x86/mm/init_64.c"


@traced
def spp_getpage(k: Kernel) -> int:
    """A zeroed page for a table; its physical address.  Panics when memory has run out."""
    page = memblock_alloc(k.memblock, k.layout.page_size, k.layout.page_size)
    if not page:
        k.panic("set_pte_phys: cannot allocate page data ")
    return page


def _fill(k: Kernel, level: int, vaddr: int) -> None:
    """Make sure there is a table at `level` for an address.  Levels that there are not are folded into the
    root."""
    tree = k.page_tables
    if level <= tree.geometry.start_level or tree.table(level, vaddr) is not None:
        return
    table = spp_getpage(k)
    for live in live_trees(k, vaddr):
        live.add_table(level, vaddr, table, PAGE_TABLE)


@traced
def fill_p4d(k: Kernel, vaddr: int) -> None:
    """Make sure that there is a table of p4d entries for an address."""
    _fill(k, P4D, vaddr)


@traced
def fill_pud(k: Kernel, vaddr: int) -> None:
    """Make sure that there is a table of pud entries for an address."""
    _fill(k, PUD, vaddr)


@traced
def fill_pmd(k: Kernel, vaddr: int) -> None:
    """Make sure that there is a table of pmd entries for an address."""
    _fill(k, PMD, vaddr)


@traced
def fill_pte(k: Kernel, vaddr: int) -> None:
    """Make sure that there is a table of pte entries for an address."""
    _fill(k, PTE, vaddr)


@traced
def set_pte_vaddr(k: Kernel, vaddr: int, phys: int, prot: int) -> None:
    """Let the page at `vaddr` be that at `phys`; a protection that is not present leaves its entry empty."""
    if k.layout.levels == 5 and k.page_tables.table(P4D, vaddr) is None:
        k.pr_err("PGD FIXMAP MISSING, it should be setup in head.S!")
        return
    fill_pud(k, vaddr)
    fill_pmd(k, vaddr)
    fill_pte(k, vaddr)
    page_size = k.layout.page_size
    first = vaddr & -page_size
    for tree in live_trees(k, vaddr):
        if prot & PRESENT:
            tree.set_leaves(first, first + page_size, phys & -page_size, PTE, protected(k, prot))
        else:
            tree.clear_leaves(first, first + page_size)


@traced
def populate_extra_pmd(k: Kernel, vaddr: int) -> None:
    """Make sure that there are all tables above a pmd entry for an address."""
    fill_p4d(k, vaddr)
    fill_pud(k, vaddr)
    fill_pmd(k, vaddr)


@traced
def populate_extra_pte(k: Kernel, vaddr: int) -> None:
    """Make sure that there are all tables above a pte entry for an address."""
    populate_extra_pmd(k, vaddr)
    fill_pte(k, vaddr)

"""Writing the direct map, level by level.  Mirrors, of arch/x86/mm/init_64.c,
``kernel_physical_mapping_init`` and what it calls.

The kernel's loops visit every entry; here neighbours that get the same treatment are written in one go, as a
run, in the same order of allocations.  What lies behind a range and is no RAM the kernel clears: here those
entries are empty already.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from ....model.arch.x86.entry_format import PAGE_TABLE, PSE
from ....model.memory.pagetable.tables import PageTables, Run
from ....model.trace.recorder import traced
from ..variables import Kernel
from .levels import P4D, PG_LEVEL_1G, PG_LEVEL_2M, PMD, PTE, PUD
from .low_pages import alloc_low_page

KERNEL_FILE = "arch/x86/mm/init_64.c"


class Stretch(NamedTuple):
    """Neighbouring entries of one table that are alike, as the addresses [start, end) of them that are to be
    mapped: none, with `leaf` one that maps memory itself, with `has_table` one that points to a table."""

    start: int
    end: int
    leaf: Run | None = None
    has_table: bool = False


def stretches(tree: PageTables, level: int, start: int, end: int) -> Iterator[Stretch]:
    """What the entries at `level` for [start, end) hold."""
    used = sorted((*_leaves(tree, level, start, end), *_tables(tree, level, start, end)))
    for stretch in used:
        if start < stretch.start:
            yield Stretch(start, stretch.start)
        yield stretch
        start = stretch.end
    if start < end:
        yield Stretch(start, end)


def _leaves(tree: PageTables, level: int, start: int, end: int) -> Iterator[Stretch]:
    for run in tree.leaves(start, end):
        if run.level == level:
            yield Stretch(max(run.va_start, start), min(run.va_end, end), leaf=run)


def _tables(tree: PageTables, level: int, start: int, end: int) -> Iterator[Stretch]:
    """Entries that point to tables."""
    size = tree.geometry.size(level)
    for at in range(bisect_left(tree.tables, (start & -tree.geometry.table_size(level),)), len(tree.tables)):
        table = tree.tables[at]
        if table.va_first >= end:
            return
        if table.level == level + 1:
            for number in range(table.count):
                first = table.va_first + number * table.va_step
                if start < first + size and first < end:
                    yield Stretch(max(first, start), min(first + size, end), has_table=True)


def pieces(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    """[start, end) cut at multiples of `size`."""
    while start < end:
        stop = min(end, (start & -size) + size)
        yield start, stop
        start = stop


@traced
def phys_pte_init(k: Kernel, paddr: int, paddr_end: int, prot: int) -> int:
    """Map [paddr, paddr_end), which one table of pte entries translates, where it is not mapped yet.  Returns
    the end of what was mapped last, as those below do."""
    tree = k.page_tables
    last = paddr_end
    for stretch in stretches(tree, PTE, k.phys_to_virt(paddr), k.phys_to_virt(paddr_end)):
        if stretch.leaf is None:
            tree.set_leaves(stretch.start, stretch.end, k.virt_to_phys(stretch.start), PTE, prot)
            last = k.virt_to_phys(stretch.end)
    return last


def _set_large(k: Kernel, level: int, stretch: Stretch, prot: int) -> int:
    """Map all that the entries of a stretch translate by leaves.  Returns its end."""
    size = k.page_tables.geometry.size(level)
    start, end = stretch.start & -size, -(-stretch.end // size) * size
    k.page_tables.set_leaves(start, end, k.virt_to_phys(start), level, prot | PSE)
    return k.virt_to_phys(end)


def _new_table(k: Kernel, level: int, address: int) -> None:
    """Give the entry for an address a table at `level`, in the place of a leaf that may be there."""
    tree = k.page_tables
    size = tree.geometry.table_size(level)
    table = alloc_low_page(k)
    if tree.leaf(address) is not None:
        tree.clear_leaves(address & -size, (address & -size) + size)
    tree.add_table(level, address, table, PAGE_TABLE)


@traced
def phys_pmd_init(k: Kernel, paddr: int, paddr_end: int, page_size_mask: int, prot: int) -> int:
    """Map [paddr, paddr_end), which one table of pmd entries translates."""
    last, size, has_2m = paddr_end, k.layout.pmd_size, bool(page_size_mask & 1 << PG_LEVEL_2M)
    for stretch in stretches(k.page_tables, PMD, k.phys_to_virt(paddr), k.phys_to_virt(paddr_end)):
        if stretch.has_table:
            last = phys_pte_init(k, k.virt_to_phys(stretch.start), k.virt_to_phys(stretch.end), prot)
        elif has_2m and stretch.leaf is not None:
            last = -(-k.virt_to_phys(stretch.end) // size) * size
        elif has_2m:
            last = _set_large(k, PMD, stretch, prot)
        else:
            # A leaf that is too large for what was asked is split, and keeps its protection.
            new = stretch.leaf.attrs & ~PSE if stretch.leaf else prot
            for start, end in pieces(stretch.start, stretch.end, size):
                _new_table(k, PTE, start)
                last = phys_pte_init(k, k.virt_to_phys(start), k.virt_to_phys(end), new)
    return last


@traced
def phys_pud_init(k: Kernel, paddr: int, paddr_end: int, page_size_mask: int, prot: int) -> int:
    """Map [paddr, paddr_end), which one table of pud entries translates."""
    last, size, has_1g = paddr_end, k.layout.pud_size, bool(page_size_mask & 1 << PG_LEVEL_1G)
    for stretch in stretches(k.page_tables, PUD, k.phys_to_virt(paddr), k.phys_to_virt(paddr_end)):
        start, end = k.virt_to_phys(stretch.start), k.virt_to_phys(stretch.end)
        if stretch.has_table:
            last = phys_pmd_init(k, start, end, page_size_mask, prot)
        elif has_1g and stretch.leaf is not None:
            last = -(-end // size) * size
        elif has_1g:
            last = _set_large(k, PUD, stretch, prot)
        else:
            new = stretch.leaf.attrs & ~PSE if stretch.leaf else prot
            for first, stop in pieces(stretch.start, stretch.end, size):
                _new_table(k, PMD, first)
                last = phys_pmd_init(k, k.virt_to_phys(first), k.virt_to_phys(stop), page_size_mask, new)
    return last


@traced
def phys_p4d_init(k: Kernel, paddr: int, paddr_end: int, page_size_mask: int, prot: int) -> int:
    """Map [paddr, paddr_end), which one table of p4d entries translates; with four levels there are none."""
    if not k.pgtable_l5_enabled:
        return phys_pud_init(k, paddr, paddr_end, page_size_mask, prot)
    last = paddr_end
    vaddr, vaddr_end = k.phys_to_virt(paddr), k.phys_to_virt(paddr_end)
    for start, end in pieces(vaddr, vaddr_end, k.page_tables.geometry.size(P4D)):
        if k.page_tables.table(PUD, start) is None:
            _new_table(k, PUD, start)
        last = phys_pud_init(k, k.virt_to_phys(start), k.virt_to_phys(end), page_size_mask, prot)
    return last


@traced
def kernel_physical_mapping_init(k: Kernel, start: int, end: int, page_size_mask: int, prot: int) -> int:
    """Map the physical addresses [start, end) at their places in the direct map, by the page sizes of
    `page_size_mask`.  Returns the end of what was mapped last."""
    tree, last = k.page_tables, end
    level = tree.geometry.start_level
    for first, stop in pieces(k.phys_to_virt(start), k.phys_to_virt(end), tree.geometry.size(level)):
        if tree.table(level + 1, first) is None:
            _new_table(k, level + 1, first)
        last = phys_p4d_init(k, k.virt_to_phys(first), k.virt_to_phys(stop), page_size_mask, prot)
    return last

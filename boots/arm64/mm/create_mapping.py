"""Building page tables level by level.  Mirrors arch/arm64/mm/mmu.c: ``__create_pgd_mapping`` and what it
calls.

The kernel's loops visit every entry; here entries that get the same treatment are written in one go, as a
run, in the same order of allocations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.arch.arm64.entry_format import (
    PTE_CONT,
    TABLE_PXN,
    mk_sect_prot,
    pgattr_change_is_safe,
)
from ....model.memory.memblock import (
    MEMBLOCK_ALLOC_ACCESSIBLE,
    MEMBLOCK_ALLOC_NOLEAKTRACE,
    memblock_phys_alloc_range,
)
from ....model.trace.recorder import traced
from ..kernel.cpu import this_cpu
from ..variables import Kernel
from .pgtable_prot import table_prot

KERNEL_FILE = "arch/arm64/mm/mmu.c"

P4D, PUD, PMD, PTE = 0, 1, 2, 3
"""The levels of the tables that hold p4d, pud, pmd and pte entries."""

NO_BLOCK_MAPPINGS = 1
NO_CONT_MAPPINGS = 2
NO_EXEC_MAPPINGS = 4

PgtableAlloc = Callable[[Kernel, int], int]
"""Gives the physical address of a zeroed page for a table whose entries translate 1 << shift bytes."""


@traced
def early_pgtable_alloc(k: Kernel, shift: int) -> int:
    """Take a page for a page table from memblock, top-down, and zero it through the FIX_PTE slot.

    Returns its physical address.  Panics when memory has run out.
    """
    page_size = k.layout.page_size
    # Since 5.13 the leak detector is told to look away.
    end = MEMBLOCK_ALLOC_NOLEAKTRACE if k.release >= (5, 13) else MEMBLOCK_ALLOC_ACCESSIBLE
    phys = memblock_phys_alloc_range(k.memblock, page_size, page_size, 0, end)
    if not phys:
        k.panic("Failed to allocate page table page")
    if phys >> this_cpu(k).physical_bits:
        # The CPU cannot reach what the board calls memory.
        k.fault("level 3 address size fault", k.layout.fix_to_virt("FIX_PTE"))
    return phys


def populate(
    k: Kernel, pgdir: str, level: int, addr: int, pgtable_alloc: PgtableAlloc | None, flags: int
) -> None:
    """Make sure there is a table at `level` for `addr`: what each of the functions below begins with.

    With fewer levels the upper ones are folded into the pgd, which is always there.
    """
    tree = k.pgdirs[pgdir]
    if level <= tree.geometry.start_level or tree.table(level, addr) is not None:
        return
    if pgtable_alloc is None:
        k.bug(f"no table at level {level} for {addr:#x}, and none may be allocated")
    attributes = table_prot(k)
    if flags & NO_EXEC_MAPPINGS:
        attributes |= TABLE_PXN
    phys = pgtable_alloc(k, tree.geometry.shift(level))
    tree.add_table(level, addr, phys, attributes)


@traced
def init_pte(k: Kernel, pgdir: str, addr: int, end: int, phys: int, prot: int) -> None:
    """Write the page entries that map [addr, end) to `phys` onwards."""
    tree = k.pgdirs[pgdir]
    before = tree.old_attributes(addr, end)
    tree.set_leaves(addr, end, phys, PTE, prot)
    if not all(pgattr_change_is_safe(old, prot) for old in before):
        k.bug("!pgattr_change_is_safe(pte_val(old_pte), READ_ONCE(pte_val(*ptep)))")


def contiguous_parts(
    addr: int, end: int, phys: int, prot: int, size: int, flags: int
) -> Iterator[tuple[int, int, int]]:
    """Cut [addr, end) into (start, stop, protection), with the contiguous bit where whole aligned groups of
    `size` bytes fit in both address spaces."""
    first, last = -(-addr // size) * size, end // size * size
    if flags & NO_CONT_MAPPINGS or (addr ^ phys) % size or first >= last:
        yield addr, end, prot
        return
    if addr < first:
        yield addr, first, prot
    yield first, last, prot | PTE_CONT
    if last < end:
        yield last, end, prot


@traced
def alloc_init_cont_pte(
    k: Kernel,
    pgdir: str,
    addr: int,
    end: int,
    phys: int,
    prot: int,
    pgtable_alloc: PgtableAlloc | None,
    flags: int,
) -> None:
    """Map [addr, end), which one pte table translates, by pages; contiguous ones where they are aligned."""
    populate(k, pgdir, PTE, addr, pgtable_alloc, flags)
    cont_size = Arm64Layout(k.layout).cont_pte_size
    for start, stop, part_prot in contiguous_parts(addr, end, phys, prot, cont_size, flags):
        init_pte(k, pgdir, start, stop, phys + start - addr, part_prot)


def block_bytes(addr: int, end: int, phys: int, size: int, flags: int) -> int:
    """How many bytes at `addr` can be mapped by blocks of `size` bytes."""
    if flags & NO_BLOCK_MAPPINGS or (addr | phys) % size:
        return 0
    return (end - addr) // size * size


def set_huge(k: Kernel, pgdir: str, level: int, addr: int, end: int, phys: int, prot: int) -> int:
    """Write block entries, unless that would change live ones in a way the hardware forbids."""
    tree = k.pgdirs[pgdir]
    new = mk_sect_prot(prot)
    if not all(pgattr_change_is_safe(old, new) for old in tree.old_attributes(addr, end)):
        return 0
    tree.set_leaves(addr, end, phys, level, new)
    return 1


@traced
def pmd_set_huge(k: Kernel, pgdir: str, addr: int, end: int, phys: int, prot: int) -> int:
    """Map [addr, end) by blocks at the pmd level.  Returns 1, or 0 when live entries forbid it."""
    return set_huge(k, pgdir, PMD, addr, end, phys, prot)


@traced
def pud_set_huge(k: Kernel, pgdir: str, addr: int, end: int, phys: int, prot: int) -> int:
    """Map [addr, end) by blocks at the pud level.  Returns 1, or 0 when live entries forbid it."""
    return set_huge(k, pgdir, PUD, addr, end, phys, prot)


def entry_end(addr: int, end: int, size: int) -> int:
    """Where the entry that translates `addr` ends, or the range does (``pmd_addr_end`` and its kin)."""
    return min((addr // size + 1) * size, end)


@traced
def init_pmd(
    k: Kernel,
    pgdir: str,
    addr: int,
    end: int,
    phys: int,
    prot: int,
    pgtable_alloc: PgtableAlloc | None,
    flags: int,
) -> None:
    """Map [addr, end) in one pmd table: by blocks where both sides are aligned and it is allowed, else by
    pages."""
    size = k.layout.pmd_size
    offset = phys - addr
    while addr != end:
        blocks = block_bytes(addr, end, addr + offset, size, flags)
        if blocks:
            pmd_set_huge(k, pgdir, addr, addr + blocks, addr + offset, prot)
            addr += blocks
        else:
            stop = entry_end(addr, end, size)
            alloc_init_cont_pte(k, pgdir, addr, stop, addr + offset, prot, pgtable_alloc, flags)
            addr = stop


@traced
def alloc_init_cont_pmd(
    k: Kernel,
    pgdir: str,
    addr: int,
    end: int,
    phys: int,
    prot: int,
    pgtable_alloc: PgtableAlloc | None,
    flags: int,
) -> None:
    """Map [addr, end), which one pmd table translates; contiguous blocks where they are aligned."""
    populate(k, pgdir, PMD, addr, pgtable_alloc, flags)
    cont_size = Arm64Layout(k.layout).cont_pmd_size
    for start, stop, part_prot in contiguous_parts(addr, end, phys, prot, cont_size, flags):
        init_pmd(k, pgdir, start, stop, phys + start - addr, part_prot, pgtable_alloc, flags)


@traced
def alloc_init_pud(
    k: Kernel,
    pgdir: str,
    addr: int,
    end: int,
    phys: int,
    prot: int,
    pgtable_alloc: PgtableAlloc | None,
    flags: int,
) -> None:
    """Map [addr, end), which one pgd (or p4d) entry translates; by 1 GiB blocks where that is possible (4K
    pages only)."""
    populate(k, pgdir, PUD, addr, pgtable_alloc, flags)
    size = k.layout.pud_size
    offset = phys - addr
    pud_sect_supported = k.layout.page_shift == 12
    while addr != end:
        blocks = block_bytes(addr, end, addr + offset, size, flags) if pud_sect_supported else 0
        if blocks:
            pud_set_huge(k, pgdir, addr, addr + blocks, addr + offset, prot)
            addr += blocks
        else:
            stop = entry_end(addr, end, size)
            alloc_init_cont_pmd(k, pgdir, addr, stop, addr + offset, prot, pgtable_alloc, flags)
            addr = stop


@traced
def alloc_init_p4d(
    k: Kernel,
    pgdir: str,
    addr: int,
    end: int,
    phys: int,
    prot: int,
    pgtable_alloc: PgtableAlloc | None,
    flags: int,
) -> None:
    """Map [addr, end), which one pgd entry translates, p4d entry by p4d entry; with less than five levels
    these are the pgd's own."""
    populate(k, pgdir, P4D, addr, pgtable_alloc, flags)
    size = k.layout.p4d_size
    offset = phys - addr
    while addr != end:
        stop = entry_end(addr, end, size)
        alloc_init_pud(k, pgdir, addr, stop, addr + offset, prot, pgtable_alloc, flags)
        addr = stop


@traced
def __create_pgd_mapping(
    k: Kernel,
    pgdir: str,
    phys: int,
    virt: int,
    size: int,
    prot: int,
    pgtable_alloc: PgtableAlloc | None,
    flags: int,
) -> None:
    """Map `size` bytes at `virt` to `phys` in the tree `pgdir`, allocating tables with `pgtable_alloc`
    (None: all must be there).  `prot` is the page descriptor's bits, `flags` are NO_BLOCK_, NO_CONT_,
    NO_EXEC_MAPPINGS."""
    page_mask = k.layout.page_size - 1
    if (phys ^ virt) & page_mask:
        k.warn_on("(phys ^ virt) & ~PAGE_MASK")
        return
    addr = virt & ~page_mask
    end = (virt + size + page_mask) & ~page_mask
    offset = (phys & ~page_mask) - addr
    # There are tables of p4d entries since 6.9.
    alloc_init = alloc_init_p4d if k.release >= (6, 9) else alloc_init_pud
    while addr != end:
        stop = entry_end(addr, end, k.layout.pgdir_size)
        alloc_init(k, pgdir, addr, stop, addr + offset, prot, pgtable_alloc, flags)
        addr = stop

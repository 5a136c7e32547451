"""The fixmap: addresses fixed when the kernel is compiled, whose mappings change while it runs.

Mirrors arch/arm64/mm/mmu.c (arch/arm64/mm/fixmap.c since 6.4).
"""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.arch.arm64.entry_format import TYPE_TABLE
from ....model.trace.recorder import traced
from ..variables import Kernel
from .create_mapping import NO_CONT_MAPPINGS, PMD, PTE, PUD, __create_pgd_mapping

KERNEL_FILE = "arch/arm64/mm/mmu.c"

MIN_FDT_ALIGN = 8
FDT_MAGIC = 0xD00DFEED


@traced
def early_fixmap_init(k: Kernel) -> None:
    """Hook three tables of the image's BSS, bm_pud, bm_pmd and bm_pte, into the live page tables, so that
    fixmap slots can be written before there is any memory to allocate."""
    tree = k.pgdirs[k.init_mm_pgd]
    start = end = k.layout.fixmap.start
    if k.release >= (6, 4):
        # All slots have pte tables since 6.4; before, only early_ioremap()'s, the device tree being mapped by
        # blocks.
        start, end = k.layout.fix_to_virt("__end_of_fixed_addresses"), k.layout.fixmap.end - 1
    if tree.geometry.start_level < PUD and tree.table(PUD, start) is None:
        tree.add_table(PUD, start, k.pa_symbol("bm_pud"), TYPE_TABLE)
    if tree.geometry.start_level < PMD and tree.table(PMD, start) is None:
        tree.add_table(PMD, start, k.pa_symbol("bm_pmd"), TYPE_TABLE)
    bm_pte = k.pa_symbol("bm_pte")
    for address in range(start & -k.layout.pmd_size, end + 1, k.layout.pmd_size):
        if tree.table(PTE, address) is None:
            tree.add_table(PTE, address, bm_pte, TYPE_TABLE)
        bm_pte += k.layout.page_size


@traced
def __set_fixmap(k: Kernel, idx: str | int, phys: int, flags: int) -> None:
    """Point the fixmap slot `idx` at the page at `phys`; protection 0 clears it."""
    tree = k.pgdirs[k.init_mm_pgd]
    addr = k.layout.fix_to_virt(idx)
    if flags:
        tree.set_leaves(addr, addr + k.layout.page_size, phys & -k.layout.page_size, PTE, flags)
    else:
        tree.clear_leaves(addr, addr + k.layout.page_size)


@traced
def create_mapping_noalloc(k: Kernel, phys: int, virt: int, size: int, prot: int) -> None:
    """Map without allocating a table: every table on the way must be there."""
    if virt < k.layout.page_offset:
        k.pr_warn("BUG: not creating mapping for {:#018x} at 0x{:016x} - outside kernel range", phys, virt)
        return
    __create_pgd_mapping(k, k.init_mm_pgd, phys, virt, size, prot, None, NO_CONT_MAPPINGS)


@traced
def fixmap_remap_fdt(k: Kernel, dt_phys: int, prot: int) -> int:
    """Map the device tree through FIX_FDT, first one block or page to read its size, then all of it.

    Returns the size of the tree in bytes, 0 if there is none to be found at `dt_phys`.
    """
    if not dt_phys or dt_phys % MIN_FDT_ALIGN:
        return 0
    # Since 6.4 by pages, before in the blocks that the image was first mapped by.
    block = k.layout.page_size if k.release >= (6, 4) else Arm64Layout(k.layout).swapper_block_size
    dt_virt_base = k.layout.fix_to_virt("FIX_FDT")
    offset = dt_phys % block
    create_mapping_noalloc(k, dt_phys - offset, dt_virt_base, block, prot)
    if int.from_bytes(k.fdt.raw[:4]) != FDT_MAGIC:
        return 0
    size = k.fdt.totalsize
    if size > Arm64Layout(k.layout).max_fdt_size:
        return 0
    if offset + size > block:
        create_mapping_noalloc(k, dt_phys - offset, dt_virt_base, -(-(offset + size) // block) * block, prot)
    return size


@traced
def early_ioremap_init(k: Kernel) -> None:
    """Set up the slots of early_ioremap() (mm/early_ioremap.c: ``early_ioremap_setup``).  They lie in the
    fixmap and map nothing yet."""

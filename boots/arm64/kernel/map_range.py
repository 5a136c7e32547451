"""Page tables before there is an allocator: out of pages of the image itself.  Mirrors
arch/arm64/kernel/pi/map_range.c (since 6.9).

The kernel's loop visits every entry; here neighbours that get the same treatment are written in one go.
"""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.arch.arm64.entry_format import PAGE_KERNEL, PAGE_KERNEL_ROX, TABLE_UXN, TYPE_SECT, TYPE_TABLE
from ....model.base.pfn import ALIGN
from ....model.trace.recorder import traced
from ..mm.create_mapping import NO_CONT_MAPPINGS, PTE, contiguous_parts
from ..variables import Kernel

KERNEL_FILE = "arch/arm64/kernel/pi/map_range.c"


@traced
def map_range(
    k: Kernel, pgdir: str, ptep: int, start: int, end: int, pa: int, prot: int, level: int, may_use_cont: bool
) -> int:
    """Map [start, end) to `pa` onwards in the table at `level` for `start`; protection 0 unmaps.  Blocks are
    used wherever they fit, `may_use_cont` allows contiguous pages.  New tables take the pages from `ptep`
    on.  Returns the physical address of the next such page."""
    tree = k.pgdirs[pgdir]
    page_size, size = k.layout.page_size, tree.geometry.size(level)
    start, pa, end = start & -page_size, pa & -page_size, ALIGN(end, page_size)
    while start < end:
        blocks = end - start if level == PTE else _whole_blocks(start, end, pa, size)
        if blocks:
            _write(k, pgdir, start, start + blocks, pa, prot, level, may_use_cont)
            following = start + blocks
        else:
            following = min((start // size + 1) * size, end)
            if tree.table(level + 1, start) is None:
                tree.add_table(level + 1, start, ptep, TYPE_TABLE | TABLE_UXN)
                ptep += page_size
            ptep = map_range(k, pgdir, ptep, start, following, pa, prot, level + 1, may_use_cont)
        pa += following - start
        start = following
    return ptep


def _whole_blocks(start: int, end: int, pa: int, size: int) -> int:
    """How many bytes at `start` whole blocks of `size` bytes can map."""
    return 0 if (start | pa) % size else (end - start) // size * size


def _write(
    k: Kernel, pgdir: str, start: int, end: int, pa: int, prot: int, level: int, may_use_cont: bool
) -> None:
    """Write, or clear, neighbouring entries at `level`."""
    tree = k.pgdirs[pgdir]
    if not prot:
        tree.clear_leaves(start, end)
    elif level < PTE:
        tree.set_leaves(start, end, pa, level, prot & ~TYPE_TABLE | TYPE_SECT)
    else:
        flags = 0 if may_use_cont else NO_CONT_MAPPINGS
        cont_size = Arm64Layout(k.layout).cont_pte_size
        for first, stop, part in contiguous_parts(start, end, pa, prot, cont_size, flags):
            tree.set_leaves(first, stop, pa + first - start, level, part)


@traced
def create_init_idmap(k: Kernel, pgdir: str, clrmask: int) -> int:
    """Map the image at its own physical address, for the moment in which the MMU is turned on: what may run
    in one piece, the rest in another, both without the descriptor bits `clrmask`.  Returns the physical
    address behind the tables."""
    root = k.pgdirs[pgdir]
    level = root.geometry.start_level
    ptep = root.fields["root_pa"] + k.layout.page_size
    start, data, end = k.pa_symbol("_stext"), k.pa_symbol("__initdata_begin"), k.pa_symbol("_end")
    ptep = map_range(k, pgdir, ptep, start, data, start, PAGE_KERNEL_ROX & ~clrmask, level, False)
    return map_range(k, pgdir, ptep, data, end, data, PAGE_KERNEL & ~clrmask, level, False)

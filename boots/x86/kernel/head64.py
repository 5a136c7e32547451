"""From the first instruction to start_kernel: the page tables that the kernel starts on.  Mirrors
arch/x86/kernel/head_64.S and head64.c."""

from __future__ import annotations

from collections.abc import Iterator

from ....model.arch.x86.address_map import X86Layout
from ....model.arch.x86.entry_format import (
    GLOBAL,
    KERNPG_TABLE,
    PAGE_KERNEL_LARGE_EXEC,
    PAGE_TABLE,
)
from ....model.arch.x86.kernel_map import FIVE_LEVELS
from ....model.memory.pagetable.tables import Geometry
from ....model.trace.recorder import traced
from ...core.kernel import U64
from ..mm.levels import EARLY_TOP_PGT, INIT_TOP_PGT, P4D, PMD, PTE, PUD
from ..mm.physaddr import kaslr_offset
from ..variables import Kernel
from .early_pgtable import early_dynamic_pgt, reset_early_page_tables

KERNEL_FILE = "arch/x86/kernel/head64.c"

FIXMAP_PMD_NUM = 2
"""Tables that the image has for the fixmap; the last one ends where the fixmap does."""


def set_page_table_roots(k: Kernel) -> None:
    """The pgds of the image, empty.  The decompressor has moved the image, and chosen how many levels there
    are."""
    k.kaslr_offset = kaslr_offset(k)
    geometry = Geometry(k.layout.page_shift, k.layout.va_bits, k.layout.levels, both_halves=True)
    for symbol in (INIT_TOP_PGT, EARLY_TOP_PGT):
        k.pgdirs[symbol].set_root(k.pa_symbol(symbol), 0, geometry)


@traced
def startup_64(k: Kernel) -> None:
    """Go over from the identity map of the decompressor to early_top_pgt, and to C."""
    if k.cannot_start:
        k.park(k.cannot_start)
    __startup_64(k, k.machine.load_address)
    x86_64_start_kernel(k)


@traced
def check_la57_support(k: Kernel) -> bool:
    """Whether the decompressor has switched to five levels of page tables; the areas of addresses are then
    elsewhere."""
    if k.layout.levels < 5:
        return False
    k.pgtable_l5_enabled = 1
    k.page_offset_base = FIVE_LEVELS["direct map"].start
    k.vmalloc_base = FIVE_LEVELS["vmalloc"].start
    k.vmemmap_base = FIVE_LEVELS["vmemmap"].start
    return True


@traced
def __startup_64(k: Kernel, physaddr: int) -> None:
    """Put the tables of the image right for where it was loaded, `physaddr`, and make an identity map of it,
    on which the CPU goes on for a few instructions."""
    check_la57_support(k)
    load_delta = (physaddr - (k.va_symbol("_text") - X86Layout(k.layout).start_kernel_map)) & U64
    _hook_image_tables(k)
    _map_identically(k, physaddr)
    _map_image(k, load_delta)
    k.phys_base = load_delta


def _hook_image_tables(k: Kernel) -> None:
    """The tables for the image and the fixmap, which its build has made but for their physical addresses."""
    tree = k.pgdirs[EARLY_TOP_PGT]
    start = X86Layout(k.layout).start_kernel_map
    if k.layout.levels == 5:
        tree.add_table(P4D, start, k.pa_symbol("level4_kernel_pgt"), PAGE_TABLE)
    tree.add_table(PUD, start, k.pa_symbol("level3_kernel_pgt"), PAGE_TABLE)
    tree.add_table(PMD, start, k.pa_symbol("level2_kernel_pgt"), KERNPG_TABLE)
    tree.add_table(PMD, start + k.layout.pud_size, k.pa_symbol("level2_fixmap_pgt"), PAGE_TABLE)
    first = k.layout.fixmap.end + k.layout.page_size - FIXMAP_PMD_NUM * k.layout.pmd_size
    for number in range(FIXMAP_PMD_NUM):
        page = k.pa_symbol("level1_fixmap_pgt") + (number << k.layout.page_shift)
        tree.add_table(PTE, first + number * k.layout.pmd_size, page, PAGE_TABLE)


def _root_addresses(k: Kernel, physaddr: int, level: int) -> Iterator[int]:
    """The addresses below which the table for an identity map at `level` is found: two neighbouring entries
    of each table above point to it, so that an image that lies across a border of one is mapped on both
    sides."""
    tree = k.pgdirs[EARLY_TOP_PGT]
    addresses = [0]
    for above in range(tree.geometry.start_level, level):
        size, entries = tree.geometry.size(above), tree.geometry.entries(above)
        first = tree.geometry.entry(above, physaddr)
        is_root = above == tree.geometry.start_level
        places = [first + more if is_root else (first + more) % entries for more in (0, 1)]
        addresses = [address + place * size for address in addresses for place in places]
    half = 1 << k.layout.va_bits - 1
    for address in addresses:
        # Bits above are copies of the highest one.
        yield address - 2 * half & U64 if address & half else address


def _map_identically(k: Kernel, physaddr: int) -> None:
    """Map the image at its physical address, in 2 MiB, with one table a level."""
    tree = k.pgdirs[EARLY_TOP_PGT]
    k.next_early_pgt = 0
    pud, pmd = early_dynamic_pgt(k), early_dynamic_pgt(k)
    pages = {PUD: pud, PMD: pmd}
    if k.layout.levels == 5:
        pages[P4D] = early_dynamic_pgt(k)
    for level in sorted(pages):
        for address in _root_addresses(k, physaddr, level):
            tree.add_table(level, address, pages[level], KERNPG_TABLE)
    attrs = PAGE_KERNEL_LARGE_EXEC & ~GLOBAL & k.supported_pte_mask
    size = k.layout.pmd_size
    end = physaddr + -(-(k.va_symbol("_end") - k.va_symbol("_text")) // size) * size
    border = (physaddr & -k.layout.pud_size) + k.layout.pud_size
    for base in _root_addresses(k, physaddr, PMD):
        start = base + physaddr % k.layout.pud_size
        tree.set_leaves(start, start + min(end, border) - physaddr, physaddr, PMD, attrs)
        if end > border:
            tree.set_leaves(base, base + end - border, border, PMD, attrs)


def _map_image(k: Kernel, load_delta: int) -> None:
    """Of the image's table, which maps all that an image may take, keep what this one takes: the CPU shall
    not look ahead into memory that nobody has checked."""
    size = k.layout.pmd_size
    start, end = k.va_symbol("_text") & -size, (k.va_symbol("_end") & -size) + size
    end = min(end, k.layout.image.end)
    pa = start - X86Layout(k.layout).start_kernel_map + load_delta & U64
    k.pgdirs[EARLY_TOP_PGT].set_leaves(start, end, pa, PMD, PAGE_KERNEL_LARGE_EXEC)


@traced
def x86_64_start_kernel(k: Kernel) -> None:
    """Leave the identity map; take over what the boot loader left in memory."""
    reset_early_page_tables(k)
    clear_bss(k)
    copy_bootdata(k)
    early = k.pgdirs[EARLY_TOP_PGT]
    start = k.layout.image.start & -early.geometry.size(early.geometry.start_level)
    k.page_tables.share(early, start, 1 << 64)


@traced
def clear_bss(k: Kernel) -> None:
    """Fill the image's BSS and brk with zeros."""


@traced
def copy_bootdata(k: Kernel) -> None:
    """Copy the zero page and the command line out of memory that is not reserved, through the direct map."""
    firmware = k.firmware.x86
    k.access(firmware.boot_params_address, k.layout.page_size)
    if firmware.cmdline_address:
        k.access(firmware.cmdline_address, k.sizes.constant("COMMAND_LINE_SIZE"))
    k.boot_command_line = k.machine.cmdline or ""

"""What happened before start_kernel: the early page tables, and KASLR.

Mirrors arch/arm64/kernel/head.S (``primary_entry``, ``__primary_switch``, ``create_kernel_mapping``) and,
until 6.8, arch/arm64/kernel/pi/kaslr_early.c.
"""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.arch.arm64.entry_format import MT_NORMAL, PTE_AF, PTE_SHARED, TYPE_SECT, TYPE_TABLE, attrindx
from ....model.memory.pagetable.tables import Geometry
from ....model.trace.recorder import traced
from ...core.kernel import U64
from ..mm.pgtable_prot import lpa2_is_enabled
from ..variables import Kernel
from .cpu import has_granule
from .entry import arrive, clear_bss
from .idreg_override import init_feature_override
from .kaslr_early import drawn_displacement, seed_in
from .map_kernel import early_map_kernel
from .map_range import create_init_idmap
from .setup import early_fdt_map

KERNEL_FILE = "arch/arm64/kernel/head.S"

SZ_2M = 2 << 20
IDMAP_VA_BITS = 48


def set_page_table_roots(k: Kernel) -> None:
    """The pgds of the image, empty."""
    layout = k.layout
    geometry = _kernel_geometry(k)
    first = U64 + 1 - (1 << geometry.va_bits)
    k.pgdirs["init_pg_dir"].set_root(k.pa_symbol("init_pg_dir"), first, geometry)
    k.pgdirs["swapper_pg_dir"].set_root(k.pa_symbol("swapper_pg_dir"), first, geometry)
    if k.release >= (6, 9):
        # Since 6.9 identity maps have 48 bits, whatever the kernel has.
        geometry = _idmap_geometry(layout.page_shift)
        k.pgdirs["init_idmap_pg_dir"].set_root(k.pa_symbol("init_idmap_pg_dir"), 0, geometry)
    elif layout.va_bits < IDMAP_VA_BITS and k.pa_symbol("_end") >> Arm64Layout(layout).va_bits_min:
        geometry = Geometry(layout.page_shift, IDMAP_VA_BITS, layout.levels + 1)
    k.pgdirs["idmap_pg_dir"].set_root(k.pa_symbol("idmap_pg_dir"), 0, geometry)


def _kernel_geometry(k: Kernel) -> Geometry:
    """A level less than the kernel was built for where the CPU has not got its 52 bits (4K and 16K pages)."""
    layout = k.layout
    if k.config.enabled("ARM64_LPA2") and not lpa2_is_enabled(k):
        return Geometry(layout.page_shift, Arm64Layout(layout).vabits_actual, layout.levels - 1)
    return Geometry(layout.page_shift, layout.va_bits, layout.levels)


def _idmap_geometry(page_shift: int) -> Geometry:
    """Of ``IDMAP_LEVELS`` levels: as many as 48 bits need."""
    return Geometry(page_shift, IDMAP_VA_BITS, -(-(IDMAP_VA_BITS - page_shift) // (page_shift - 3)))


@traced
def kaslr_early_init(k: Kernel) -> int:
    """The displacement of the kernel, from the device tree's seed; 0 if there is none or ``nokaslr`` is
    given.

    A CPU with random number instructions would make its own seed: that one nobody can know, so it counts as
    none.
    """
    chosen = k.fdt.find("/chosen")
    bootargs = chosen.string("bootargs") if chosen else None
    arguments = [] if k.config.enabled("CMDLINE_FORCE") or bootargs is None else [bootargs]
    if not arguments or k.config.enabled("CMDLINE_EXTEND"):
        arguments.append(k.config.string("CMDLINE"))
    if any(has_nokaslr(words) for words in arguments):
        return 0
    bits = Arm64Layout(k.layout).va_bits_min - 3
    known = drawn_displacement(k, 1 << bits)
    if known is not None:
        return known & -SZ_2M
    seed = seed_in(k.fdt)
    if not seed:
        return 0
    return (1 << bits) + (seed & ((1 << (bits + 1)) - 1))


def has_nokaslr(words: str) -> bool:
    """Whether the word nokaslr, or one that begins so, stands in a command line: only its first place
    counts."""
    at = words.find("nokaslr")
    return at == 0 or (at > 0 and words[at - 1] == " ")


def map_memory(k: Kernel, pgdir: str, start: int, last: int, phys: int) -> None:
    """The assembler's macro of this name: map from `start` to the block with `last` in it, by blocks if pages
    are 4K, with tables from the pages behind the pgd."""
    layout, tree = k.layout, k.pgdirs[pgdir]
    by_blocks = layout.page_shift == 12
    level, block = 2 if by_blocks else 3, Arm64Layout(layout).swapper_block_size
    start, end = start & -block, (last // block + 1) * block
    page = k.pa_symbol(pgdir) + layout.page_size
    for table in range(tree.geometry.start_level + 1, level + 1):
        size = tree.geometry.table_size(table)
        for address in range(start & -size, end, size):
            tree.add_table(table, address, page, TYPE_TABLE)
            page += layout.page_size
    attrs = (TYPE_SECT if by_blocks else TYPE_TABLE) | PTE_AF | PTE_SHARED | attrindx(MT_NORMAL)
    tree.set_leaves(start, end, phys & -block, level, attrs)


@traced
def create_kernel_mapping(k: Kernel) -> None:
    """Map the whole image in init_pg_dir."""
    map_memory(k, "init_pg_dir", k.va_symbol("_text"), k.va_symbol("_end") - 1, k.pa_symbol("_text"))


@traced
def __primary_switched(k: Kernel) -> None:
    """The MMU is on and the kernel runs at its own addresses; find the device tree."""
    k.kimage_voffset = k.va_symbol("_text") - k.pa_symbol("_text")
    # Since 6.9 BSS is cleared earlier, and the device tree is read through the identity map.
    if k.release < (6, 9):
        clear_bss(k)
        early_fdt_map(k)
    # What the command line says of features counts from here on; kaslr_init() asks for it since 6.5.
    if (6, 5) <= k.release < (6, 9):
        init_feature_override(k)


@traced
def __no_granule_support(k: Kernel) -> None:
    """Park the CPU.  The kernel has no way to say anything yet: the screen stays black."""
    pages = k.layout.page_size >> 10
    k.park(f"{k.machine.cpu} has no pages of {pages}K: the CPU waits here for ever, and nothing is printed")


@traced
def __enable_mmu(k: Kernel) -> None:
    """Turn the MMU on, if the CPU knows the kernel's page size."""
    if not has_granule(k):
        __no_granule_support(k)


@traced
def __primary_switch(k: Kernel) -> None:
    """Choose where the kernel runs, map it there, and go there."""
    if k.release < (6, 9):
        # Since 6.9 other instructions come first.
        arrive(k)
    __enable_mmu(k)
    if k.release >= (6, 9):
        # Since 6.9 this is C code, in arch/arm64/kernel/pi.
        early_map_kernel(k, k.machine.dtb_address)
        __primary_switched(k)
        return
    if k.config.enabled("RELOCATABLE"):
        # UEFI's boot stub may align to less than a block: the virtual addresses are moved by as much.
        k.kaslr_offset = k.pa_symbol("_text") % Arm64Layout(k.layout).min_kimg_align
    if k.config.enabled("RANDOMIZE_BASE"):
        displacement = kaslr_early_init(k)
        k.kaslr_offset |= displacement & -SZ_2M
        k.memstart_offset_seed = displacement & 0xFFFF
        if displacement & -SZ_2M:
            # The seed must not be read again: it is wiped from the tree.
            k.fdt = k.fdt.with_properties("/chosen", {"kaslr-seed": bytes(8)})
    create_kernel_mapping(k)
    __primary_switched(k)


@traced
def primary_entry(k: Kernel) -> None:
    """The kernel's first instructions, since 6.9: an identity map to turn the MMU on with, then on to the
    kernel's own addresses."""
    arrive(k)
    create_init_idmap(k, "init_idmap_pg_dir", 0)
    __primary_switch(k)

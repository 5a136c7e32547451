"""What happened before start_kernel up to 6.8: the early page tables, and KASLR.

Mirrors arch/arm64/kernel/head.S (``__primary_switch``, ``create_kernel_mapping``) and
arch/arm64/kernel/pi/kaslr_early.c of those releases.
"""

from __future__ import annotations

from .....model.arch.arm64.address_map import Arm64Layout
from .....model.arch.arm64.entry_format import MT_NORMAL, PTE_AF, PTE_SHARED, TYPE_SECT, TYPE_TABLE, attrindx
from .....model.trace.recorder import traced
from ...variables import Kernel
from ..entry import arrive, clear_bss
from ..head import __enable_mmu
from ..idreg_override import init_feature_override
from ..kaslr_early import drawn_displacement, has_nokaslr, seed_in
from ..setup import early_fdt_map

KERNEL_FILE = "arch/arm64/kernel/head.S"

SZ_2M = 2 << 20


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
    clear_bss(k)
    early_fdt_map(k)
    # What the command line says of features counts from here on; kaslr_init() asks for it since 6.5.
    if k.release >= (6, 5):
        init_feature_override(k)


@traced
def __primary_switch(k: Kernel) -> None:
    """Choose where the kernel runs, map it there, and go there."""
    arrive(k)
    __enable_mmu(k)
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

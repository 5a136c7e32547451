"""What happened before start_kernel in 5.7: two page tables, and KASLR.

Mirrors arch/arm64/kernel/head.S (``stext``, ``__create_page_tables``, ``__primary_switch``) and
arch/arm64/kernel/kaslr.c of that release.  A kernel that decides to run elsewhere turns the MMU off again,
makes its page tables anew, and switches a second time.
"""

from __future__ import annotations

from .....model.arch.arm64.address_map import Arm64Layout
from .....model.arch.arm64.entry_format import PAGE_KERNEL
from .....model.trace.recorder import traced
from ...mm.fixmap import early_fixmap_init, fixmap_remap_fdt
from ...mm.pgtable_prot import maybe_ng
from ...variables import Kernel
from ..entry import arrive, clear_bss
from ..kaslr_early import has_nokaslr, take_seed
from ..v6_8.head import SZ_2M, map_memory

KERNEL_FILE = "arch/arm64/kernel/head.S"


@traced
def __create_page_tables(k: Kernel) -> None:
    """Map the code that turns the MMU on at its own address, and the whole image where it will run."""
    for root in ("idmap_pg_dir", "init_pg_dir"):
        k.pgdirs[root].clear()
    start, last = k.pa_symbol("__idmap_text_start"), k.pa_symbol("__idmap_text_end")
    map_memory(k, "idmap_pg_dir", start, last, start)
    map_memory(k, "init_pg_dir", k.va_symbol("_text"), k.va_symbol("_end"), k.pa_symbol("_text"))


@traced
def get_kaslr_seed(k: Kernel) -> int:
    """The seed in the device tree, 0 if there is none.  It must not be read again, so it is wiped
    (arch/arm64/kernel/kaslr.c)."""
    return take_seed(k)


def kaslr_get_cmdline(k: Kernel) -> str:
    """The boot loader's command line; the built-in one if there is none, or if it is forced."""
    chosen = k.fdt.find("/chosen")
    bootargs = chosen.string("bootargs") if chosen else None
    return k.config.string("CMDLINE") if k.config.enabled("CMDLINE_FORCE") or bootargs is None else bootargs


@traced
def kaslr_early_init(k: Kernel, dt_phys: int) -> int:
    """The displacement of the kernel in the middle half of the vmalloc area, from the device tree's seed; 0
    if there is none or ``nokaslr`` is given (arch/arm64/kernel/kaslr.c).

    A CPU with random number instructions would mix its own in: those nobody can know, so they count as none.
    """
    early_fixmap_init(k)
    if not fixmap_remap_fdt(k, dt_phys, maybe_ng(k, PAGE_KERNEL)):
        return 0
    seed = get_kaslr_seed(k)
    if has_nokaslr(kaslr_get_cmdline(k)) or not seed:
        return 0
    k.memstart_offset_seed = seed >> 48
    bits = Arm64Layout(k.layout).va_bits_min - 3
    mask = (1 << (bits + 1)) - 1 & -SZ_2M
    return (1 << bits) + (seed & mask)


@traced
def __primary_switched(k: Kernel) -> int:
    """The MMU is on and the kernel runs at its own addresses.  Returns how far it should be moved, 0 if it is
    where it shall be."""
    k.kimage_voffset = k.va_symbol("_text") - k.pa_symbol("_text")
    clear_bss(k)
    if not k.config.enabled("RANDOMIZE_BASE") or k.kaslr_offset & -SZ_2M:
        return 0
    return kaslr_early_init(k, k.machine.dtb_address)


@traced
def __primary_switch(k: Kernel) -> None:
    """Turn the MMU on; if the kernel shall be moved, turn it off and on again with other page tables."""
    displacement = __primary_switched(k)
    if displacement:
        k.kaslr_offset |= displacement
        __create_page_tables(k)
        __primary_switched(k)


@traced
def stext(k: Kernel) -> None:
    """The kernel's first instructions."""
    arrive(k)
    layout = Arm64Layout(k.layout)
    k.kaslr_offset = (k.pa_symbol("_text") - layout.text_offset) % layout.min_kimg_align
    __create_page_tables(k)
    __primary_switch(k)

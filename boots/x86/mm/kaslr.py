"""Where the direct map, vmalloc and vmemmap begin.  Mirrors arch/x86/mm/kaslr.c."""

from __future__ import annotations

from ....model.arch.x86.address_map import moved
from ....model.arch.x86.entry_format import KERNPG_TABLE
from ....model.trace.recorder import traced
from ..variables import Kernel
from .low_pages import alloc_low_page

KERNEL_FILE = "arch/x86/mm/kaslr.c"


def kaslr_memory_enabled(k: Kernel) -> bool:
    """Whether they are moved: where the image was, unless KASAN has its shadow to keep in step
    (arch/x86/include/asm/setup.h)."""
    return k.machine.kaslr is not None and not k.config.enabled("KASAN")


@traced
def kernel_randomize_memory(k: Kernel) -> None:
    """Move the direct map, vmalloc and vmemmap to where KASLR drew.

    The kernel draws from a number that the time stamp counter and the random number generator of the CPU made
    before: nobody can compute the bases, so they are inputs.
    """
    drawn = k.machine.kaslr
    if drawn is None or not kaslr_memory_enabled(k) or not k.config.enabled("RANDOMIZE_MEMORY"):
        return
    for name in ("page_offset_base", "vmalloc_base", "vmemmap_base"):
        base = getattr(drawn, name)
        if base is not None:
            setattr(k, name, base)
    k.layout = moved(k.layout, k.page_offset_base, k.vmalloc_base, k.vmemmap_base)


@traced
def init_trampoline_kaslr(k: Kernel) -> None:
    """Make tables for the real-mode trampoline, through which other CPUs start: of the direct map they have
    the entry for the first GiB alone, so that no other place can be told from them."""
    if not k.config.enabled("RANDOMIZE_MEMORY"):
        return
    table = alloc_low_page(k)
    if k.pgtable_l5_enabled:
        table = alloc_low_page(k)
    k.trampoline_pgd_entry = table | KERNPG_TABLE

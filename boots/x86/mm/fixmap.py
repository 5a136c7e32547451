"""The fixmap.  Mirrors arch/x86/mm/pgtable.c and ioremap.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/pgtable.c"


@traced
def __set_fixmap(k: Kernel, idx: str | int, phys: int, flags: int) -> None:
    """Point the fixmap slot `idx` at the page at `phys`; protection 0 clears it."""


@traced
def early_ioremap_init(k: Kernel) -> None:
    """Give the slots of early_ioremap() a page table of their own."""

"""The area behind the image that the first allocations come from.  Mirrors arch/x86/kernel/setup.c."""

from __future__ import annotations

from ....model.base.pfn import ALIGN
from ....model.memory.memblock import memblock_reserve
from ....model.trace.recorder import traced
from ..mm.physaddr import image_to_phys
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/setup.c"


@traced
def extend_brk(k: Kernel, size: int, align: int) -> int:
    """Take bytes of the area, cleared.  Returns their virtual address.  Raises `KernelPanic` where the area
    is used up, or reserved already."""
    if k._brk_start == 0:
        k.bug("_brk_start == 0")
    start = ALIGN(k._brk_end, align)
    if start + size > k.va_symbol("__brk_limit"):
        k.bug("(char *)(_brk_end + size) > __brk_limit")
    k._brk_end = start + size
    return start


@traced
def reserve_brk(k: Kernel) -> None:
    """Reserve what was taken of the area; from now on nothing is."""
    if k._brk_end > k._brk_start:
        memblock_reserve(k.memblock, image_to_phys(k, k._brk_start), k._brk_end - k._brk_start)
    k._brk_start = 0

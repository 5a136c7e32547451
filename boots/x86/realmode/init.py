"""The trampoline below 1 MiB.  Mirrors arch/x86/realmode/init.c."""

from __future__ import annotations

from ....model.base.pfn import ALIGN
from ....model.memory.memblock import memblock_phys_alloc_range, memblock_reserve
from ....model.trace.recorder import traced, traced_jump
from ..variables import Kernel

KERNEL_FILE = "arch/x86/realmode/init.c"

MIB = 1 << 20


def real_mode_size_needed(k: Kernel) -> int:
    """The bytes of the code that other CPUs start with, in whole pages; 0 if it has its place already."""
    if k.real_mode_header:
        return 0
    size = k.image.symbol("real_mode_blob_end") - k.image.symbol("real_mode_blob")
    return ALIGN(size, k.layout.page_size)


@traced_jump
def _reserve_first_mib(k: Kernel) -> None:
    """The last call of reserve_real_mode, where the compiler makes a jump of it."""
    memblock_reserve(k.memblock, 0, MIB)


@traced
def reserve_real_mode(k: Kernel) -> None:
    """Find a place below 1 MiB for the trampoline, and reserve all of the first MiB: BIOSes are known to
    write anywhere in it."""
    size = real_mode_size_needed(k)
    if not size:
        return
    mem = memblock_phys_alloc_range(k.memblock, size, k.layout.page_size, 0, MIB)
    if mem:
        k.real_mode_header = k.phys_to_virt(mem)
    else:
        k.pr_info("No sub-1M memory is available for the trampoline")
    if k.arch.has_frame_pointers(k.config):
        memblock_reserve(k.memblock, 0, MIB)
    else:
        _reserve_first_mib(k)

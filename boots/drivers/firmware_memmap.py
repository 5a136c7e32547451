"""/sys/firmware/memmap: the map of memory that firmware gave, for whoever starts the next kernel.  Mirrors
drivers/firmware/memmap.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import memblock_alloc
from ...model.trace.recorder import traced

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/memmap.c"

ENOMEM = 12


@traced
def firmware_map_add_early(k: Kernel, start: int, end: int, type: str) -> int:
    """Allocate an entry for [start, end).  Returns 0 or -ENOMEM."""
    size = k.sizes.sizeof("struct firmware_map_entry")
    if not memblock_alloc(k.memblock, size, k.memblock.config.smp_cache_bytes):
        k.warn_on("!entry")
        return -ENOMEM
    if start > end:
        k.bug("start > end")
    return 0

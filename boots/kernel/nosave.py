"""Memory that hibernation does not save.  Mirrors kernel/power/snapshot.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import memblock_alloc
from ...model.trace.recorder import traced

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "kernel/power/snapshot.c"

SIZEOF_NOSAVE_REGION = 32
"""``sizeof(struct nosave_region)``: a list head and two pfns."""


@traced
def register_nosave_region(k: Kernel, start_pfn: int, end_pfn: int) -> None:
    """Leave [start_pfn, end_pfn) out of what is saved; a range that follows the last one makes that
    longer."""
    if start_pfn >= end_pfn:
        return
    if k.nosave_end_pfn != start_pfn:
        size = SIZEOF_NOSAVE_REGION
        if not memblock_alloc(k.memblock, size, k.memblock.config.smp_cache_bytes):
            k.panic(f"register_nosave_region: Failed to allocate {size} bytes")
    k.nosave_end_pfn = end_pfn
    shift = k.layout.page_shift
    k.pr_info(
        "PM: hibernation: Registered nosave memory: [mem {:#010x}-{:#010x}]",
        start_pfn << shift,
        (end_pfn << shift) - 1,
    )

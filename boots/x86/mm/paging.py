"""Sections and zones.  Mirrors arch/x86/mm/init_64.c (``paging_init``) and init.c (``zone_sizes_init``)."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/init_64.c"


@traced
def memblock_find_dma_reserve(k: Kernel) -> None:
    """Count what is reserved below 16 MiB (until 6.8)."""


@traced
def paging_init(k: Kernel) -> None:
    """Make sections and zones."""


@traced
def mem_init(k: Kernel) -> None:
    """Bounce buffers; then all that is free goes to the buddy allocator."""

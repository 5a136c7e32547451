"""Page tables of 64-bit kernels.  Mirrors arch/x86/mm/init_64.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/init_64.c"


@traced
def cleanup_highmap(k: Kernel) -> None:
    """Unmap what was mapped around the image."""


@traced
def vmemmap_populate(k: Kernel, start: int, end: int, node: int) -> int:
    """Back [start, end) of vmemmap with memory of a node.  Returns 0 or an error."""
    return 0

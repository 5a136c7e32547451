"""Memory for page structs.  Mirrors ``memmap_alloc()`` of mm/page_alloc.c (mm/mm_init.c since 6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import (
    MEMBLOCK_ALLOC_ACCESSIBLE,
    memblock_alloc_exact_nid_raw,
    memblock_alloc_try_nid_raw,
)
from ...model.trace.recorder import traced_sibling_call

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"


@traced_sibling_call
def memmap_alloc(k: Kernel, size: int, align: int, min_addr: int, nid: int, exact_nid: bool) -> int:
    """Allocate `size` bytes at or above `min_addr` if possible, on node `nid`: there and nowhere else if
    `exact_nid`.  Returns the physical address, 0 if there is no room."""
    allocate = memblock_alloc_exact_nid_raw if exact_nid else memblock_alloc_try_nid_raw
    return allocate(k.memblock, size, align, min_addr, MEMBLOCK_ALLOC_ACCESSIBLE, nid)

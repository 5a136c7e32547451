"""What memory there is.

Mirrors mm/memblock.c: ``memblock_add``, ``memblock_add_node``, ``memblock_remove``.
"""

from __future__ import annotations

from ...trace.recorder import traced
from .ranges import memblock_add_range, memblock_remove_range
from .regions import U64
from .structure import Memblock

KERNEL_FILE = "mm/memblock.c"


@traced
def memblock_add_node(mb: Memblock, base: int, size: int, nid: int, flags: int) -> int:
    """Add memory (bytes) that belongs to a node.  Returns 0 or -ENOMEM.  mm/memblock.c.  Raises
    `MemblockPanic`."""
    end = (base + size - 1) & U64
    mb.memblock_dbg(
        "memblock_add_node: [{:#018x}-{:#018x}] nid={} flags={:x} {caller}", base, end, nid, flags
    )
    return memblock_add_range(mb, "memory", base, size, nid, flags)


@traced
def memblock_add(mb: Memblock, base: int, size: int) -> int:
    """Add memory (bytes).  Returns 0 or -ENOMEM.  mm/memblock.c.  Raises `MemblockPanic`."""
    mb.memblock_dbg("memblock_add: [{:#018x}-{:#018x}] {caller}", base, (base + size - 1) & U64)
    return memblock_add_range(mb, "memory", base, size, mb.max_numnodes, 0)


@traced
def memblock_remove(mb: Memblock, base: int, size: int) -> int:
    """Remove memory (bytes).  Returns 0 or -ENOMEM.  mm/memblock.c.  Raises `MemblockPanic`."""
    mb.memblock_dbg("memblock_remove: [{:#018x}-{:#018x}] {caller}", base, (base + size - 1) & U64)
    return memblock_remove_range(mb, "memory", base, size)

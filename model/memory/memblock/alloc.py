"""Allocating memory.

Mirrors mm/memblock.c: ``memblock_alloc_range_nid`` and the entry points to it, and the inline ones of
include/linux/memblock.h.  Where the kernel returns a pointer, these return the physical address it stands
for.
"""

from __future__ import annotations

from ...trace.recorder import traced
from .find import choose_memblock_flags, memblock_find_in_range_node, warn_not_mirrored
from .iterate import selects_node, without_deprecated_nid
from .ranges import memblock_reserve
from .regions import (
    ARCH_LOW_ADDRESS_LIMIT,
    MEMBLOCK_ALLOC_ACCESSIBLE,
    MEMBLOCK_LOW_LIMIT,
    MEMBLOCK_MIRROR,
    NUMA_NO_NODE,
)
from .structure import Memblock

KERNEL_FILE = "mm/memblock.c"


@traced
def memblock_alloc_range_nid(
    mb: Memblock, size: int, align: int, start: int, end: int, nid: int, exact_nid: bool
) -> int:
    """Find and reserve memory (bytes) between `start` and `end`, on node `nid`; if not `exact_nid`, on any
    when that has none.  Returns its physical address, 0 for none.  mm/memblock.c.  Raises `MemblockPanic`."""
    flags = choose_memblock_flags(mb)
    nid = without_deprecated_nid(mb, nid, "memblock_alloc_range_nid")
    if not align:
        align = mb.config.smp_cache_bytes
    while True:
        found = memblock_find_in_range_node(mb, size, align, start, end, nid, flags)
        if found and not memblock_reserve(mb, found, size):
            return found
        if not exact_nid and selects_node(mb, nid):
            found = memblock_find_in_range_node(mb, size, align, start, end, NUMA_NO_NODE, flags)
            if found and not memblock_reserve(mb, found, size):
                return found
        if not flags & MEMBLOCK_MIRROR:
            return 0
        flags &= ~MEMBLOCK_MIRROR
        warn_not_mirrored(mb, size)


@traced
def memblock_phys_alloc_range(mb: Memblock, size: int, align: int, start: int, end: int) -> int:
    """Allocate memory (bytes) between `start` and `end`.  Returns its physical address, 0 for none.
    mm/memblock.c.  Raises `MemblockPanic`."""
    # Nothing is printed until 5.10.
    if mb.config.release >= (5, 11):
        mb.memblock_dbg(
            "memblock_phys_alloc_range: {} bytes align={:#x} from={:#018x} max_addr={:#018x} {caller}",
            size,
            align,
            start,
            end,
        )
    return memblock_alloc_range_nid(mb, size, align, start, end, NUMA_NO_NODE, False)


@traced
def memblock_phys_alloc_try_nid(mb: Memblock, size: int, align: int, nid: int) -> int:
    """Allocate memory (bytes), of node `nid` if possible.  Returns its physical address, 0 for none.
    mm/memblock.c.  Raises `MemblockPanic`."""
    return memblock_alloc_range_nid(mb, size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE, nid, False)


@traced
def memblock_alloc_internal(
    mb: Memblock, size: int, align: int, min_addr: int, max_addr: int, nid: int, exact_nid: bool
) -> int:
    """Allocate memory (bytes) below `max_addr` and the current limit, above `min_addr` if possible.  Returns
    its physical address, 0 for none.  mm/memblock.c.  Raises `MemblockPanic`."""
    max_addr = min(max_addr, mb.current_limit)
    found = memblock_alloc_range_nid(mb, size, align, min_addr, max_addr, nid, exact_nid)
    if not found and min_addr:
        found = memblock_alloc_range_nid(mb, size, align, 0, max_addr, nid, exact_nid)
    return found


def print_request(
    mb: Memblock, function: str, size: int, align: int, nid: int, min_addr: int, max_addr: int
) -> None:
    """Print what `function` was asked for, and by whom."""
    template = "{}: {} bytes align={:#x} nid={} from={:#018x} max_addr={:#018x} {caller}"
    mb.memblock_dbg(template, function, size, align, nid, min_addr, max_addr, depth=2)


@traced
def memblock_alloc_exact_nid_raw(
    mb: Memblock, size: int, align: int, min_addr: int, max_addr: int, nid: int
) -> int:
    """Allocate memory (bytes) of node `nid` only, not cleared.  Returns its physical address, 0 for none.
    mm/memblock.c.  Raises `MemblockPanic`."""
    print_request(mb, "memblock_alloc_exact_nid_raw", size, align, nid, min_addr, max_addr)
    return memblock_alloc_internal(mb, size, align, min_addr, max_addr, nid, True)


@traced
def memblock_alloc_try_nid_raw(
    mb: Memblock, size: int, align: int, min_addr: int, max_addr: int, nid: int
) -> int:
    """Allocate memory (bytes), of node `nid` if possible, not cleared.  Returns its physical address, 0 for
    none.  mm/memblock.c.  Raises `MemblockPanic`."""
    print_request(mb, "memblock_alloc_try_nid_raw", size, align, nid, min_addr, max_addr)
    return memblock_alloc_internal(mb, size, align, min_addr, max_addr, nid, False)


@traced
def memblock_alloc_try_nid(
    mb: Memblock, size: int, align: int, min_addr: int, max_addr: int, nid: int
) -> int:
    """Allocate memory (bytes), of node `nid` if possible, and clear it.  Returns its physical address, 0 for
    none.  mm/memblock.c.  Raises `MemblockPanic`."""
    print_request(mb, "memblock_alloc_try_nid", size, align, nid, min_addr, max_addr)
    found = memblock_alloc_internal(mb, size, align, min_addr, max_addr, nid, False)
    if found:
        mb.memset(found, size)
    return found


def memblock_phys_alloc(mb: Memblock, size: int, align: int) -> int:
    """Allocate memory (bytes) anywhere.  include/linux/memblock.h."""
    return memblock_phys_alloc_range(mb, size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE)


def memblock_alloc(mb: Memblock, size: int, align: int) -> int:
    """Allocate memory (bytes) anywhere and clear it.  include/linux/memblock.h."""
    return memblock_alloc_try_nid(
        mb, size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE
    )


def memblock_alloc_raw(mb: Memblock, size: int, align: int) -> int:
    """Allocate memory (bytes) anywhere, not cleared.  include/linux/memblock.h."""
    return memblock_alloc_try_nid_raw(
        mb, size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE
    )


def memblock_alloc_from(mb: Memblock, size: int, align: int, min_addr: int) -> int:
    """Allocate memory (bytes), above `min_addr` if possible, and clear it.  include/linux/memblock.h."""
    return memblock_alloc_try_nid(mb, size, align, min_addr, MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE)


def memblock_alloc_low(
    mb: Memblock, size: int, align: int, low_address_limit: int = ARCH_LOW_ADDRESS_LIMIT
) -> int:
    """Allocate memory (bytes) that devices reach, and clear it; an architecture may set the last address they
    reach.  include/linux/memblock.h."""
    return memblock_alloc_try_nid(mb, size, align, MEMBLOCK_LOW_LIMIT, low_address_limit, NUMA_NO_NODE)


def memblock_alloc_node(mb: Memblock, size: int, align: int, nid: int) -> int:
    """Allocate memory (bytes), of node `nid` if possible, and clear it.  include/linux/memblock.h."""
    return memblock_alloc_try_nid(mb, size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE, nid)

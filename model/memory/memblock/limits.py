"""Cutting memory down, and where allocations may go.

Mirrors mm/memblock.c: ``memblock_enforce_memory_limit``, ``memblock_cap_memory_range``,
``memblock_mem_limit_remove_map``, ``memblock_trim_memory``, and the functions that set one variable.
"""

from __future__ import annotations

from itertools import pairwise

from ...trace.recorder import traced
from .ranges import memblock_isolate_range, memblock_remove_range
from .regions import MEMBLOCK_NOMAP, PHYS_ADDR_MAX, U64, Region
from .structure import Memblock

KERNEL_FILE = "mm/memblock.c"


def find_max_addr(mb: Memblock, limit: int) -> int:
    """The address up to which there are `limit` bytes of memory; PHYS_ADDR_MAX if there are not so many.
    mm/memblock.c: ``__find_max_addr``."""
    for region in mb.memory.regions:
        if limit <= region.size:
            return region.base + limit
        limit -= region.size
    return PHYS_ADDR_MAX


@traced
def memblock_enforce_memory_limit(mb: Memblock, limit: int) -> None:
    """Keep the first `limit` bytes of memory and what is reserved among them; 0: no limit.  mm/memblock.c."""
    if not limit:
        return
    max_addr = find_max_addr(mb, limit)
    if max_addr == PHYS_ADDR_MAX:
        return
    memblock_remove_range(mb, "memory", max_addr, PHYS_ADDR_MAX)
    memblock_remove_range(mb, "reserved", max_addr, PHYS_ADDR_MAX)


@traced
def memblock_cap_memory_range(mb: Memblock, base: int, size: int) -> None:
    """Keep memory only within a range (bytes); NOMAP regions stay wherever they are.  mm/memblock.c."""
    if not size:
        return
    memory = mb.memory
    if not memory.total_size:
        mb.trace.printk("memblock_cap_memory_range: No memory registered yet", level="warning")
        return
    cut = memblock_isolate_range(mb, memory, base, size)
    if cut is None:
        return
    regions = memory.regions[: cut.start] + cut.pieces + memory.regions[cut.stop :]
    inside = range(cut.start_rgn, cut.end_rgn)
    kept = [region for at, region in enumerate(regions) if at in inside or region.flags & MEMBLOCK_NOMAP]
    replace_all(mb, kept, sum(region.size for region in regions) - sum(region.size for region in kept))
    memblock_remove_range(mb, "reserved", 0, base)
    memblock_remove_range(mb, "reserved", (base + size) & U64, PHYS_ADDR_MAX)


@traced
def memblock_mem_limit_remove_map(mb: Memblock, limit: int) -> None:
    """Keep the first `limit` bytes of memory, and NOMAP regions wherever they are; 0: no
    limit.  mm/memblock.c."""
    if not limit:
        return
    max_addr = find_max_addr(mb, limit)
    if max_addr == PHYS_ADDR_MAX:
        return
    memblock_cap_memory_range(mb, 0, max_addr)


@traced
def memblock_trim_memory(mb: Memblock, align: int) -> None:
    """Shrink every region of memory to whole multiples of `align` bytes; ``total_size`` forgets what a region
    loses, unless it loses everything.  mm/memblock.c."""
    mask = (align - 1) & U64
    kept: list[Region] = []
    removed = 0
    for region in mb.memory.regions:
        start = (((region.base - 1) & U64 | mask) + 1) & U64
        end = region.end & ~mask & U64
        if start == region.base and end == region.end:
            kept.append(region)
        elif start < end:
            kept.append(Region(start, end - start, region.flags, region.nid))
        else:
            removed += region.size
    replace_all(mb, kept, removed)


def replace_all(mb: Memblock, kept: list[Region], removed: int) -> None:
    """Let `kept` be all memory, after `removed` bytes of regions were taken out.  Nothing is merged."""
    memory = mb.memory
    total_size = (memory.total_size - removed) & U64
    if not kept and memory.regions:
        if total_size:
            mb.warn_on("memblock_remove_region", "type->total_size != 0")
        kept = list(mb.empty_array(mb.max_numnodes))
    neighbours = list(pairwise(kept))
    ordered = all(this.end <= following.base for this, following in neighbours)
    merged = not any(
        this.end == following.base and this[2:] == following[2:] for this, following in neighbours
    )
    fields = {"total_size": total_size, "ordered": ordered, "merged": merged}
    mb.change_array(memory, 0, len(memory), kept, **fields)


@traced
def memblock_allow_resize(mb: Memblock) -> None:
    """Let the arrays grow from now on.  mm/memblock.c."""
    mb.change("can_resize", True)


@traced
def memblock_set_bottom_up(mb: Memblock, enable: bool) -> None:
    """Let allocations go upwards or downwards.  include/linux/memblock.h."""
    mb.change("bottom_up", enable)


@traced
def memblock_set_current_limit(mb: Memblock, limit: int) -> None:
    """Say where allocations end that name no limit.  mm/memblock.c."""
    mb.change("current_limit", limit)

"""Printing memblock.  Mirrors mm/memblock.c: ``memblock_dump_all``, and the parameter ``memblock=debug``."""

from __future__ import annotations

from typing import Any

from ...trace.recorder import traced
from .iterate import numa_valid_node
from .regions import U64, Region, RegionArray, TypeName
from .structure import Memblock

KERNEL_FILE = "mm/memblock.c"

SIZES = " memory size = {:#018x} reserved size = {:#018x}"
COUNT = " {}.cnt  = {:#x}"
REGION = " {}[{:#x}]\t[{:#018x}-{:#018x}], {:#018x} bytes flags: {:#x}"
REGION_ON_NODE = " {}[{:#x}]\t[{:#018x}-{:#018x}], {:#018x} bytes on node {} flags: {:#x}"


@traced
def early_memblock(mb: Memblock, value: str | None) -> int:
    """The parameter ``memblock=``: print every change from now on.  mm/memblock.c."""
    if value and "debug" in value:
        mb.change("debug", True)
    return 0


@traced
def memblock_dump_all(mb: Memblock) -> None:
    """Print both arrays, under ``memblock=debug``.  mm/memblock.c."""
    mb.memblock_dbg("MEMBLOCK configuration:")
    mb.memblock_dbg(SIZES, mb.memory.total_size, mb.reserved.total_size)
    memblock_dump(mb, mb.memory)
    memblock_dump(mb, mb.reserved)


def memblock_dump(mb: Memblock, array: RegionArray) -> None:
    """Print one array.  mm/memblock.c."""
    mb.memblock_dbg(COUNT, array.name, len(array))
    for at, region in enumerate(array.regions):
        mb.memblock_dbg(*dump_values(mb, array.name, at, region))


def dump_values(mb: Memblock, name: TypeName, at: int, region: Region) -> tuple[Any, ...]:
    """The format and the values of the line about the region at an index."""
    values = (name, at, region.base, (region.end - 1) & U64, region.size)
    if has_node(mb, region.nid):
        return (REGION_ON_NODE, *values, region.nid, region.flags)
    return (REGION, *values, region.flags)


def has_node(mb: Memblock, nid: int) -> bool:
    """Whether the node of a region is printed."""
    if not mb.numa:
        return False
    # Since 6.10 only valid nids are; before, everything but MAX_NUMNODES was.
    return numa_valid_node(mb, nid) if mb.config.release >= (6, 10) else nid != mb.max_numnodes

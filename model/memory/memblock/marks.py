"""Flags and nodes of regions.

Mirrors mm/memblock.c: ``memblock_setclr_flag`` and the functions that mark and clear, ``memblock_set_node``.
"""

from __future__ import annotations

from ...trace.recorder import traced
from .merge import replace_merged
from .ranges import ENOMEM, memblock_isolate_range
from .regions import MEMBLOCK_HOTPLUG, MEMBLOCK_MIRROR, MEMBLOCK_NOMAP, MEMBLOCK_RSRV_NOINIT, TypeName
from .structure import Memblock

KERNEL_FILE = "mm/memblock.c"


def memblock_setclr_flag(mb: Memblock, type: TypeName, base: int, size: int, set: bool, flag: int) -> int:
    """Set or clear a flag of a range (bytes).  Returns 0 or -ENOMEM.  mm/memblock.c."""
    array = mb.type(type)
    cut = memblock_isolate_range(mb, array, base, size)
    if cut is None:
        return -ENOMEM
    inside = cut.inside()
    cut.pieces[inside] = [
        region._replace(flags=region.flags | flag if set else region.flags & ~flag)
        for region in cut.pieces[inside]
    ]
    touched = (cut.start_rgn, cut.end_rgn)
    replace_merged(mb, array, (cut.start, cut.stop), cut.pieces, touched, array.total_size)
    return 0


@traced
def memblock_mark_hotplug(mb: Memblock, base: int, size: int) -> int:
    """Mark memory (bytes) as hotpluggable.  Returns 0 or -ENOMEM.  mm/memblock.c."""
    return memblock_setclr_flag(mb, "memory", base, size, True, MEMBLOCK_HOTPLUG)


@traced
def memblock_clear_hotplug(mb: Memblock, base: int, size: int) -> int:
    """Mark memory (bytes) as not hotpluggable.  Returns 0 or -ENOMEM.  mm/memblock.c."""
    return memblock_setclr_flag(mb, "memory", base, size, False, MEMBLOCK_HOTPLUG)


@traced
def memblock_mark_mirror(mb: Memblock, base: int, size: int) -> int:
    """Mark memory (bytes) as mirrored, if ``kernelcore=mirror``.  Returns 0 or -ENOMEM.  mm/memblock.c."""
    if not mb.mirrored_kernelcore:
        return 0
    mb.change("system_has_some_mirror", True)
    return memblock_setclr_flag(mb, "memory", base, size, True, MEMBLOCK_MIRROR)


@traced
def memblock_mark_nomap(mb: Memblock, base: int, size: int) -> int:
    """Keep memory (bytes) out of the linear map.  Returns 0 or -ENOMEM.  mm/memblock.c."""
    return memblock_setclr_flag(mb, "memory", base, size, True, MEMBLOCK_NOMAP)


@traced
def memblock_clear_nomap(mb: Memblock, base: int, size: int) -> int:
    """Let memory (bytes) be in the linear map.  Returns 0 or -ENOMEM.  mm/memblock.c."""
    return memblock_setclr_flag(mb, "memory", base, size, False, MEMBLOCK_NOMAP)


@traced
def memblock_reserved_mark_noinit(mb: Memblock, base: int, size: int) -> int:
    """Leave the struct pages of a reserved range (bytes) uninitialised.  Returns 0 or
    -ENOMEM.  mm/memblock.c, since 6.7."""
    return memblock_setclr_flag(mb, "reserved", base, size, True, MEMBLOCK_RSRV_NOINIT)


@traced
def memblock_set_node(mb: Memblock, base: int, size: int, type: TypeName, nid: int) -> int:
    """Give the regions of a range (bytes) a node.  Returns 0 or -ENOMEM.  mm/memblock.c."""
    if not mb.numa:
        return 0
    array = mb.type(type)
    cut = memblock_isolate_range(mb, array, base, size)
    if cut is None:
        return -ENOMEM
    inside = cut.inside()
    cut.pieces[inside] = [region._replace(nid=nid) for region in cut.pieces[inside]]
    touched = (cut.start_rgn, cut.end_rgn)
    replace_merged(mb, array, (cut.start, cut.stop), cut.pieces, touched, array.total_size)
    return 0

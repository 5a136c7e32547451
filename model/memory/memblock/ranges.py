"""Adding a range to an array and taking one away.

Mirrors mm/memblock.c: ``memblock_add_range``, ``memblock_isolate_range``, ``memblock_remove_range``,
``memblock_double_array`` and what that one needs, ``memblock_reserve`` and ``memblock_free``.
"""

from __future__ import annotations

from typing import NamedTuple

from ...trace.changes import Assign, Splice
from ...trace.events import Kind
from ...trace.recorder import traced, traced_sibling_call
from .find import memblock_find_in_range
from .merge import replace_merged
from .regions import PHYS_ADDR_MAX, U64, Region, RegionArray, TypeName
from .structure import Memblock, MemblockPanic

KERNEL_FILE = "mm/memblock.c"

ENOMEM = 12


@traced
def memblock_double_array(mb: Memblock, type: TypeName, new_area_start: int, new_area_size: int) -> int:
    """Double the capacity of an array, in memory of its own, away from the area about to be reserved (bytes).

    Returns 0, or -1 if there is no room.  mm/memblock.c.  Raises `MemblockPanic`.
    """
    array = mb.type(type)
    if not mb.can_resize:
        # Since 6.5 this is a panic; before, the caller got the error.
        if mb.config.release >= (6, 5):
            raise MemblockPanic(f"memblock: cannot resize {type} array")
        return -1
    old_size = array.max * mb.config.region_struct_size
    new_alloc_size = page_align(mb, old_size * 2)
    if type != "reserved":
        new_area_start = new_area_size = 0
    addr = find_room(mb, new_alloc_size, new_area_start, new_area_size)
    if not addr:
        mb.trace.printk(
            "memblock: Failed to double {} array from {} to {} entries !",
            type,
            array.max,
            array.max * 2,
            level="err",
        )
        return -1
    new_end = addr + old_size * 2 - 1
    mb.memblock_dbg(
        "memblock: {} is doubled to {} at [{:#018x}-{:#018x}]", type, array.max * 2, addr, new_end
    )
    old_array = array.regions_pa
    mb.change_array(array, 0, 0, (), max=array.max * 2, regions_pa=addr)
    if old_array:
        memblock_free(mb, old_array, page_align(mb, old_size))
    if memblock_reserve(mb, addr, new_alloc_size):
        mb.bug("memblock_double_array", "memblock_reserve(addr, new_alloc_size)")
    return 0


def find_room(mb: Memblock, size: int, avoid_start: int, avoid_size: int) -> int:
    """Where `size` bytes are free for an array: behind the area to avoid, or else before it; 0: none."""
    start = (avoid_start + avoid_size) & U64
    found = memblock_find_in_range(mb, start, mb.current_limit, size, mb.page_size)
    if not found and avoid_size:
        limit = min(avoid_start, mb.current_limit)
        found = memblock_find_in_range(mb, 0, limit, size, mb.page_size)
    return found


def page_align(mb: Memblock, size: int) -> int:
    """``PAGE_ALIGN``: bytes, rounded up to whole pages."""
    return (size + mb.page_size - 1) & -mb.page_size & U64


class Overlay(NamedTuple):
    """What adding a range would do to the regions `start` … `stop` - 1: `pieces` take their place, and
    `fresh` lists which of the pieces are new."""

    start: int
    stop: int
    pieces: list[Region]
    fresh: list[int]

    @property
    def size(self) -> int:
        """How many bytes are new."""
        return sum(self.pieces[at].size for at in self.fresh)

    @property
    def touched(self) -> tuple[int, int]:
        """The indices that new regions will have in the array: the first, and the one behind the last."""
        return self.start + self.fresh[0], self.start + self.fresh[-1] + 1


def overlay(mb: Memblock, array: RegionArray, base: int, end: int, nid: int, flags: int) -> Overlay:
    """Find the parts of ``base`` … ``end`` that no region covers: a round of ``memblock_add_range``."""
    start = stop = array.first_ending_after(base)
    stored_nid = nid if mb.numa else 0
    pieces: list[Region] = []
    fresh: list[int] = []
    while stop < len(array.regions) and array.bases[stop] < end:
        region = array.regions[stop]
        stop += 1
        if base < region.base:
            if mb.numa and nid != region.nid:
                mb.warn_on("memblock_add_range", "nid != memblock_get_region_node(rgn)")
            if flags != region.flags:
                mb.warn_on("memblock_add_range", "flags != rgn->flags")
            fresh.append(len(pieces))
            pieces.append(Region(base, region.base - base, flags, stored_nid))
        pieces.append(region)
        base = max(base, min(region.end, end))
    if base < end:
        fresh.append(len(pieces))
        pieces.append(Region(base, end - base, flags, stored_nid))
    return Overlay(start, stop, pieces, fresh)


@traced
def memblock_add_range(mb: Memblock, type: TypeName, base: int, size: int, nid: int, flags: int) -> int:
    """Add a range (bytes) to an array where nothing covers it yet, and merge it with equal neighbours.

    Returns 0 or -ENOMEM.  mm/memblock.c.  Raises `MemblockPanic`.
    """
    size = min(size, PHYS_ADDR_MAX - base)
    if not size:
        return 0
    array = mb.type(type)
    regions, bases, ends = array.regions, array.bases, array.ends
    if not ends or not ends[0]:
        add_first(mb, array, Region(base, size, flags, nid if mb.numa else 0))
        return 0
    end = base + size
    # Since 6.3 a capacity of just enough is enough; before, one more was asked for.
    needed = len(regions) * 2 + (1 if mb.config.release >= (6, 3) else 2)
    if needed <= array.max and array.ordered and array.merged:
        index = array.first_ending_after(base)
        if index == len(bases) or bases[index] >= end:
            add_into_gap(mb, array, index, Region(base, size, flags, nid if mb.numa else 0))
            return 0
    found = overlay(mb, array, base, end, nid, flags)
    if not found.fresh:
        return 0
    if needed > array.max:
        while len(regions) + len(found.fresh) > array.max:
            if memblock_double_array(mb, type, base, size) < 0:
                return -ENOMEM
        found = overlay(mb, array, base, end, nid, flags)
        if len(regions) + len(found.fresh) > array.max:
            mb.bug("memblock_insert_region", "type->cnt >= type->max")
    total_size = (array.total_size + found.size) & U64
    replace_merged(mb, array, (found.start, found.stop), found.pieces, found.touched, total_size)
    return 0


def add_first(mb: Memblock, array: RegionArray, region: Region) -> None:
    """The special case of ``memblock_add_range`` for an empty array."""
    # Since 6.10 an empty array has no dummy region.
    count = 0 if mb.config.release >= (6, 10) else 1
    if array.total_size:
        mb.warn_on("memblock_add_range", f"type->cnt != {count} || type->total_size")
    mb.change_array(array, 0, count, (region,), total_size=region.size)


def add_into_gap(mb: Memblock, array: RegionArray, index: int, region: Region) -> None:
    """Insert `region` before the region `index`, or let it grow the neighbours that it touches and
    equals.  The array is merged and the gap is free: what `overlay` and `replace_merged` would come to,
    without a detour."""
    regions = array.regions
    base, size, flags, nid = region
    start, stop = index, index
    added = size
    if index:
        before = regions[index - 1]
        if before.base + before.size == base and before.flags == flags and before.nid == nid:
            base, size, start = before.base, before.size + size, index - 1
    if index < len(regions):
        after = regions[index]
        if base + size == after.base and after.flags == flags and after.nid == nid:
            size, stop = size + after.size, index + 1
    removed = tuple(regions[start:stop])
    inserted = (region if start == stop else Region(base, size, flags, nid),)
    array.splice(start, stop - start, inserted)
    old = array.total_size
    array.total_size = new = (old + added) & U64
    mb.trace.change(
        Kind.MEMBLOCK,
        (Splice(array.target, start, removed, inserted), Assign(array.target, "total_size", old, new)),
        depth=2,
    )


class Isolated(NamedTuple):
    """An array cut at a range's limits: `pieces` take the place of the regions `start` … `stop` - 1, and
    `start_rgn` … `end_rgn` - 1 are the indices of those within the range (both 0 if there are none)."""

    start: int
    stop: int
    pieces: list[Region]
    start_rgn: int
    end_rgn: int

    def inside(self) -> slice:
        """The pieces within the range."""
        return slice(self.start_rgn - self.start, self.end_rgn - self.start) if self.end_rgn else slice(0, 0)


def memblock_isolate_range(mb: Memblock, array: RegionArray, base: int, size: int) -> Isolated | None:
    """Cut regions at the limits of a range (bytes).  The array itself is left as it is: the callers change it
    at once with what they do to the pieces.  None if there was no room for two more
    regions.  mm/memblock.c."""
    size = min(size, PHYS_ADDR_MAX - base)
    if not size:
        return Isolated(0, 0, [], 0, 0)
    end = base + size
    while len(array.regions) + 2 > array.max:
        if memblock_double_array(mb, array.name, base, size) < 0:
            return None
    start = at = array.first_ending_after(base)
    pieces: list[Region] = []
    start_rgn = end_rgn = 0
    while at < len(array.regions) and array.bases[at] < end:
        region = array.regions[at]
        at += 1
        if region.end <= base:
            pieces.append(region)
            continue
        if region.base < base:
            pieces.append(Region(region.base, base - region.base, region.flags, region.nid))
            region = Region(base, region.end - base, region.flags, region.nid)
        here = start + len(pieces)
        start_rgn, end_rgn = start_rgn if end_rgn else here, here + 1
        if region.end > end:
            pieces.append(Region(region.base, end - region.base, region.flags, region.nid))
            pieces.append(Region(end, region.end - end, region.flags, region.nid))
            break
        pieces.append(region)
    return Isolated(start, at, pieces, start_rgn, end_rgn)


@traced
def memblock_remove_range(mb: Memblock, type: TypeName, base: int, size: int) -> int:
    """Take a range (bytes) out of an array.  Returns 0 or -ENOMEM.  mm/memblock.c.  Raises
    `MemblockPanic`."""
    array = mb.type(type)
    cut = memblock_isolate_range(mb, array, base, size)
    if cut is None:
        return -ENOMEM
    inside = cut.inside()
    gone = cut.pieces[inside]
    if gone:
        pieces = cut.pieces[: inside.start] + cut.pieces[inside.stop :]
        replace_shrunk(mb, array, (cut.start, cut.stop), pieces, sum(region.size for region in gone))
    return 0


def replace_shrunk(
    mb: Memblock, array: RegionArray, window: tuple[int, int], pieces: list[Region], size: int
) -> None:
    """Put `pieces` in the place of the regions ``window[0]`` … ``window[1] - 1`` and take `size` off the
    total, as ``memblock_remove_region`` does with the regions that are missing from `pieces`."""
    start, stop = window
    total_size = (array.total_size - size) & U64
    if not pieces and stop - start == len(array.regions):
        if total_size:
            mb.warn_on("memblock_remove_region", "type->total_size != 0")
        mb.change_array(array, start, stop - start, mb.empty_array(mb.max_numnodes), total_size=total_size)
    else:
        mb.change_array(array, start, stop - start, pieces, total_size=total_size)


@traced
def memblock_reserve(mb: Memblock, base: int, size: int) -> int:
    """Reserve a range (bytes), memory or not.  Returns 0 or -ENOMEM.  mm/memblock.c.  Raises
    `MemblockPanic`."""
    mb.memblock_dbg("memblock_reserve: [{:#018x}-{:#018x}] {caller}", base, (base + size - 1) & U64)
    return memblock_add_range(mb, "reserved", base, size, mb.max_numnodes, 0)


@traced
def memblock_phys_free(mb: Memblock, base: int, size: int) -> int:
    """Free a reserved range (bytes).  Returns 0 or -ENOMEM.  mm/memblock.c.  Raises `MemblockPanic`."""
    mb.memblock_dbg("memblock_phys_free: [{:#018x}-{:#018x}] {caller}", base, (base + size - 1) & U64)
    return memblock_remove_range(mb, "reserved", base, size)


@traced_sibling_call
def memblock_free(mb: Memblock, ptr: int, size: int) -> None:
    """Free a range (bytes) given by the physical address that stands for its pointer; nothing for 0.
    mm/memblock.c.  Raises `MemblockPanic`."""
    # Until 5.15 this is the function that takes a physical address, and there is no other.
    if mb.config.release < (5, 16):
        mb.memblock_dbg("   memblock_free: [{:#018x}-{:#018x}] {caller}", ptr, (ptr + size - 1) & U64)
        memblock_remove_range(mb, "reserved", ptr, size)
    elif ptr:
        memblock_phys_free(mb, ptr, size)

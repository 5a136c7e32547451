"""What memblock's lines say, done again: mm/memblock.c's functions, without the calls that the kernel's own
line stands for."""

from __future__ import annotations

from collections.abc import Callable

from ....model.logs.records.memblock import MemblockCall
from ....model.memory.memblock.ranges import memblock_add_range, memblock_remove_range
from ....model.memory.memblock.regions import U64, Region, RegionArray, TypeName
from ....model.memory.memblock.structure import Memblock
from ....model.memory.state import State

LATE = "late"
"""In the names of functions that give pages to the buddy allocator, and leave the arrays as they are
(``memblock_free_late``)."""


def array_of(call: MemblockCall) -> TypeName:
    """The array that a call is about."""
    return "memory" if call.operation.array == "memory" else "reserved"


def done_again(call: MemblockCall) -> Callable[[State], None]:
    """What a line says, as something to do to a state."""

    def do(state: State) -> None:
        memblock = state.memblock
        if LATE in call.function:
            return
        # Sizes up to the end of the address space are printed as ranges that end below their start.
        size = call.size & U64
        nid = memblock.max_numnodes if call.nid is None else node_number(memblock, call.nid)
        if call.operation.adds:
            memblock_add_range(memblock, array_of(call), call.base, size, nid, call.flags or 0)
        else:
            memblock_remove_range(memblock, array_of(call), call.base, size)

    return do


def node_number(memblock: Memblock, nid: int) -> int:
    """A node as the arrays keep it: none is MAX_NUMNODES."""
    return nid if 0 <= nid < memblock.max_numnodes else memblock.max_numnodes


def become(
    array: RegionArray, regions: tuple[Region, ...], size: int | None = None
) -> Callable[[State], None]:
    """Let an array hold these regions, of that many bytes if a dump tells how many it counts."""
    name = array.name

    def do(state: State) -> None:
        memblock = state.memblock
        target = memblock.type(name)
        items = regions or memblock.empty_array(memblock.max_numnodes)
        total_size = sum(region.size for region in regions) if size is None else size
        memblock.change_array(target, 0, len(target), items, total_size=total_size)

    return do

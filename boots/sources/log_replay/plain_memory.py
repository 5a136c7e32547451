"""Memory and what is reserved of it, of a log without ``memblock=debug``: from the maps that firmware gave,
the ranges of nodes that mm/mm_init.c prints, and the lines that name who takes memory.

A line that names a range says no more than that: what else memblock did to it is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ....model.logs.records.firmware import MapChange, MapEntry
from ....model.logs.records.memblock import MemblockCall, MemblockDump, Operation
from ....model.logs.records.record import Record, Understood
from ....model.logs.records.reserved import CmaArea, CrashKernel, NodeData, OwnedRange, ReservedNode
from ....model.logs.records.zones import NodeRange
from ....model.memory.memblock.marks import memblock_mark_nomap
from ....model.memory.memblock.ranges import memblock_add_range, memblock_remove_range
from ....model.memory.memblock.regions import Region
from ....model.memory.memblock.structure import Memblock
from ....model.memory.state import State
from .operations import become, node_number
from .steps import Step

OVERRIDES = ("modified", "user")
"""How maps are called that take the place of another: after mem= and memmap=."""
WEAK = ("efi", "SRAT", "boot loader")
"""Maps that do not make memory where another does."""
RAM = ("usable", "RAM", "System RAM")
"""What changes of maps call memory."""
IN_WORDS = (ReservedNode, CmaArea, CrashKernel, NodeData, OwnedRange)
FROM_MAP = "the kernel takes for memory what the map calls usable"
AS_NODES_SAY = "when nodes are set up, memory is what these lines say, and no line tells how it came so"


def plain_memory(understood: Understood, page_size: int) -> Iterator[Step]:
    """What a log's lines tell of memblock's two arrays, where memblock itself does not."""
    records = understood.records
    calls = [record for record in records if isinstance(record, MemblockCall)]
    has_dump = any(isinstance(record, MemblockDump) for record in records)
    if not has_dump and not any(call.operation is Operation.ADD for call in calls):
        yield from _memory(records, page_size)
    if not has_dump and not calls:
        for record in records:
            step = _in_words(record)
            if step is not None:
                yield step


# ---- memory ----


def _memory(records: Iterable[Record], page_size: int) -> Iterator[Step]:
    yield from _mapped(records, page_size)
    ranges = [record for record in records if isinstance(record, NodeRange) and record.start < record.end]
    if ranges:
        yield Step(ranges[0].line.number, "memblock_set_node", _as_nodes(ranges), AS_NODES_SAY)


def _mapped(records: Iterable[Record], page_size: int) -> Iterator[Step]:
    """Memory by the map that counts, and the changes that the kernel makes to it."""
    told = [record for record in records if isinstance(record, MapEntry | MapChange)]
    which = _map_that_counts([record.map for record in told if isinstance(record, MapEntry)])
    begun = False
    for record in told:
        if isinstance(record, MapEntry):
            begun = begun or record.map == which
            if record.map == which and record.usable:
                yield _changed(record, "memblock_add", record.base, record.size, page_size)
        elif begun and record.old in RAM and record.new not in RAM:
            yield _changed(record, "memblock_remove", record.base, record.size, page_size)


def _map_that_counts(maps: list[str]) -> str:
    """The last map that takes the place of others, or the first that makes memory."""
    for name in OVERRIDES:
        found = next((each for each in maps if each.startswith(name)), "")
        if found:
            return found
    strong = [each for each in maps if not each.startswith(WEAK)]
    return strong[0] if strong else next((each for each in maps if each.startswith("efi")), "")


def _changed(record: MapEntry | MapChange, function: str, base: int, size: int, page_size: int) -> Step:
    adds = function == "memblock_add"
    mask = page_size - 1
    # Only whole pages are memory: a range that is taken away takes the pages that it touches.
    start = base + mask & ~mask if adds else base & ~mask
    end = base + size & ~mask if adds else base + size + mask & ~mask

    def do(state: State) -> None:
        memblock = state.memblock
        if start < end and adds:
            memblock_add_range(memblock, "memory", start, end - start, memblock.max_numnodes, 0)
        elif start < end:
            memblock_remove_range(memblock, "memory", start, end - start)

    return Step(record.line.number, function, do, FROM_MAP, (("base", base), ("size", size)))


def _as_nodes(ranges: list[NodeRange]) -> Callable[[State], None]:
    def do(state: State) -> None:
        memblock = state.memblock
        flags = {region.base: region.flags for region in memblock.memory.regions}
        regions = tuple(
            Region(each.start, each.end - each.start, flags.get(each.start, 0), _node(memblock, each.nid))
            for each in sorted(ranges, key=lambda each: each.start)
        )
        become(memblock.memory, regions)(state)

    return do


def _node(memblock: Memblock, nid: int) -> int:
    return node_number(memblock, nid) if memblock.numa else 0


# ---- what lines name as reserved ----


def _in_words(record: Record) -> Step | None:
    """What a line says is kept for somebody."""
    if not isinstance(record, IN_WORDS) or record.base is None or record.size <= 0:
        return None
    base, size = record.base, record.size
    told: tuple[tuple[str, object], ...] = (("base", base), ("size", size))
    if isinstance(record, ReservedNode):
        if record.failed:
            return None
        function = "early_init_dt_reserve_memory"
        if record.nomap:
            return Step(record.line.number, "memblock_mark_nomap", _nomap(base, size), "", told)
    elif isinstance(record, CmaArea):
        function = "cma_declare_contiguous"
    elif isinstance(record, CrashKernel):
        function = "reserve_crashkernel"
    elif isinstance(record, NodeData):
        function = "setup_node_data"
    elif record.reserves:
        function = "memblock_reserve"
    else:
        return None
    return Step(record.line.number, function, _reserved(base, size), "", told)


def _reserved(base: int, size: int) -> Callable[[State], None]:
    def do(state: State) -> None:
        memblock = state.memblock
        memblock_add_range(memblock, "reserved", base, size, memblock.max_numnodes, 0)

    return do


def _nomap(base: int, size: int) -> Callable[[State], None]:
    def do(state: State) -> None:
        memblock_mark_nomap(state.memblock, base, size)

    return do

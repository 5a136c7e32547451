"""What happened before memblock said anything: the first dump has it, and no line before that tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile

from ....model.logs.kernel_log import KernelLog
from ....model.logs.records.memblock import MemblockCall, MemblockDump
from ....model.logs.records.record import Understood
from ....model.memory.memblock import MemblockConfig
from ....model.memory.memblock.ranges import memblock_add_range
from ....model.memory.memblock.regions import Region, TypeName
from ....model.memory.state import State
from ....model.trace.collected import CollectedChanges
from .dumps import dumped_regions
from .operations import done_again
from .scribe import UNBOUNDED
from .silence import BEFORE_DEBUG, BEGINS_LATE
from .spans import parts, spans, without
from .steps import Step, first_memblock_line, speaks_from_the_start


def before_debug(log: KernelLog, understood: Understood, config: MemblockConfig) -> Iterator[Step]:
    """Memory and reservations that must have been there before memblock's first line."""
    records = understood.records
    dump = next((record for record in records if isinstance(record, MemblockDump)), None)
    first = first_memblock_line(understood)
    if (
        dump is None
        or speaks_from_the_start(log, understood)
        or any(first < gap <= dump.line.number for gap in log.gaps)
    ):
        return
    state = State()
    memblock = state.memblock
    memblock.configure(config, CollectedChanges())
    for array in memblock.arrays.values():
        array.max = UNBOUNDED
    for record in takewhile(lambda record: record is not dump, records):
        if isinstance(record, MemblockCall):
            done_again(record)(state)
    why = f"the dump in line {dump.line.number} has it: {BEFORE_DEBUG if log.extent.begins else BEGINS_LATE}"
    line = max((each.number for each in log.lines if each.number < first), default=0)
    for array, dumped in ((memblock.memory, dump.memory), (memblock.reserved, dump.reserved)):
        theirs = dumped_regions(memblock, array, dumped)
        ours = [region for region in array.regions if region.size]
        function = "memblock_add" if array.name == "memory" else "memblock_reserve"
        for region in parts(theirs, without(spans(theirs), spans(ours))):
            told = (("base", region.base), ("size", region.size))
            yield Step(line, function, _added(array.name, region), why, told)


def _added(name: TypeName, region: Region) -> Callable[[State], None]:
    def do(state: State) -> None:
        memblock = state.memblock
        memblock_add_range(memblock, name, region.base, region.size, memblock.max_numnodes, 0)

    return do

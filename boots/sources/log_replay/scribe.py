"""Writing a replay's trace: a state that is changed by the model's own code, whose changes become events of
lines of a log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ....model.logs.records.memblock import ArrayDoubled, MemblockDump
from ....model.logs.records.record import Understood
from ....model.memory.memblock import MemblockConfig
from ....model.memory.state import State
from ....model.source.facts import Facts
from ....model.source.provenance import inferred_at, logged_at
from ....model.trace.collected import CollectedChanges
from ....model.trace.events import Trace
from ....model.trace.functions import Site
from ....model.trace.writer import TraceWriter

INIT_REGIONS = 128
"""INIT_MEMBLOCK_REGIONS: regions that an array has room for at first."""
MAX_NUMNODES = 1 << 10
"""More nodes than any kernel has."""
UNBOUNDED = 1 << 40
"""Regions an array has room for while a line is done again: the log tells when one grew."""


class Scribe:
    """Writes into a trace what happens at lines of a log, named `file`.  `state` is the state that steps
    change; lines are missing before those that `gaps` names."""

    def __init__(
        self, trace: Trace, file: str, config: MemblockConfig, gaps: frozenset[int] = frozenset()
    ) -> None:
        self.trace = trace
        self.file = file
        self.gaps = gaps
        self.writer = TraceWriter(trace)
        self.changes = CollectedChanges()
        self.state = State()
        self.state.memblock.configure(config)
        self.state.record_into(self.changes)
        for name, target in self.state.items():
            trace.add_target(name, target)
        trace.start()
        self._functions: dict[tuple[str, tuple[str, ...]], int] = {}

    def logged(self, line: int) -> Site:
        """The place of what a line says."""
        return logged_at(self.file, line, line in self.gaps)

    def inferred(self, line: int, why: str) -> Site:
        """The place of what follows from a line."""
        return inferred_at(self.file, line, why)

    def number_of(self, name: str, parameters: Sequence[str] = ()) -> int:
        """The number of a function of that name, whose parameters are called so."""
        # The same name may be known as a caller only: a call of it is told no arguments then.
        key = name, tuple(parameters)
        number = self._functions.get(key)
        if number is None:
            file = "mm/memblock.c" if "memblock_" in name else ""
            number = self._functions[key] = self.trace.functions.add(name, file, key[1]).number
        return number

    def enter(self, name: str, arguments: Sequence[tuple[str, object]], site: Site) -> None:
        """A function is called, with arguments by name."""
        number = self.number_of(name, [parameter for parameter, _ in arguments])
        self.writer.enter(number, tuple(value for _, value in arguments), site)

    def do(self, what: Callable[[State], None], site: Site) -> None:
        """Let something be done to the state, whose arrays have room for all of it, and write what it
        changed."""
        memblock = self.state.memblock
        rooms = [(array, array.max) for array in memblock.arrays.values()]
        for array, _ in rooms:
            array.max = UNBOUNDED
        try:
            what(self.state)
        finally:
            for array, room in rooms:
                array.max = room
        self.write(site)

    def write(self, site: Site) -> None:
        """Write what was changed in the state since this was called last."""
        for kind, changes in self.changes.taken().items():
            self.writer.change(kind, tuple(changes), site)


def has_nodes(understood: Understood) -> bool:
    """Whether regions have nodes, as the log's dumps print them; without any dump they may."""
    dumps = [record for record in understood.records if isinstance(record, MemblockDump)]
    regions = [region for dump in dumps for region in (*dump.memory.regions, *dump.reserved.regions)]
    return any(region.nid is not None for region in regions) or not regions


def settings(understood: Understood, facts: Facts) -> MemblockConfig:
    """How memblock of that kernel is made: as its log tells, and else as most are."""
    doubled = [record for record in understood.records if isinstance(record, ArrayDoubled)]
    firsts = {record.array: record.capacity // 2 for record in reversed(doubled)}
    return MemblockConfig(
        facts.release,
        numa=has_nodes(understood),
        max_numnodes=facts.max_numnodes if facts.max_numnodes > 1 else MAX_NUMNODES,
        page_shift=facts.page_shift,
        init_memory_regions=firsts.get("memory", INIT_REGIONS),
        init_reserved_regions=firsts.get("reserved", INIT_REGIONS),
    )

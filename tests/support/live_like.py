"""A boot of the model as somebody sees it who watches a kernel from outside: in place of live recordings.

It has only the functions that are watched, with the kernel's parameters and what registers hold; memory is
read at each of their calls and returns, so that changes come as what came of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from bootstep.model.analysis.divergence.sides import Side
from bootstep.model.memory.memblock import Region
from bootstep.model.memory.state import Replica
from bootstep.model.source.capabilities import Capabilities
from bootstep.model.source.facts import Facts
from bootstep.model.source.trace_source import Cancelled, FrameLocals, Outcome, TraceSource, never
from bootstep.model.trace.call_places import CallPlace
from bootstep.model.trace.changes import Assign, Change, Splice
from bootstep.model.trace.events import Kind, Trace
from bootstep.model.trace.functions import NOWHERE
from bootstep.model.trace.writer import TraceWriter
from msgspec.structs import replace

WATCHED = (
    *("start_kernel", "setup_arch", "setup_machine_fdt", "early_init_dt_add_memory_arch"),
    *("arm64_memblock_init", "early_init_fdt_scan_reserved_mem", "paging_init", "bootmem_init"),
    *("e820__memory_setup", "e820__memblock_setup", "init_mem_mapping", "initmem_init"),
    *("memblock_add", "memblock_remove", "memblock_reserve", "memblock_phys_free", "memblock_free"),
    *("memblock_add_range", "memblock_remove_range", "memblock_double_array", "memblock_set_node"),
    *("memblock_alloc_range_nid", "memblock_find_in_range_node", "memblock_alloc_internal"),
    *("memblock_phys_alloc_range", "memblock_alloc_try_nid", "early_pgtable_alloc", "sparse_init"),
    *("sparse_init_nid", "free_area_init", "free_area_init_node", "memblock_free_all"),
)
"""What is watched, of whatever architecture."""
POINTERS = frozenset(("memblock_alloc_internal", "memblock_alloc_try_nid"))
"""Functions that return a pointer, where the model has the memory behind it."""
ARRAYS = {"memory": 0xFFFF_8000_0A00_0000, "reserved": 0xFFFF_8000_0A00_0100}
"""Where the two arrays of memblock are: what a ``struct memblock_type *`` points to."""
PARTS = ("memblock.memory", "memblock.reserved", "zones.nodes", "sections.sections", "variables")
VARIABLES = ("max_pfn", "min_low_pfn", "high_memory", "totalram_pages", "memstart_addr", "kimage_voffset")
CAN = Capabilities(page_tables=False, source=False)
KINDS: Mapping[str, Kind] = {
    "memblock.memory": Kind.MEMBLOCK,
    "memblock.reserved": Kind.MEMBLOCK,
    "zones.nodes": Kind.ZONE,
    "sections.sections": Kind.SECTION,
    "variables": Kind.VARIABLE,
}
Inlined = Callable[[str, str], bool]


def nowhere(caller: str, name: str) -> bool:
    """Nothing is inlined."""
    return False


class LiveLike:
    """A `TraceSource` made of another one that has run: of it the functions `watched`, up to an event `stop`
    (None: the return of memblock_free_all); `is_inlined` tells by caller and function which calls are not
    seen; all are made at one `place`, if it is told."""

    def __init__(
        self,
        source: TraceSource,
        watched: Collection[str] = WATCHED,
        stop: int | None = None,
        is_inlined: Inlined = nowhere,
        parameters: Mapping[str, tuple[str, ...]] | None = None,
        place: CallPlace | None = None,
    ) -> None:
        self.source = source
        self.watched = frozenset(watched)
        self.stop = stop
        self.is_inlined = is_inlined
        self.site = place.site if place is not None else NOWHERE
        self.facts: Facts = replace(source.facts, kind="a kernel that ran", can=CAN, device_tree=None)
        self.trace = Trace()
        self._side = Side(source.trace, source.facts)
        self._theirs = Replica(source.trace)
        self._state = source.facts.arch.state()
        self._state.memblock.configure(self._theirs.state.memblock.config)
        for name, target in self._state.items():
            self.trace.add_target(name, target)
        self.trace.start()
        for function in source.trace.functions:
            if function.name in self.watched and not self.trace.functions.named(function.name):
                names = (parameters or {}).get(function.name, function.parameters)
                self.trace.functions.add(function.name, parameters=names)

    def run(self, cancelled: Cancelled = never) -> None:
        """Watch it from beginning to end."""
        writer, trace = TraceWriter(self.trace), self.source.trace
        stop = self._last() if self.stop is None else self.stop
        seen: dict[int, int] = {}
        for event in range(stop):
            if trace.kind(event) == Kind.ENTER and self._is_seen(event):
                self._read(writer, event)
                function = trace.function(event).name
                (number,) = (each.number for each in self.trace.functions.named(function))
                arguments = tuple(map(self._register, trace.payload(event)))
                seen[event] = writer.enter(number, arguments, self.site)
            elif trace.kind(event) == Kind.LEAVE and trace.partner(event) in seen:
                self._read(writer, event)
                writer.leave(self._result(trace.function(event).name, trace.payload(event)))
        self.trace.finish()

    def outcome(self) -> Outcome:
        return Outcome()

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        return ()

    def _last(self) -> int:
        trace = self.source.trace
        enters = (
            event for event in trace.of_kind(Kind.ENTER) if trace.function(event).name == "memblock_free_all"
        )
        enter = next(enters, None)
        return len(trace) if enter is None else (trace.partner(enter) or len(trace)) + 1

    def _is_seen(self, enter: int) -> bool:
        trace = self.source.trace
        name = trace.function(enter).name
        if name not in self.watched:
            return False
        caller = trace.parent(enter)
        return not self.is_inlined(trace.function(caller).name if caller >= 0 else "", name)

    # ---- registers ----

    def _register(self, value: Any) -> int | None:
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, int):
            return value & (1 << 64) - 1
        return ARRAYS.get(value) if isinstance(value, str) else None

    def _result(self, function: str, value: Any) -> int | None:
        register = self._register(value)
        if register and function in POINTERS and self._side.placement is not None:
            return self._side.placement.linear(register)
        return register

    # ---- memory ----

    def _read(self, writer: TraceWriter, event: int) -> None:
        """What has changed since the last stop."""
        self._theirs.move(event)
        for part in PARTS:
            changes = self._changed(part)
            if changes:
                writer.change(KINDS[part], tuple(changes))

    def _changed(self, part: str) -> list[Change]:
        theirs, ours = self._theirs.state[part].view(), self._state[part].view()
        if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
            keys = VARIABLES if part == "variables" else list(theirs)
            found: list[Change] = []
            for key in keys:
                old, new = ours.get(key), theirs.get(key)
                if old != new:
                    self._state[part].assign(key, new)
                    found.append(Assign(part, key, old, new))
            return found
        before: tuple[Region, ...] = tuple(ours)
        after: tuple[Region, ...] = tuple(theirs)
        if before == after:
            return []
        self._state[part].splice(0, len(before), after)
        return [Splice(part, 0, before, after)]

"""What the panes draw: one moment of a boot, and the moment before the last move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...model.debugger.breakpoints.breakpoints import Breakpoint
    from ...model.debugger.debugger import Debugger, Here, Stop
    from ...model.index.phases import Phase
    from ...model.memory.buddy import FreeRun
    from ...model.memory.memblock import Region
    from ...model.memory.pagetable.format import Pgdir
    from ...model.memory.pagetable.tables import Geometry, PageTables, Run, TableRun
    from ...model.memory.sparsemem import Section
    from ...model.memory.state import State
    from ...model.memory.zones import Node
    from ...model.source.facts import Facts
    from ...model.source.trace_source import TraceSource
    from ...model.trace.events import Function, Trace
    from .comparison import Comparison


@dataclass(frozen=True)
class Tree:
    """One tree of page tables: its leaf runs and its table pages, the root's physical address and the first
    address that it translates, and its shape.  `target` is its name in the trace."""

    target: str
    runs: tuple[Run, ...]
    tables: tuple[TableRun, ...]
    root_pa: int
    root_va: int
    geometry: Geometry

    @classmethod
    def of(cls, tree: PageTables) -> Tree:
        """As it stands now."""
        fields = tree.fields
        return cls(
            tree.target,
            tuple(tree.runs),
            tuple(tree.tables),
            fields.get("root_pa", 0),
            fields.get("root_va", 0),
            tree.geometry,
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but perhaps the root."""
        return not self.runs and len(self.tables) <= 1


@dataclass(frozen=True)
class Picture:
    """The memory at one moment, as plain values that nothing changes any more."""

    memory: tuple[Region, ...]
    reserved: tuple[Region, ...]
    memory_max: int
    reserved_max: int
    trees: Mapping[str, Tree]
    sections: Mapping[int, Section]
    roots: Mapping[int, int]
    section_fields: Mapping[str, int]
    nodes: Mapping[int, Node]
    limits: Mapping[str, tuple[int, ...]]
    free: tuple[FreeRun, ...]
    variables: Mapping[str, Any]

    @classmethod
    def of(cls, state: State) -> Picture:
        """As the state stands now."""
        trees = {target: Tree.of(tree) for target, tree in state.trees.items()}
        return cls(trees=trees, **_fields(state, TAKERS))

    def updated(self, state: State, touched: frozenset[str]) -> Picture:
        """As the state stands now, where only the targets `touched` have changed since."""
        fields = _fields(state, touched)
        trees = {name: Tree.of(tree) for name, tree in state.trees.items() if tree.targets().keys() & touched}
        if trees:
            fields["trees"] = {**self.trees, **trees}
        return replace(self, **fields) if fields else self


def _fields(state: State, targets: Iterable[str]) -> dict[str, Any]:
    takers = {TAKERS[target] for target in targets if target in TAKERS}
    return {name: value for taken in takers for name, value in taken(state).items()}


def _memory(state: State) -> dict[str, Any]:
    return {"memory": tuple(state.memblock.memory.regions), "memory_max": state.memblock.memory.max}


def _reserved(state: State) -> dict[str, Any]:
    return {"reserved": tuple(state.memblock.reserved.regions), "reserved_max": state.memblock.reserved.max}


def _roots(state: State) -> dict[str, Any]:
    return {"roots": dict(state.sections.roots)}


def _section_fields(state: State) -> dict[str, Any]:
    return {"section_fields": dict(state.sections.fields)}


def _sections(state: State) -> dict[str, Any]:
    return {"sections": dict(state.sections.sections)}


def _nodes(state: State) -> dict[str, Any]:
    return {"nodes": dict(state.zones.nodes)}


def _limits(state: State) -> dict[str, Any]:
    return {"limits": dict(state.zones.limits)}


def _free(state: State) -> dict[str, Any]:
    return {"free": tuple(state.zones.free)}


def _variables(state: State) -> dict[str, Any]:
    return {"variables": dict(state.variables)}


Taker = Callable[["State"], "dict[str, Any]"]

TAKERS: dict[str, Taker] = {
    "memblock.memory": _memory,
    "memblock.reserved": _reserved,
    "sections": _section_fields,
    "sections.roots": _roots,
    "sections.sections": _sections,
    "zones.nodes": _nodes,
    "zones.limits": _limits,
    "zones.free": _free,
    "variables": _variables,
}
"""For each target of the trace that panes show, but page tables: how to take the fields of a `Picture` that
follow it."""


@dataclass(frozen=True)
class StoppingPoint:
    """A breakpoint as it was when the snapshot was taken; `functions` are those it is at."""

    number: int
    spec: str
    enabled: bool
    text: str
    functions: tuple[Function, ...]
    kind: str
    where: str
    condition: str
    hits: int
    ignore: int
    temporary: bool
    message: str
    note: str
    """What is odd about it: nothing recorded is at its place."""

    @classmethod
    def of(cls, point: Breakpoint) -> StoppingPoint:
        """As it is now."""
        return cls(
            number=point.number,
            spec=point.spec,
            enabled=point.enabled,
            text=point.describe(),
            functions=point.location.functions,
            kind=point.kind.removeprefix("temporary "),
            where=point.spec.removeprefix("watch:"),
            condition=point.condition or "",
            hits=point.hits,
            ignore=point.ignore,
            temporary=point.temporary,
            message=point.message.text if point.message else "",
            note=point.note,
        )


@dataclass(frozen=True)
class OtherBoot:
    """The boot that this one is compared with, brought to the same place: its debugger, what `label` this
    boot differs by, what is known of both whole boots, and why the other could not come all the way."""

    debugger: Debugger
    label: str
    comparison: Comparison
    note: str


@dataclass(frozen=True)
class Snapshot:
    """Everything the panes need.  `source` is what the trace comes from, `start` the position that the last
    move left; `debugger` answers what a pane asks about this moment (owners, history, why), and is never
    moved by one."""

    source: TraceSource
    debugger: Debugger
    trace: Trace
    start: int
    position: int
    length: int
    finished: bool
    stop: Stop
    here: Here
    phases: tuple[Phase, ...]
    phase: int
    now: Picture
    before: Picture
    breakpoints: tuple[StoppingPoint, ...]
    other: OtherBoot | None = None

    @property
    def facts(self) -> Facts:
        """What does not change while the kernel boots."""
        return self.source.facts

    def trees(self) -> Iterator[tuple[Pgdir, Tree, Tree]]:
        """The kernel's trees of page tables, its own first, as they were and are."""
        for pgdir in self.debugger.arch.pgdirs:
            if pgdir.target in self.now.trees:
                yield pgdir, self.before.trees[pgdir.target], self.now.trees[pgdir.target]


def take(
    debugger: Debugger,
    source: TraceSource,
    last: Picture,
    other: OtherBoot | None = None,
    now: Picture | None = None,
) -> Snapshot:
    """The moment at which a debugger stands after its last move; `last` is the picture of that before, `now`
    that of the moment if it is known: panes draw again what is not the same."""
    move, trace, phases = debugger.last, debugger.trace, debugger.phases
    length = len(trace)
    return Snapshot(
        source=source,
        debugger=debugger,
        trace=trace,
        start=move.start,
        position=debugger.position,
        length=length,
        finished=trace.finished,
        stop=move.stop,
        here=debugger.here(),
        phases=phases.all(),
        phase=phases.at(debugger.position),
        now=now or last.updated(debugger.state, debugger.before.changed),
        before=last,
        breakpoints=tuple(StoppingPoint.of(point) for point in debugger.breakpoints.all()),
        other=other,
    )

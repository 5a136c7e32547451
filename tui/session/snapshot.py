"""What the panes draw: one moment of a boot, and the moment before the last move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from ...model.debugger.moment import Answers

if TYPE_CHECKING:
    from ...model.debugger.breakpoints.breakpoints import Breakpoint
    from ...model.debugger.breakpoints.lines import SourceLine
    from ...model.debugger.debugger import Debugger, Stop, Where
    from ...model.index.phases import Phase
    from ...model.memory.pagetable.format import Pgdir
    from ...model.memory.picture import Picture, Tree
    from ...model.source.facts import Facts
    from ...model.source.trace_source import TraceSource
    from ...model.trace.events import Function, Trace
    from .comparison import BootComparison
    from .jump_amounts import JumpAmounts


class StoppingPoint(Struct, frozen=True):
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
    line: SourceLine | None
    """The line of our source that it is at, where it is at one."""

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
            line=point.location.line,
        )


class OtherBoot(Struct, frozen=True):
    """The boot that this one is compared with, brought to the same place: its answers, what it and this boot
    are called, what is known of both whole boots, and why the other could not come all the way."""

    answers: Answers
    names: tuple[str, str]
    comparison: BootComparison
    note: str


class Snapshot(Struct, frozen=True):
    """Everything the panes need.  `source` is what the trace comes from, `start` the position that the last
    move left; `answers` are there for what a pane asks about this moment (owners, history).  After a jump
    past whole phases `before` is `now`, and `jump` tells what it comes to."""

    source: TraceSource
    answers: Answers
    trace: Trace
    start: int
    position: int
    length: int
    finished: bool
    stop: Stop
    where: Where
    phases: tuple[Phase, ...]
    phase: int
    now: Picture
    before: Picture
    breakpoints: tuple[StoppingPoint, ...]
    other: OtherBoot | None = None
    jump: JumpAmounts | None = None

    @property
    def facts(self) -> Facts:
        """What does not change while the kernel boots."""
        return self.source.facts

    def trees(self) -> Iterator[tuple[Pgdir, Tree, Tree]]:
        """The kernel's trees of page tables, its own first, as they were and are."""
        for pgdir in self.facts.arch.pgdirs:
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
        answers=Answers(debugger),
        trace=trace,
        start=move.start,
        position=debugger.position,
        length=length,
        finished=trace.finished,
        stop=move.stop,
        where=debugger.where(),
        phases=phases.all(),
        phase=phases.at(debugger.position),
        now=now or last.updated(debugger.state, debugger.before.changed),
        before=last,
        breakpoints=tuple(StoppingPoint.of(point) for point in debugger.breakpoints.all()),
        other=other,
    )

"""A source of traces for tests of the app: whatever a function records."""

from __future__ import annotations

from collections.abc import Callable

from bootstep.model.source.facts import Facts
from bootstep.model.source.trace_source import Cancelled, FrameLocals, Outcome, never
from bootstep.model.trace.events import Trace
from demo_boot import layout


class DemoSource:
    """What `record` puts into a trace, of a kernel with the address map of virt-1g."""

    def __init__(self, name: str, trace: Trace, record: Callable[[], None]) -> None:
        self.trace = trace
        self.facts = Facts(name, layout())
        self.record = record

    def run(self, cancelled: Cancelled = never) -> None:
        self.record()

    def outcome(self) -> Outcome:
        return Outcome()

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        return ()

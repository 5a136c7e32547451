"""A live source that no kernel is behind: it writes calls of memblock, as slowly as it is told to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

from bootstep.boots.capture.written import write_new
from bootstep.boots.core.inputs import Machine
from bootstep.boots.live.options import LiveOptions
from bootstep.boots.live.report import Ending, LiveReport
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.build.release import Release
from bootstep.model.memory.memblock import MemblockConfig, memblock_add, memblock_reserve
from bootstep.model.memory.memblock.regions import Region
from bootstep.model.memory.state import State
from bootstep.model.source.capabilities import Capabilities
from bootstep.model.source.facts import Facts
from bootstep.model.source.trace_source import Cancelled, FrameLocals, Outcome, never
from bootstep.model.trace.changes import Splice
from bootstep.model.trace.events import Kind, Trace
from bootstep.model.trace.functions import Site
from bootstep.model.trace.writer import TraceWriter

OPERATIONS = (
    ("memblock_add", 0x4000_0000, 0x4000_0000),
    ("memblock_reserve", 0x4021_0000, 0x0100_0000),
    ("memblock_reserve", 0x4800_0000, 0x0010_0000),
    ("memblock_reserve", 0x7F00_0000, 0x0020_0000),
)
PANIC = "Kernel panic - not syncing: no memory"


class ToyLive:
    """A `LiveSource`.  After each call it waits for `may_go_on`, if that is given, or until it is
    cancelled; `ending` is how it ends if nothing else ends it, and `fails` what it then raises."""

    def __init__(
        self,
        options: LiveOptions,
        ending: Ending = Ending.HANDOVER,
        words: str = "",
        may_go_on: Callable[[], bool] | None = None,
        fails: Exception | None = None,
        unprepared: Exception | None = None,
    ) -> None:
        self.options = options
        self.progress: Callable[[str], None] = lambda sentence: None
        self.trace = Trace()
        self.facts = Facts(options.name, kind="a live kernel", can=CAN, release=Release(6, 1, 50))
        self.ending, self.words = ending, words
        self.may_go_on, self.fails, self.unprepared = may_go_on, fails, unprepared
        self.ended: Ending | None = None
        self.stops = 0
        self.state = State()

    def prepare(self, cancelled: Cancelled = never) -> None:
        self.progress("looking for the kernel")
        if self.unprepared is not None:
            raise self.unprepared
        for name, target in self.state.items():
            self.trace.add_target(name, target)
        self.trace.start()

    def run(self, cancelled: Cancelled = never) -> None:
        writer = TraceWriter(self.trace)
        self.ended = None
        for operation, base, size in OPERATIONS:
            if self._waits(cancelled):
                self.ended = Ending.STOPPED
                break
            self.stops += 2
            self._do(writer, operation, base, size)
            self.progress(f"{self.stops} stops")
        if self.fails is not None:
            raise self.fails
        self.ended = self.ended or self.ending
        self.trace.finish()

    def _waits(self, cancelled: Cancelled) -> bool:
        """Wait; whether it is cancelled."""
        while self.may_go_on is not None and not self.may_go_on():
            if cancelled():
                return True
            Event().wait(0.005)
        return cancelled()

    def _do(self, writer: TraceWriter, operation: str, base: int, size: int) -> None:
        site = Site("", 0)
        writer.enter(self._function(operation), (base, size), site)
        writer.log("{}: [{:#018x}-{:#018x}]", (operation, base, base + size - 1), "debug", site)
        memblock = self.state.memblock
        array = memblock.memory if operation == "memblock_add" else memblock.reserved
        before = tuple(array.regions)
        after = _with(operation, before, base, size)
        array.splice(0, len(before), after)
        writer.change(Kind.MEMBLOCK, (Splice(f"memblock.{array.name}", 0, before, after),), site)
        writer.leave(0, site)

    def _function(self, name: str) -> int:
        known = self.trace.functions.named(name)
        return (known[0] if known else self.trace.functions.add(name, "", ("base", "size"))).number

    def outcome(self) -> Outcome:
        return Outcome()

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        return ()

    def save_machine(self, directory: Path) -> list[str]:
        write_new(directory, {"toy.toml": b"[machine]\n"})
        return ["toy.toml"]

    def machine(self, folder: Path, kernel: Machine | None = None) -> Machine:
        return kernel or read_machine("virt-512m", {})

    def report(self) -> LiveReport:
        return LiveReport(
            self.ended,
            self.words if self.ended else "",
            Release(6, 1, 50),
            "Linux version 6.1.50 (toy)",
            "aarch64",
            0x4020_0000,
            0x1234_0000,
            watched=2,
            known=3,
            stops=self.stops,
            seconds=1.25,
            missing=("its types are not told",),
        )


CAN = Capabilities(page_tables=False, sections=False, zones=False, source=False, grows=True)


def _with(operation: str, before: tuple[Region, ...], base: int, size: int) -> tuple[Region, ...]:
    scratch = State().memblock
    scratch.configure(MemblockConfig())
    do = memblock_add if operation == "memblock_add" else memblock_reserve
    for region in before:
        do(scratch, region.base, region.size)
    do(scratch, base, size)
    return tuple((scratch.memory if operation == "memblock_add" else scratch.reserved).regions)

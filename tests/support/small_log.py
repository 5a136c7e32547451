"""A boot made of a small log by hand: five lines, something missing before one of them, and between two a
step that no line says."""

from __future__ import annotations

from bootstep.model.memory.memblock import MemblockConfig, Region
from bootstep.model.memory.state import State
from bootstep.model.source.capabilities import Capabilities
from bootstep.model.source.facts import Facts
from bootstep.model.source.provenance import inferred_at, logged_at
from bootstep.model.source.trace_source import Cancelled, FrameLocals, Outcome, never
from bootstep.model.trace.changes import Splice
from bootstep.model.trace.events import Kind, Trace
from bootstep.model.trace.functions import Site
from bootstep.model.trace.writer import TraceWriter

FILE = "dmesg.txt"
LINES = (
    (3, 0.0, "Linux version 6.1.0 (somebody@somewhere)"),
    (4, 0.0, "memblock_add: [0x0000000040000000-0x000000007fffffff] early_init_dt_add_memory_arch+0x50/0x60"),
    (5, 0.0, "memblock_reserve: [0x0000000040210000-0x00000000411fffff] arm64_memblock_init+0x158/0x240"),
    (9, 0.012345, "cma: Reserved 16 MiB at 0x0000000048000000"),
    (10, None, "Memory: 1000000K/1048576K available"),
)
"""Numbers in the file, times, texts; before line 9 something is missing."""
WHY = "the next dump has memory in whole pages"
CAN = Capabilities(page_tables=False, sections=False, source=False, exact_state=False)


class SmallLog:
    """A `TraceSource` of those lines."""

    def __init__(self) -> None:
        self.facts = Facts(
            FILE,
            kind="a kernel log",
            can=CAN,
            description=("log           dmesg.txt, 5 lines",),
            assumed=("4 KiB pages",),
        )
        self.trace = Trace()
        self.state = State()
        self.state.memblock.configure(MemblockConfig())
        for name, target in self.state.items():
            self.trace.add_target(name, target)
        self.trace.start()
        self.writer = TraceWriter(self.trace)
        self.functions = {
            name: self.trace.functions.add(name, file, parameters).number
            for name, file, parameters in (
                ("setup_arch", "", ()),
                ("early_init_dt_add_memory_arch", "", ()),
                ("arm64_memblock_init", "", ()),
                ("memblock_add", "mm/memblock.c", ("base", "size")),
                ("memblock_reserve", "mm/memblock.c", ("base", "size")),
                ("memblock_trim_memory", "mm/memblock.c", ("align",)),
            )
        }

    def run(self, cancelled: Cancelled = never) -> None:
        """All of it at once."""
        self._say(0)
        self.writer.enter(self.functions["setup_arch"], (), logged_at(FILE, 4))
        self._operate(1, "early_init_dt_add_memory_arch", "memblock_add", 0x4000_0000, 0x4000_0000)
        self._infer()
        self._operate(2, "arm64_memblock_init", "memblock_reserve", 0x4021_0000, 0xFF_0000)
        self._say(3, after_gap=True)
        self.writer.leave(None, logged_at(FILE, 9))
        self._say(4)
        self.trace.finish()

    def _say(self, index: int, after_gap: bool = False) -> None:
        number, time, text = LINES[index]
        self.writer.log("{}", (text, time), "debug", logged_at(FILE, number, after_gap))

    def _operate(self, index: int, caller: str, operation: str, base: int, size: int) -> None:
        site = logged_at(FILE, LINES[index][0])
        self.writer.enter(self.functions[caller], (), site)
        self.writer.enter(self.functions[operation], (base, size), site)
        self._say(index)
        name = "memory" if operation == "memblock_add" else "reserved"
        self._put(name, (Region(base, size, 0, self.state.memblock.max_numnodes),), site)
        self.writer.leave(0, site)
        self.writer.leave(None, site)

    def _infer(self) -> None:
        site = inferred_at(FILE, 4, WHY)
        self.writer.enter(self.functions["memblock_trim_memory"], (0x1000,), site)
        self._put("memory", (Region(0x4000_0000, 0x3FFF_F000, 0, self.state.memblock.max_numnodes),), site)
        self.writer.leave(None, site)

    def _put(self, name: str, regions: tuple[Region, ...], site: Site) -> None:
        array = self.state.memblock.memory if name == "memory" else self.state.memblock.reserved
        before = tuple(array.regions)
        array.splice(0, len(before), regions)
        self.writer.change(Kind.MEMBLOCK, (Splice(f"memblock.{name}", 0, before, regions),), site)

    def outcome(self) -> Outcome:
        """Nothing is left to say."""
        return Outcome()

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        """None are told."""
        return ()

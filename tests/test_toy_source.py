"""A source of traces that nobody foresaw: a log with three lines about memblock, replayed by a few lines.

It has functions of its own, tells neither page tables nor sections, zones, local variables or source text,
and knows no address map; nothing of the product was changed for it.
"""

from __future__ import annotations

import re

import pytest
from bootstep.model.analysis.owner_rules import Owner
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.memblock import MemblockConfig, memblock_add, memblock_reserve
from bootstep.model.memory.state import State
from bootstep.model.source.capabilities import Capabilities
from bootstep.model.source.facts import Facts
from bootstep.model.source.trace_file import RecordedBoot, recorded
from bootstep.model.source.trace_source import Cancelled, FrameLocals, Outcome, TraceSource, never
from bootstep.model.trace.changes import Splice
from bootstep.model.trace.events import Kind, Trace
from bootstep.model.trace.functions import Site
from bootstep.model.trace.writer import TraceWriter
from bootstep.tui.cli.log import log
from bootstep.tui.cli.state import StateMoment, state
from bootstep.tui.session.recording import Recording
from screens import command, running, text

LOG = """\
memblock_add: [0x40000000-0x7fffffff] early_init_dt_add_memory_arch+0x50/0x60
memblock_reserve: [0x40210000-0x411fffff] arm64_memblock_init+0x158/0x240
memblock_reserve: [0x48000000-0x480fffff] arm64_memblock_init+0x1a0/0x240
"""
LINE = re.compile(r"(\w+): \[(0x\w+)-(0x\w+)\] (\w+)")


class LogReplay:
    """A `TraceSource`: memblock's lines of a log, done again."""

    def __init__(self, log: str = LOG) -> None:
        self.log = log
        self.trace = Trace()
        self.facts = Facts(
            "dmesg.txt",
            kind="a kernel log",
            can=Capabilities(page_tables=False, sections=False, zones=False, source=False, exact_state=False),
        )
        self.state = State()
        for name, target in self.state.items():
            self.trace.add_target(name, target)
        self.trace.start()

    def run(self, cancelled: Cancelled = never) -> None:
        writer = TraceWriter(self.trace)
        for number, line in enumerate(self.log.splitlines(), 1):
            found = LINE.match(line)
            if found is None or cancelled():
                continue
            operation, base, last, caller = found[1], int(found[2], 16), int(found[3], 16), found[4]
            size, site = last + 1 - base, Site("dmesg.txt", number)
            writer.enter(self._function(caller), (), site)
            writer.enter(self._function(operation, "base", "size"), (base, size), site)
            writer.log("{}: [{:#018x}-{:#018x}] {caller}", (operation, base, last), "debug", site)
            self._do(writer, operation, base, size, site)
            writer.leave(0, site)
            writer.leave(None, site)
        self.trace.finish()

    def _function(self, name: str, *parameters: str) -> int:
        known = self.trace.functions.named(name)
        return (known[0] if known else self.trace.functions.add(name, "", parameters)).number

    def _do(self, writer: TraceWriter, operation: str, base: int, size: int, site: Site) -> None:
        """What the line tells, done to a memblock of our own, and what that changed, as one splice."""
        memblock = self.state.memblock
        array = memblock.memory if operation == "memblock_add" else memblock.reserved
        before = tuple(array.regions)
        scratch = State().memblock
        scratch.configure(MemblockConfig())
        if array is memblock.memory:
            for region in (*before, None):
                memblock_add(scratch, *(region[:2] if region else (base, size)))
            after = tuple(scratch.memory.regions)
        else:
            for region in (*before, None):
                memblock_reserve(scratch, *(region[:2] if region else (base, size)))
            after = tuple(scratch.reserved.regions)
        array.splice(0, len(before), after)
        writer.change(Kind.MEMBLOCK, (Splice(f"memblock.{array.name}", 0, before, after),), site)

    def outcome(self) -> Outcome:
        return Outcome(remarks=("the log has no MEMBLOCK configuration to be held against",))

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        return ()


def replayed() -> TraceSource:
    source = LogReplay()
    source.run()
    return source


def test_a_debugger_goes_through_it() -> None:
    source = replayed()
    debugger = Debugger(source.trace, source.facts)
    assert debugger.step().text.startswith("early_init_dt_add_memory_arch")
    commands = CommandInterpreter(debugger)
    for line in ("break memblock_reserve if base >= 0x48000000", "continue"):
        assert not commands.execute(line).error
    assert debugger.trace.function(debugger.where().frames[-1].enter).name == "memblock_reserve"
    debugger.end()
    claim = debugger.owners.reserved_by(0x4021_0000, debugger.position)
    assert claim is not None and isinstance(claim.owner, Owner)
    for line in ("ledger", "who 0x40210000", "x 0x48000000", "history 0x48000000", "info memblock"):
        assert not commands.execute(line).error, line
    assert commands.execute("why cma").text == "no function that sees to cma is called in this boot"
    assert debugger.start().position == 0


def test_the_commands_print_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert log(LogReplay()) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1] == (
        "[    0.000000] memblock_reserve: [0x0000000040210000-0x00000000411fffff] arm64_memblock_init"
    )
    assert "the log has no MEMBLOCK configuration to be held against" in err
    moments = [StateMoment.parse(words) for words in ("memblock_add", "end")]
    for form in ("text", "json", "memblock"):
        assert state(LogReplay(), moments, form) == 0
        said = capsys.readouterr().out
        assert "0x40210000" in said or "0x0000000040210000" in said
        assert "page tables" not in said and "page_tables" not in said


def test_it_can_be_recorded_like_any_other() -> None:
    again = RecordedBoot.read(recorded(replayed(), "bootstep 1"), "log.trace")
    assert len(again.trace) == len(replayed().trace)
    assert again.facts.silence("page_tables") == "A recorded boot tells nothing of page tables."


async def test_the_app_shows_it_and_says_what_it_cannot() -> None:
    async with running(lambda: Recording(LogReplay())) as (app, pilot):
        for key in (*"snf123456789", "0", "full_stop", "L", "v", "i", "r", "T", "enter", "down", "b", "t"):
            await pilot.press(key)
        await command(pilot, "end", "ledger", "x 0x40210000")
        await pilot.press("3")
        await pilot.pause()
        assert "0x40210000" in text(app)
        for key, words in (
            ("2", "A kernel log tells nothing of the functions' source text."),
            ("4", "A kernel log tells nothing of page tables."),
            ("5", "A kernel log tells nothing of sections and page structs."),
            ("6", "A kernel log tells nothing of nodes and zones."),
        ):
            await pilot.press(key)
            await pilot.pause()
            header = app.focused_pane().header
            said = " ".join(word for line in header for span, _ in line for word in span.split())
            body = app.focused_pane().line(0) if key == "2" else []
            assert words in said + "".join(span for span, _ in body), key
        await pilot.press("v")
        await pilot.pause()
        assert app.status.sentence == "A kernel log cannot be done again with something changed."

"""A trace that no Python boot wrote is a trace like any other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from bootstep.model.arch.arm64.entry_format import ENTRIES
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.state import State
from bootstep.model.text.events import describe
from bootstep.model.trace.changes import Assign
from bootstep.model.trace.events import Kind, Trace
from bootstep.model.trace.functions import Site
from bootstep.model.trace.writer import TraceWriter

PACKAGE = Path(__file__).parents[3] / "model" / "trace"
SETUP = Site("arch/arm64/kernel/setup.c", 300, "setup_arch")


def live() -> Trace:
    """Two calls, a variable that is set, a line that is said and a panic, as a live kernel may tell them."""
    state, trace = State(), Trace()
    state.variables["memory_limit"] = 0
    for name, target in state.items():
        trace.add_target(name, target)
    trace.start()
    outer = trace.functions.add("setup_arch", "arch/arm64/kernel/setup.c", ("cmdline_p",), SETUP)
    inner = trace.functions.add("early_mem", "arch/arm64/mm/init.c", ("p",))
    writer = TraceWriter(trace)
    writer.enter(outer.number, (0,))
    writer.enter(inner.number, ("600M",), SETUP._replace(line=310))
    state.variables.assign("memory_limit", 600 << 20)
    writer.change(Kind.VARIABLE, (Assign("variables", "memory_limit", 0, 600 << 20),))
    writer.log("Memory limited to {}MB, says {caller}", (600,), "notice")
    writer.leave(0, SETUP._replace(line=310))
    writer.panic("No memory")
    trace.finish()
    return trace


def test_a_debugger_walks_through_it() -> None:
    debugger = Debugger(live())
    debugger.breakpoints.add("early_mem:return")
    stop = debugger.cont()
    assert (stop.position, stop.reason) == (5, "breakpoint")
    assert [frame.function.name for frame in debugger.where().frames] == ["setup_arch"]
    assert debugger.state.variables["memory_limit"] == 600 << 20
    debugger.goto(2)
    assert [frame.site.line for frame in debugger.where().frames] == [310, 0]
    assert debugger.state.variables["memory_limit"] == 0
    debugger.breakpoints.delete(1)
    assert debugger.cont().text == "the kernel panicked: No memory"


def test_it_says_who_called() -> None:
    trace = live()
    assert [trace.log_text(event) for event in trace.logs] == ["Memory limited to 600MB, says setup_arch"]
    assert [describe(trace, event, ENTRIES) for event in (0, 1)] == [
        "setup_arch cmdline_p=0",
        'early_mem p="600M"',
    ]
    assert trace.site(1).function == "setup_arch"


def test_what_cannot_be_is_refused() -> None:
    writer = TraceWriter(Trace())
    with pytest.raises(ValueError, match="no function is open"):
        writer.leave()
    with pytest.raises(ValueError, match="no function of this trace has number 0"):
        writer.enter(0)


def test_only_the_recorder_knows_frames() -> None:
    known = {"_getframe", "FrameType", "CodeType", "f_code", "co_name"}
    knowing = {
        path.name
        for path in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in known
    }
    assert knowing == {"recorder.py"}


def test_a_line_goes_on() -> None:
    writer = TraceWriter(Trace())
    with pytest.raises(ValueError, match="no line"):
        writer.log_goes_on(("nothing",))
    writer.trace.start()
    writer.log("{}", ("Freeing",))
    writer.change(Kind.VARIABLE, ())
    writer.log_goes_on(("Freeing initrd memory",))
    assert [writer.trace.log_text(event) for event in writer.trace.logs] == ["Freeing initrd memory"]

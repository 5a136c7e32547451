"""Every step, forwards and backwards, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bootstep.model.trace.events import Kind
from bootstep.tui.cli.dap import open_source
from bootstep.tui.dap.boot import Boot
from bootstep.tui.dap.session import Session
from dap_client import DapEditor, inside


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(open_source)


@pytest.fixture
def editor(session: Session) -> Iterator[DapEditor]:
    with inside(session) as editor:
        editor.initialize()
        assert editor.raw("launch", {"machine": "virt-512m", "at": "paging_init"})["success"]
        editor.request("configuration_done")
        editor.until("stopped")
        yield editor


def boot_of(session: Session) -> Boot:
    assert session.boot is not None
    return session.boot


@pytest.mark.parametrize(
    ("request_name", "arguments", "move"),
    [
        ("next", {}, "next"),
        ("stepIn", {}, "step"),
        ("stepOut", {}, "finish"),
        ("stepBack", {}, "reverse_next"),
        ("continue", {}, "cont"),
        ("reverseContinue", {}, "reverse_cont"),
        ("next", {"granularity": "instruction"}, "event"),
        ("stepIn", {"granularity": "line"}, "step"),
    ],
)
def test_a_request_does_what_the_debuggers_move_does(
    session: Session, editor: DapEditor, request_name: str, arguments: dict[str, Any], move: str
) -> None:
    debugger = boot_of(session).debugger
    start = debugger.position
    expected = getattr(debugger, move)().position
    debugger.goto(start)
    assert editor.raw(request_name, {"threadId": 1, **arguments})["success"]
    editor.until("stopped")
    assert debugger.position == expected != start


def test_lines_passed_are_told_with_their_places_and_none_going_back(
    session: Session, editor: DapEditor
) -> None:
    debugger = boot_of(session).debugger
    debugger.start()
    printed = [event for event in debugger.trace.logs if debugger.trace.is_printed(event)]
    editor.request("continue_", 1)
    texts: list[str] = []
    while (event := editor.events[0] if editor.events else None) or not texts:
        if event is None:
            editor.take()
            continue
        if event["event"] == "stopped":
            break
        del editor.events[0]
        body = event["body"]
        assert body["category"] == "stdout"
        assert body["line"] > 0 and body["source"]["path"].endswith(".py")
        texts.append(body["output"])
        if not editor.events:
            editor.take()
    assert "".join(texts).splitlines() == [
        line for event in printed for line in debugger.trace.log_text(event).splitlines()
    ]
    editor.until("stopped")
    editor.request("reverse_continue", 1)
    assert editor.until("stopped")["reason"] == "entry"
    assert not [each for each in editor.events if each["event"] == "output"]


def test_very_many_lines_come_in_pieces(session: Session) -> None:
    with inside(session) as editor:
        editor.initialize()
        options = {"machine": "virt-512m", "options": ["--memblock-debug"], "stopOnEntry": True}
        assert editor.raw("launch", options)["success"]
        editor.request("configuration_done")
        editor.until("stopped")
        trace = boot_of(session).debugger.trace
        count = sum(trace.log_text(event).count("\n") + 1 for event in trace.logs if trace.is_printed(event))
        assert count > 300
        editor.request("continue_", 1)
        while "stopped" not in [each["event"] for each in editor.events]:
            editor.take()
        told = [each["body"]["output"] for each in editor.events if each["event"] == "output"]
        assert len(told) < 20
        assert sum(each.count("\n") for each in told) == count


def test_a_frame_is_begun_again(session: Session, editor: DapEditor) -> None:
    frames = editor.request("stack_trace", 1)["stackFrames"]
    editor.request("next", 1)
    editor.until("stopped")
    editor.request("restart_frame", frames[1]["id"])
    assert editor.until("stopped")["reason"] == "restart"
    again = editor.request("stack_trace", 1)["stackFrames"]
    assert [each["id"] for each in again] == [each["id"] for each in frames[1:]]
    gone = editor.raw("restartFrame", {"frameId": frames[0]["id"]})
    assert "no frame" in gone["message"]


def test_goto_leads_to_when_a_line_runs(session: Session, editor: DapEditor) -> None:
    frame = editor.request("stack_trace", 1)["stackFrames"][0]
    editor.request("goto", 1, 0)
    editor.until("stopped")
    asked = {"source": {"path": frame["source"]["path"]}, "line": frame["line"]}
    (target,) = editor.raw("gotoTargets", asked)["body"]["targets"]
    assert target["label"].startswith("next time")
    editor.request("goto", 1, target["id"])
    assert editor.until("stopped")["reason"] == "goto"
    assert editor.request("stack_trace", 1)["stackFrames"][0]["line"] == frame["line"]
    far = editor.raw("goto", {"threadId": 1, "targetId": 10**9})
    assert "no position" in far["message"]


def test_pause_and_restart(session: Session, editor: DapEditor) -> None:
    editor.request("pause", 1)
    assert editor.until("stopped")["reason"] == "pause"
    editor.request("restart")
    assert editor.until("stopped")["reason"] == "entry"
    assert boot_of(session).debugger.position == 0


def test_there_is_one_thread(editor: DapEditor) -> None:
    (thread,) = editor.request("threads")["threads"]
    for command in ("next", "continue", "stackTrace", "pause", "exceptionInfo"):
        assert "no thread" in editor.raw(command, {"threadId": thread["id"] + 1})["message"]


def test_without_debugging_nothing_stops(session: Session) -> None:
    with inside(session) as editor:
        editor.initialize()
        editor.raw("setFunctionBreakpoints", {"breakpoints": [{"name": "paging_init"}]})
        assert editor.raw("launch", {"machine": "virt-512m", "noDebug": True})["success"]
        editor.request("configuration_done")
        assert editor.until("stopped")["reason"] == "pause"
        debugger = boot_of(session).debugger
        assert debugger.position == len(debugger.trace)
        assert debugger.trace.last_of_kind(Kind.PANIC) < 0
        editor.raw("setFunctionBreakpoints", {"breakpoints": []})

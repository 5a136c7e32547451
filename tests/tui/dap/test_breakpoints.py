"""Breakpoints of editors: at lines, functions and data, under conditions, and what they are told of them.

Covers breaking.py, files.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bootstep.tui.cli.dap import open_source
from bootstep.tui.dap.session import Session
from dap_client import DapEditor, inside


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(open_source)


@pytest.fixture
def editor(session: Session) -> Iterator[DapEditor]:
    """An editor at the start of virt-512m, without any breakpoints."""
    with inside(session) as editor:
        editor.initialize()
        assert editor.raw("launch", {"machine": "virt-512m", "stopOnEntry": True})["success"]
        editor.request("configuration_done")
        editor.until("stopped")
        yield editor
        for command in ("setFunctionBreakpoints", "setDataBreakpoints"):
            editor.raw(command, {"breakpoints": []})
        editor.raw("setExceptionBreakpoints", {"filters": []})
        answer = editor.raw("evaluate", {"expression": "delete", "context": "repl"})
        assert answer["success"]


def go(editor: DapEditor, how: str = "continue_") -> dict[str, Any]:
    editor.request(how, 1)
    return editor.until("stopped")


def frame(editor: DapEditor, at: int = 0) -> dict[str, Any]:
    return editor.request("stack_trace", 1)["stackFrames"][at]


def functions(editor: DapEditor, *points: dict[str, Any]) -> list[dict[str, Any]]:
    return editor.raw("setFunctionBreakpoints", {"breakpoints": list(points)})["body"]["breakpoints"]


def lines(editor: DapEditor, path: str, *points: dict[str, Any]) -> list[dict[str, Any]]:
    asked = {"source": {"path": path}, "breakpoints": list(points)}
    return editor.raw("setBreakpoints", asked)["body"]["breakpoints"]


def caller(editor: DapEditor) -> tuple[str, int]:
    """The path and line from which setup_machine_fdt reserves the device tree."""
    functions(editor, {"name": "memblock_reserve", "condition": 'caller == "setup_arch"'})
    go(editor)
    found = frame(editor, 1)
    functions(editor)
    editor.request("restart")
    editor.until("stopped")
    return found["source"]["path"], found["line"]


def test_a_line_stops_before_it_runs_both_ways(editor: DapEditor) -> None:
    path, line = caller(editor)
    (point,) = lines(editor, path, {"line": line})
    assert point["verified"] and point["line"] == line
    stopped = go(editor)
    assert stopped["reason"] == "breakpoint"
    assert stopped["hitBreakpointIds"] == [point["id"]]
    assert (frame(editor)["source"]["path"], frame(editor)["line"]) == (path, line)
    assert go(editor)["reason"] == "pause"
    assert go(editor, "reverse_continue")["hitBreakpointIds"] == [point["id"]]
    lines(editor, path)
    assert go(editor)["description"].startswith("end of the trace")


def test_a_line_where_nothing_happens_moves_to_the_next_or_says_why_not(editor: DapEditor) -> None:
    path, line = caller(editor)
    places = editor.raw("breakpointLocations", {"source": {"path": path}, "line": 1, "endLine": 10_000})
    there = [each["line"] for each in places["body"]["breakpoints"]]
    assert line in there
    assert there == sorted(there)
    gap = next(each - 1 for each in there if each > 1 and each - 1 not in there and each <= line)
    moved, far, first = lines(editor, path, {"line": gap}, {"line": 10**6}, {"line": 1})
    assert moved["verified"] <= (moved["line"] in there)
    assert not far["verified"] and "no function" in far["message"]
    assert not first["verified"]
    (other,) = lines(editor, "/usr/src/linux/mm/memblock.c", {"line": 3})
    assert not other["verified"] and "the kernel's own" in other["message"]
    (unknown,) = lines(editor, "/etc/passwd", {"line": 1})
    assert "no file of this boot" in unknown["message"]
    lines(editor, path)


def test_a_condition_that_makes_no_sense_is_told_and_others_stay(editor: DapEditor) -> None:
    good, bad, none, hits = functions(
        editor,
        {"name": "memblock_reserve", "condition": "size >= 64K"},
        {"name": "memblock_reserve", "condition": "siez >"},
        {"name": "memblock_reserv"},
        {"name": "paging_init", "hitCondition": "sometimes"},
    )
    assert good["verified"]
    assert not bad["verified"] and not none["verified"] and not hits["verified"]
    assert "memblock_reserve" in none["message"]
    assert "hit condition" in hits["message"]
    assert go(editor)["hitBreakpointIds"] == [good["id"]]


def test_hit_conditions_choose_times_of_the_boot(editor: DapEditor) -> None:
    functions(editor, {"name": "memblock_reserve"})
    go(editor), go(editor)
    second = frame(editor)["id"]
    functions(editor, {"name": "memblock_reserve", "hitCondition": "2"})
    editor.request("restart")
    editor.until("stopped")
    go(editor)
    assert frame(editor)["id"] == second
    assert go(editor)["reason"] == "pause"


def test_what_is_asked_for_again_keeps_its_number_and_its_hits(editor: DapEditor) -> None:
    (first,) = functions(editor, {"name": "memblock_reserve"})
    go(editor)
    again, more = functions(editor, {"name": "memblock_reserve"}, {"name": "memblock_reserve"})
    assert again["id"] == first["id"] != more["id"]
    assert "hit once" in again["message"]


def test_log_points_print_and_go_on(editor: DapEditor) -> None:
    path, line = caller(editor)
    (point,) = lines(editor, path, {"line": line, "logMessage": "tree at {dt_phys:x}"})
    assert point["verified"]
    assert go(editor)["reason"] == "pause"
    printed = [each["body"]["output"] for each in editor.events if each["event"] == "output"]
    assert printed == []  # all came before the stop
    editor.request("restart")
    editor.until("stopped")
    editor.request("continue_", 1)
    while (said := editor.until("output"))["category"] != "console":
        assert said["category"] == "stdout"
    assert said["output"] == "tree at 0x48000000\n"
    editor.until("stopped")
    lines(editor, path)


def test_data_breakpoints_watch_variables_state_and_memory(editor: DapEditor) -> None:
    number = frame(editor)["id"]
    scopes = editor.request("scopes", number)["scopes"]
    of = {scope["name"]: scope["variablesReference"] for scope in scopes}
    variable = editor.raw(
        "dataBreakpointInfo", {"variablesReference": of["Kernel variables"], "name": "max_pfn"}
    )["body"]
    array = editor.raw("dataBreakpointInfo", {"variablesReference": of["Memblock"], "name": "reserved"})[
        "body"
    ]
    memory = editor.raw("dataBreakpointInfo", {"name": "0x48000000", "bytes": 4096, "asAddress": True})[
        "body"
    ]
    nothing = editor.raw("dataBreakpointInfo", {"name": "no_such_thing"})["body"]
    assert nothing["dataId"] is None and "no_such_thing" in nothing["description"]
    for info in (variable, array, memory):
        assert info["accessTypes"] == ["write"]
        asked = {"breakpoints": [{"dataId": info["dataId"], "accessType": "write"}]}
        (point,) = editor.raw("setDataBreakpoints", asked)["body"]["breakpoints"]
        assert point["verified"], point
        stopped = go(editor)
        assert stopped["reason"] == "data breakpoint"
        assert stopped["hitBreakpointIds"] == [point["id"]]
        editor.request("restart")
        editor.until("stopped")


def test_rows_that_cannot_be_watched_say_so(editor: DapEditor) -> None:
    functions(editor, {"name": "memblock_reserve"})
    go(editor)
    scope = editor.request("scopes", frame(editor)["id"])["scopes"][0]
    asked = {"variablesReference": scope["variablesReference"], "name": "size"}
    info = editor.raw("dataBreakpointInfo", asked)["body"]
    assert info["dataId"] is None and "size" in info["description"]
    asked["name"] = "no such row"
    assert not editor.raw("dataBreakpointInfo", asked)["success"]


def test_the_console_and_the_editor_have_the_same_breakpoints(editor: DapEditor) -> None:
    for line, reason in (("break paging_init", "new"), ("delete", "removed")):
        assert editor.raw("evaluate", {"expression": line, "context": "repl"})["success"]
        told = editor.until("breakpoint")
        assert told["reason"] == reason
    editor.raw("evaluate", {"expression": "break paging_init", "context": "repl"})
    number = editor.until("breakpoint")["breakpoint"]["id"]
    (mine,) = functions(editor, {"name": "paging_init"})
    assert mine["verified"] and mine["id"] != number
    assert go(editor)["hitBreakpointIds"] == [mine["id"]]
    functions(editor)
    listed = editor.raw("evaluate", {"expression": "info breakpoints", "context": "repl"})["body"]["result"]
    assert listed == "no breakpoints"


def test_a_temporary_breakpoint_of_the_console_goes_when_it_stops(editor: DapEditor) -> None:
    editor.raw("evaluate", {"expression": "tbreak paging_init", "context": "repl"})
    number = editor.until("breakpoint")["breakpoint"]["id"]
    go(editor)
    editor.request("threads")
    told = editor.until("breakpoint")
    assert (told["reason"], told["breakpoint"]["id"]) == ("removed", number)


def test_there_is_an_end_to_how_many_are_taken(editor: DapEditor) -> None:
    many = {"breakpoints": [{"name": "paging_init"}] * 1001}
    assert "at most" in editor.raw("setFunctionBreakpoints", many)["message"]


def test_filters_of_exceptions_stop_at_messages(session: Session) -> None:
    with inside(session) as editor:
        editor.initialize()
        assert editor.raw("launch", {"machine": "broken-1g"})["success"]
        answer = editor.raw("setExceptionBreakpoints", {"filters": ["panic", "err"]})
        assert [each["verified"] for each in answer["body"]["breakpoints"]] == [True, True]
        editor.request("configuration_done")
        editor.until("stopped")
        stopped = go(editor)
        assert stopped["reason"] == "exception"
        info = editor.raw("exceptionInfo", {"threadId": 1})["body"]
        assert info["exceptionId"] == "message of level err"
        assert info["description"] in stopped["text"]
        option = {
            "filters": [],
            "filterOptions": [{"filterId": "err", "condition": 'text == "no such text"'}],
        }
        assert editor.raw("setExceptionBreakpoints", option)["success"]
        assert go(editor)["reason"] == "pause"
        assert not editor.raw("exceptionInfo", {"threadId": 1})["success"]
        assert "warning" in editor.raw("setExceptionBreakpoints", {"filters": ["uncaught"]})["message"]


def test_a_panic_is_an_exception_if_somebody_wants_to_know(session: Session) -> None:
    with inside(session) as editor:
        editor.initialize()
        assert editor.raw("launch", {"machine": "virt-512m", "cmdline": "mem=1M"})["success"]
        editor.raw("setExceptionBreakpoints", {"filters": ["panic"]})
        editor.request("configuration_done")
        editor.until("stopped")
        stopped = go(editor)
        assert stopped["reason"] == "exception"
        assert "panic" in stopped["text"]
        info = editor.raw("exceptionInfo", {"threadId": 1})["body"]
        assert info["exceptionId"] == "panic"
        assert "start_kernel" in info["details"]["stackTrace"]
        editor.raw("setExceptionBreakpoints", {"filters": []})
        assert go(editor)["reason"] == "pause"

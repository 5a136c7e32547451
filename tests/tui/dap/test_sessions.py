"""Whole sessions of a real client: the library dap-python makes the requests, dap-types and the protocol's
schema check every message both ways.

Covers session.py, launching.py, boot.py, adapter.py.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bootstep.tui.cli.dap import open_source
from bootstep.tui.cli.main import main
from bootstep.tui.dap.session import Session
from dap_client import DapEditor, inside, started

MACHINES = ("virt-1g", "pc-8g")


def launched(editor: DapEditor, **named: Any) -> DapEditor:
    """An editor whose boot stands at its entry."""
    assert editor.initialize()["success"]
    response = editor.raw("launch", named)
    assert response["success"], response
    editor.until("initialized")
    editor.request("configuration_done")
    return editor


def rows(editor: DapEditor, reference: int) -> dict[str, dict[str, Any]]:
    found = editor.request("variables", reference)["variables"]
    return {row["name"]: row for row in found}


def top(editor: DapEditor) -> dict[str, Any]:
    return editor.request("stack_trace", 1)["stackFrames"][0]


@pytest.mark.parametrize("machine", MACHINES)
def test_a_session_from_launch_to_disconnect(machine: str) -> None:
    with started() as editor:
        capabilities = editor.initialize()["body"]
        assert capabilities["supportsStepBack"]
        assert not capabilities["supportsReadMemoryRequest"]
        editor.until("initialized")
        assert editor.raw("launch", {"machine": machine, "stopOnEntry": True})["success"]
        point, *_ = editor.request(
            "set_function_breakpoints", [{"name": "memblock_add_range", "condition": "size >= 1M"}]
        )["breakpoints"]
        assert point["verified"]
        editor.request("configuration_done")
        assert editor.until("stopped")["reason"] == "entry"

        editor.request("continue_", 1)
        stopped = editor.until("stopped")
        assert stopped["reason"] == "function breakpoint"
        assert stopped["hitBreakpointIds"] == [point["id"]]
        frames = editor.request("stack_trace", 1)["stackFrames"]
        assert frames[0]["name"] == "memblock_add_range"
        assert frames[-1]["name"] == "start_kernel"
        assert frames[0]["source"]["path"].endswith(".py")
        scopes = editor.request("scopes", frames[0]["id"])["scopes"]
        names = [scope["name"] for scope in scopes]
        assert names[:5] == ["Arguments", "Locals", "Memblock", "Zones", "Kernel variables"]
        assert ("E820" in names) == machine.startswith("pc")
        of = {scope["name"]: scope["variablesReference"] for scope in scopes}
        size = rows(editor, of["Arguments"])["size"]["value"]
        assert int(size.split()[0]) >= 1 << 20
        assert {"memory", "reserved"} <= rows(editor, of["Memblock"]).keys()
        assert "max_pfn" in rows(editor, of["Kernel variables"])

        editor.request("step_back", 1)
        assert editor.until("stopped")["reason"] == "step"
        assert top(editor)["name"] == frames[1]["name"]
        editor.request("reverse_continue", 1)
        assert editor.until("stopped")["reason"] == "entry"
        editor.request("disconnect")
        editor.until("terminated")
        assert editor.checked > 30


@pytest.fixture
def session() -> Session:
    return Session(open_source)


def test_a_client_that_comes_later_finds_everything_again(session: Session) -> None:
    with inside(session) as editor:
        launched(editor, machine="virt-1g")
        editor.until("stopped")
        points = [{"name": "paging_init"}, {"name": "free_area_init"}]
        kept = editor.request("set_function_breakpoints", points)["breakpoints"]
        editor.request("continue_", 1)
        stopped = editor.until("stopped")
        editor.raw("evaluate", {"expression": "bookmark here", "context": "repl"})
        editor.request("disconnect")
    with inside(session) as editor:
        editor.initialize()
        assert editor.raw("attach", {"name": "later"})["success"]
        told = [editor.until("breakpoint") for _ in points]
        assert {each["reason"] for each in told} == {"new"}
        assert [each["breakpoint"]["id"] for each in told] == [each["id"] for each in kept]
        editor.request("configuration_done")
        entry = editor.until("stopped")
        assert entry["reason"] == "entry"
        assert entry["description"] == "at paging_init"
        assert top(editor)["name"] == "paging_init"
        assert stopped["hitBreakpointIds"] == [kept[0]["id"]]
        again = editor.request("set_function_breakpoints", points)["breakpoints"]
        assert [each["id"] for each in again] == [each["id"] for each in kept]
        editor.request("continue_", 1)
        assert editor.until("stopped")["hitBreakpointIds"] == [kept[1]["id"]]
        editor.request("goto", 1, 0)
        answer = editor.raw("evaluate", {"expression": "goto here", "context": "repl"})
        assert answer["success"]
        assert top(editor)["name"] == "paging_init"


def test_terminate_leaves_the_boot_for_another_launch(session: Session) -> None:
    with inside(session) as editor:
        launched(editor, machine="virt-1g", at="paging_init")
        assert editor.until("stopped")["description"] == "at paging_init"
        editor.request("terminate")
        editor.until("exited")
        assert not editor.raw("threads")["body"].get("stackFrames")
        assert not editor.raw("stackTrace", {"threadId": 1})["success"]
        assert editor.raw("launch", {"machine": "virt-1g"})["success"]
        assert editor.until("stopped")["description"] == "at paging_init"


@pytest.mark.parametrize(("stops", "description"), [(True, "at start"), (False, "end of the trace")])
def test_a_launch_that_says_how_to_begin_begins(session: Session, stops: bool, description: str) -> None:
    with inside(session) as editor:
        launched(editor, machine="virt-1g", at="end")
    with inside(session) as editor:
        launched(editor, machine="virt-1g", stopOnEntry=stops)
        assert editor.until("stopped")["description"].startswith(description)
        passed = [each for each in editor.events if each["event"] == "output"]
        assert not passed
    with inside(session) as editor:
        editor.initialize()
        editor.request("configuration_done")
        assert editor.raw("launch", {"machine": "virt-1g", "stopOnEntry": False})["success"]
        assert editor.until("output")["output"]
        assert editor.until("stopped")["reason"] == "pause"


def test_breakpoints_may_come_before_the_launch(session: Session) -> None:
    with inside(session) as editor:
        editor.initialize()
        point, *_ = editor.request("set_function_breakpoints", [{"name": "paging_init"}])["breakpoints"]
        assert not point["verified"]
        editor.request("configuration_done")
        assert editor.raw("launch", {"machine": "virt-1g", "stopOnEntry": False})["success"]
        assert editor.until("stopped")["hitBreakpointIds"] == [point["id"]]
        changed = editor.until("breakpoint")
        assert changed["reason"] == "changed"
        assert changed["breakpoint"]["verified"]


def test_a_launch_takes_options_and_a_position(session: Session) -> None:
    with inside(session) as editor:
        launched(editor, machine="virt-1g", cmdline="cma=32M", options={"memblock_debug": True}, at="end")
        value = editor.raw("evaluate", {"expression": "totalcma_pages", "context": "watch"})
        assert value["body"]["result"].startswith("8192")
        command_line = editor.raw("evaluate", {"expression": "boot_command_line"})["body"]["result"]
        assert "cma=32M" in command_line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"machine": "no-such-machine"}, "no-such-machine"),
        ({"machine": "-"}, "standard input"),
        ({"machine": "virt-1g", "options": ["--help"]}, "--help"),
        ({"machine": "virt-1g", "options": ["--nonsense"]}, "--nonsense"),
        ({"machine": "virt-1g", "at": "no_such_function"}, "no_such_function"),
        ({"machine": 5}, "machine"),
        ({"machine": "virt-1g\0"}, "virt-1g"),
    ],
)
def test_a_launch_that_cannot_be_says_why_and_may_be_tried_again(
    session: Session, arguments: dict[str, Any], words: str
) -> None:
    with inside(session) as editor:
        editor.initialize()
        response = editor.raw("launch", arguments)
        assert not response["success"]
        assert words in response["message"]
        assert editor.raw("launch", {"machine": "virt-1g"})["success"]


def test_another_machine_keeps_the_breakpoints(session: Session) -> None:
    with inside(session) as editor:
        launched(editor, machine="virt-1g")
        kept = editor.request("set_function_breakpoints", [{"name": "memblock_reserve"}])["breakpoints"]
        changed = {"arguments": {"machine": "pc-8g", "stopOnEntry": False}}
        answer = editor.raw("restart", changed, agreed=False)  # the schema's "oneOf" takes no launch at all
        assert answer["success"]
        assert editor.until("stopped")["description"].startswith("at start")
        assert editor.until("stopped")["hitBreakpointIds"] == [kept[0]["id"]]
        assert "E820" in [each["name"] for each in editor.request("scopes", top(editor)["id"])["scopes"]]


def test_a_recorded_boot_is_a_machine_without_sources(session: Session, tmp_path: Path) -> None:
    trace = tmp_path / "boot.trace"
    assert main(("record", "virt-512m", "-o", str(trace))) == 0
    with inside(session) as editor:
        launched(editor, machine=str(trace), at="paging_init")
        frame = top(editor)
        assert frame["name"] == "paging_init"
        assert "path" not in frame["source"]
        names = [each["name"] for each in editor.request("scopes", frame["id"])["scopes"]]
        assert "Locals" not in names
        source, *_ = editor.raw("loadedSources")["body"]["sources"]
        asked = {"sourceReference": 0, "source": {"path": source["name"]}}
        assert not editor.raw("source", asked)["success"]


def test_a_log_is_a_machine_whose_source_is_the_log(session: Session, tmp_path: Path) -> None:
    log = tmp_path / "virt.log"
    command = [sys.executable, "-m", "bootstep.tui.cli.main", "log", "virt-512m", "--memblock-debug"]
    log.write_text(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    with inside(session) as editor:
        launched(editor, machine=str(log))
        editor.until("stopped")
        editor.request("set_function_breakpoints", [{"name": "memblock_reserve"}])
        editor.request("continue_", 1)
        assert editor.until("stopped")["reason"] == "function breakpoint"
        frame = top(editor)
        assert frame["source"]["path"] == str(log)
        text = editor.raw("source", {"sourceReference": 0, "source": {"path": str(log)}})["body"]["content"]
        assert "memblock_reserve" in text.splitlines()[frame["line"] - 1]


def test_requests_before_there_is_a_boot_are_told_so(session: Session) -> None:
    with inside(session) as editor:
        editor.client.send()  # what the library would initialize with
        assert "initialize" in editor.raw("threads")["message"]
    with inside(session) as editor:
        editor.initialize()
        for command, arguments in (
            ("stackTrace", {"threadId": 1}),
            ("continue", {"threadId": 1}),
            ("evaluate", {"expression": "max_pfn"}),
            ("scopes", {"frameId": 1}),
        ):
            response = editor.raw(command, arguments)
            assert "no boot is launched" in response["message"]
        assert "once" in editor.raw("initialize", {"adapterID": "again"})["message"]

"""The stack, scopes and variables of an editor, page by page.

Covers scopes.py, tree.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bootstep.model.memory.memblock.regions import Region
from bootstep.tui.cli.dap import open_source
from bootstep.tui.dap.arguments import DapError
from bootstep.tui.dap.session import Session
from bootstep.tui.dap.tree import MOST_ROWS, Handles, Node, of_rows, of_value
from dap_client import DapEditor, inside


@pytest.fixture(scope="module", params=["virt-1g", "pc-8g"])
def session(request: pytest.FixtureRequest) -> Session:
    session = Session(open_source)
    with inside(session) as editor:
        editor.initialize()
        assert editor.raw("launch", {"machine": request.param})["success"]
    return session


@pytest.fixture
def editor(session: Session) -> Iterator[DapEditor]:
    """An editor deep in the boot, in a function with arguments."""
    with inside(session) as editor:
        editor.initialize()
        assert editor.raw("attach", {"at": "free_area_init › free_area_init_node"})["success"]
        editor.request("configuration_done")
        editor.until("stopped")
        yield editor


def scopes(editor: DapEditor, at: int = 0) -> dict[str, dict[str, Any]]:
    frame = editor.request("stack_trace", 1)["stackFrames"][at]
    return {scope["name"]: scope for scope in editor.request("scopes", frame["id"])["scopes"]}


def inside_of(editor: DapEditor, row: dict[str, Any], **page: Any) -> list[dict[str, Any]]:
    return editor.raw("variables", {"variablesReference": row["variablesReference"], **page})["body"][
        "variables"
    ]


def named(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in rows if row["name"] == name)


def test_the_stack_comes_in_pages(editor: DapEditor) -> None:
    whole = editor.request("stack_trace", 1)
    frames = whole["stackFrames"]
    assert whole["totalFrames"] == len(frames) > 2
    page = editor.raw("stackTrace", {"threadId": 1, "startFrame": 1, "levels": 1})["body"]
    assert page["stackFrames"] == frames[1:2]
    assert page["totalFrames"] == len(frames)
    assert editor.raw("stackTrace", {"threadId": 1, "startFrame": 99})["body"]["stackFrames"] == []
    assert not editor.raw("stackTrace", {"threadId": 1, "startFrame": -1})["success"]


def test_the_start_and_the_end_have_a_frame_of_their_own(editor: DapEditor, session: Session) -> None:
    assert session.boot is not None
    for position in (0, len(session.boot.debugger.trace)):
        editor.request("goto", 1, position)
        (frame,) = editor.request("stack_trace", 1)["stackFrames"]
        assert "of the boot" in frame["name"]
        assert "Arguments" not in scopes(editor)
        assert "Memblock" in scopes(editor)


def test_memory_is_the_debuggers(editor: DapEditor, session: Session) -> None:
    assert session.boot is not None
    debugger = session.boot.debugger
    memblock = inside_of(editor, scopes(editor)["Memblock"])
    for array in (debugger.state.memblock.memory, debugger.state.memblock.reserved):
        row = named(memblock, array.name)
        assert row["indexedVariables"] == len(array.regions)
        rows = inside_of(editor, row)
        for region, shown in zip(array.regions, rows, strict=True):
            assert f"[{region.base:#x}-{region.end - 1:#x}]" in shown["value"]
            assert shown["memoryReference"] == hex(region.base)
            parts = inside_of(editor, shown)
            assert named(parts, "base")["value"] == hex(region.base)
            assert [each["name"] for each in parts][:4] == [*Region._fields]
            assert named(parts, "owner 1")["value"]


def test_pages_of_regions_are_what_was_asked_for(editor: DapEditor) -> None:
    reserved = named(inside_of(editor, scopes(editor)["Memblock"]), "reserved")
    whole = inside_of(editor, reserved)
    assert [row["name"] for row in inside_of(editor, reserved, start=1, count=2)] == ["1", "2"]
    assert inside_of(editor, reserved, start=1, count=2) == whole[1:3]
    assert inside_of(editor, reserved, filter="named") == []
    assert inside_of(editor, reserved, filter="indexed", start=0, count=1) == whole[:1]
    assert inside_of(editor, reserved, start=10**9, count=5) == []
    asked = {"variablesReference": reserved["variablesReference"]}
    assert not editor.raw("variables", {**asked, "start": -1})["success"]
    assert not editor.raw("variables", {**asked, "filter": "odd"}, agreed=False)["success"]


def test_arguments_and_locals_are_of_their_frame(editor: DapEditor, session: Session) -> None:
    assert session.boot is not None
    for at, frame in enumerate(session.boot.frames()):
        found = scopes(editor, at)
        rows = inside_of(editor, found["Arguments"])
        assert [row["name"] for row in rows] == [name for name, _ in frame.arguments]
        values = session.boot.locals_at_rest()
        mine = next((each.values for each in values if each.enter == frame.enter), ())
        assert [row["name"] for row in inside_of(editor, found["Locals"])] == [each.name for each in mine]


def test_zones_variables_and_the_map_of_a_pc(editor: DapEditor, session: Session) -> None:
    assert session.boot is not None
    state = session.boot.debugger.state
    found = scopes(editor)
    variables = {row["name"] for row in inside_of(editor, found["Kernel variables"])}
    assert variables == set(state.variables)
    assert ("E820" in found) == session.boot.debugger.facts.can.e820
    if "E820" in found:
        table = named(inside_of(editor, found["E820"]), "e820_table")
        assert table["indexedVariables"] == len(state.e820.e820_table) > 3
        assert "usable" in " ".join(row["value"] for row in inside_of(editor, table))
    editor.request("goto", 1, len(session.boot.debugger.trace))
    zones = inside_of(editor, scopes(editor)["Zones"])
    node = inside_of(editor, named(zones, "node 0"))
    assert named(node, state.zones.nodes[0].zones[0].name)["type"] == "struct zone"


def test_what_was_shown_before_a_move_is_old(editor: DapEditor) -> None:
    memblock = scopes(editor)["Memblock"]
    editor.request("next", 1)
    editor.until("stopped")
    answer = editor.raw("variables", {"variablesReference": memblock["variablesReference"]})
    assert "earlier stop" in answer["message"]
    assert "no variablesReference" in editor.raw("variables", {"variablesReference": 10**6})["message"]


def test_sources_are_those_of_the_boot_and_no_others(editor: DapEditor) -> None:
    sources = editor.raw("loadedSources")["body"]["sources"]
    assert len(sources) > 20
    path = sources[0]["path"]
    answer = editor.raw("source", {"sourceReference": 0, "source": {"path": path}})
    assert answer["body"]["content"].startswith('"""')
    for other in ("/etc/passwd", path + "x", "", "a\0b"):
        refused = editor.raw("source", {"sourceReference": 0, "source": {"path": other}})
        assert not refused["success"]


def test_the_kernel_is_the_one_module(editor: DapEditor) -> None:
    body = editor.raw("modules", {"startModule": 0, "moduleCount": 10})["body"]
    assert [each["name"] for each in body["modules"]] == ["vmlinux"]
    assert editor.raw("modules", {"startModule": 1})["body"]["modules"] == []


def test_lines_are_counted_as_the_client_counts_them(session: Session) -> None:
    with inside(session) as editor:
        editor.client.send()
        editor.raw("initialize", {"adapterID": "bootstep", "linesStartAt1": False, "columnsStartAt1": False})
        assert editor.raw("attach", {"at": "free_area_init"})["success"]
        frame = editor.request("stack_trace", 1)["stackFrames"][0]
        assert session.boot is not None
        assert frame["line"] == session.boot.stack(0, 1)[0]["line"] - 1


# ---- the tree by itself ----


def test_a_long_list_says_what_is_left_out() -> None:
    handles = Handles()
    number = handles.add(of_value("many", list(range(MOST_ROWS + 5))))
    rows = [*handles.page(number, None, 0, 0)]
    assert len(rows) == MOST_ROWS + 1
    assert rows[-1]["value"] == "5 more"
    rest = [*handles.page(number, None, MOST_ROWS, 0)]
    assert [row["name"] for row in rest] == [str(at) for at in range(MOST_ROWS, MOST_ROWS + 5)]


def test_numbers_are_never_given_out_twice() -> None:
    handles = Handles()
    node = Node("a", "", rows=of_rows([Node("b", "1")]), named=1)
    first = handles.add(node)
    assert handles.add(node) == first
    handles.clear()
    assert handles.add(node) > first
    with pytest.raises(DapError, match="earlier stop"):
        handles.node(first)


@pytest.mark.parametrize(
    ("value", "text", "inside"),
    [
        (5, "5", 0),
        (4096, "4096 = 0x1000 = 4.0 KiB", 0),
        ("words", '"words"', 0),
        (None, "None", 0),
        ({"a": 1, "b": 2}, "2 entries", 2),
        ([1, 2], "[1, 2]", 2),
        (Region(0, 4096, 0, 0), "Region(base=0, size=4.0 KiB, flags=0, nid=0)", 4),
    ],
)
def test_values_and_what_is_in_them(value: Any, text: str, inside: int) -> None:
    node = of_value("x", value, "x")
    assert (node.text, node.count) == (text, inside)

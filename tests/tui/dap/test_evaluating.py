"""Expressions, the console, and completions."""

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
    """An editor in a call of memblock_reserve."""
    with inside(session) as editor:
        editor.initialize()
        at = "setup_machine_fdt › memblock_reserve"
        assert editor.raw("launch", {"machine": "virt-1g", "at": at})["success"]
        editor.request("configuration_done")
        editor.until("stopped")
        yield editor


def evaluate(editor: DapEditor, text: str, context: str = "watch", **more: Any) -> dict[str, Any]:
    return editor.raw("evaluate", {"expression": text, "context": context, **more})


@pytest.mark.parametrize("context", ["watch", "hover", "clipboard", "variables"])
@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("size", "1048576 = 0x100000 = 1.0 MiB"),
        ("base + size", "1209008128 = 0x48100000 = 1.1 GiB"),
        ("size == 1M", "1"),
        ("memblock.memory", "1 items"),
        ("memblock.reserved.cnt", "1"),
        ("memblock.memory.regions[0].base", "0"),
        ("function", '"memblock_reserve"'),
        ("caller", '"setup_arch"'),
    ],
)
def test_expressions_are_the_debuggers(editor: DapEditor, context: str, text: str, result: str) -> None:
    assert evaluate(editor, text, context)["body"]["result"] == result


def test_what_has_parts_can_be_opened(editor: DapEditor) -> None:
    body = evaluate(editor, "memblock.memory")["body"]
    assert body["indexedVariables"] == 1
    (region,) = editor.request("variables", body["variablesReference"])["variables"]
    assert evaluate(editor, region["evaluateName"])["body"]["result"] == region["value"]


def test_an_outer_frame_has_its_own_arguments_and_locals(editor: DapEditor) -> None:
    frames = editor.request("stack_trace", 1)["stackFrames"]
    outer = frames[1]["id"]
    assert evaluate(editor, "dt_phys", frameId=outer)["success"]
    assert evaluate(editor, "function", frameId=outer)["body"]["result"] == '"setup_machine_fdt"'
    assert not evaluate(editor, "dt_phys")["success"]
    scopes = editor.request("scopes", outer)["scopes"]
    reference = next(each["variablesReference"] for each in scopes if each["name"] == "Locals")
    for local in editor.request("variables", reference)["variables"]:
        assert evaluate(editor, local["name"], "hover", frameId=outer)["success"]


def test_no_long_boot_is_run_again_for_a_hover(editor: DapEditor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bootstep.model.source.kept_locals.LONG", 10)
    editor.request("next", 1)
    editor.until("stopped")
    frames = editor.request("stack_trace", 1)["stackFrames"]
    scopes = {each["name"]: each for each in editor.request("scopes", frames[-1]["id"])["scopes"]}
    assert scopes["Locals"]["expensive"]
    assert not evaluate(editor, "command_line", "hover", frameId=frames[-1]["id"])["success"]
    rows = editor.request("variables", scopes["Locals"]["variablesReference"])["variables"]
    for row in rows:  # they are known now
        assert evaluate(editor, row["name"], "hover", frameId=frames[-1]["id"])["success"]
    scopes = {each["name"]: each for each in editor.request("scopes", frames[-1]["id"])["scopes"]}
    assert not scopes["Locals"]["expensive"]


@pytest.mark.parametrize(
    "text", ["", "no_such_name", "1 +", "1 / 0", "x" * 5000, "size.nothing", "{", "size = 3"]
)
def test_what_has_no_value_says_why(editor: DapEditor, text: str) -> None:
    answer = evaluate(editor, text)
    assert not answer["success"]
    assert answer["message"]


def test_the_console_takes_commands_and_expressions(editor: DapEditor) -> None:
    assert evaluate(editor, "print size", "repl")["body"]["result"].startswith("$1 = 1048576")
    assert evaluate(editor, "size / 2", "repl")["body"]["result"].startswith("524288")
    assert "memory:" in evaluate(editor, "info memblock", "repl")["body"]["result"]
    assert "frobnicate" in evaluate(editor, "frobnicate 3", "repl")["message"]
    assert evaluate(editor, "who 0x48000000", "repl")["success"]


def test_a_command_that_moves_tells_where_it_stopped(editor: DapEditor) -> None:
    answer = evaluate(editor, "goto paging_init", "repl")
    assert answer["success"]
    assert editor.until("stopped")["description"]
    assert editor.request("stack_trace", 1)["stackFrames"][0]["name"] == "paging_init"
    evaluate(editor, "print 1", "repl")
    editor.request("threads")
    assert "stopped" not in [each["event"] for each in editor.events]


def test_quit_ends_the_session_and_keeps_the_boot(session: Session, editor: DapEditor) -> None:
    assert evaluate(editor, "quit", "repl")["success"]
    editor.until("terminated")
    assert session.boot is not None
    assert not evaluate(editor, "size")["success"]


def completed(editor: DapEditor, text: str, column: int | None = None) -> list[str]:
    asked = {"text": text, "column": len(text) + 1 if column is None else column}
    targets = editor.raw("completions", asked)["body"]["targets"]
    return [text[: each["start"] - 1] + each["text"] for each in targets]


def test_completions_are_the_interpreters_and_names(editor: DapEditor) -> None:
    assert "continue" in completed(editor, "cont")
    assert "break memblock_reserve" in completed(editor, "break memblock_res")
    assert "  break memblock_reserve" in completed(editor, "  break memblock_res")
    assert "print max_pfn" in completed(editor, "print max_p")
    assert "max_pfn" in completed(editor, "max_p")
    assert "size" in completed(editor, "si")
    assert "continue" in completed(editor, "cont", 3)
    assert completed(editor, "nothing like this") == []
    assert len(completed(editor, "break ")) == 200
    assert not editor.raw("completions", {"text": "x" * 5000, "column": 1})["success"]

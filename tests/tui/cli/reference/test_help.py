"""``bootstep help``: every topic, in every language, and files to copy as they are.

Covers help.py, editors.py, live_kernel.py.
"""

from __future__ import annotations

import json

import pytest
from bootstep.model.language.columns import columns
from bootstep.model.language.words import LANGUAGES
from bootstep.tui.cli.main import MODULES, main
from bootstep.tui.cli.reference.editors import ROWS
from bootstep.tui.cli.reference.help import TOPICS
from bootstep.tui.dap.arguments import LaunchArguments
from command import run
from msgspec.structs import fields

WIDEST = 170
"""Columns of what is copied, with its comments."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TOPICS)
def test_every_topic_is_told(capsys: pytest.CaptureFixture[str], name: str, language: str) -> None:
    status, out, err = run(capsys, "help", name, "--lang", language)
    assert (status, err) == (0, "")
    assert max(map(columns, out.splitlines())) <= WIDEST
    is_translated = any("\u4e00" <= character <= "\u9fff" for character in out)
    assert is_translated or language == "en" or TOPICS[name].file


def test_the_list_has_all_topics(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "help")
    assert status == 0
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert listed == list(TOPICS)


def test_the_help_of_a_command_is_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("log", "why"):
        status, out, _ = run(capsys, "help", name)
        assert status == 0
        assert out.startswith(f"usage: bootstep {name} ")


def test_no_command_is_hidden_by_a_topic() -> None:
    assert not set(TOPICS) & set(MODULES)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("jsn",), "help: there is no topic jsn, but json"),
        (("\x1b[2J",), "help: there is no topic \\x1b[2J, but json, machine-file"),
        (("json", "x"), "unrecognized arguments: x"),
    ],
    ids=["near", "control", "two"],
)
def test_what_is_no_topic_is_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    status, out, err = run(capsys, "help", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_vs_codes_extension_has_what_a_launch_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("help", "vscode-extension")) == 0
    (debugger,) = json.loads(capsys.readouterr().out)["contributes"]["debuggers"]
    assert (debugger["type"], debugger["runtime"], debugger["runtimeArgs"]) == (
        "bootstep",
        "bootstep",
        ["dap"],
    )
    taken = {field.encode_name for field in fields(LaunchArguments)} - {"noDebug"}
    assert set(debugger["configurationAttributes"]["launch"]["properties"]) == taken
    told = {name for words, _ in ROWS[:3] for name in words.split(", ")}
    assert told == taken


@pytest.mark.parametrize("name", ["nvim", "emacs"])
def test_editors_start_a_command_there_is(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(("help", name)) == 0
    out = capsys.readouterr().out
    assert out.count("(") == out.count(")") and out.count("{") == out.count("}")
    assert '"bootstep"' in out or "'bootstep'" in out
    assert "dap" in out and "virt-1g" in out

"""Completion: the scripts, and what the shells make of them.

Covers parsers.py.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import shipped_machines
from bootstep.tui.cli import main as cli
from bootstep.tui.cli.main import main
from bootstep.tui.cli.shells.completion import SHELLS, script
from bootstep.tui.cli.shells.parsers import app_parser, command_parsers

COMPLETE = """
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_shtab_bootstep
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def of_bash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "bootstep"
    path.write_text(script("bash"))
    return path


def completed(path: Path, *words: str) -> list[str]:
    command = ["bash", "--norc", "-c", COMPLETE, "bash", str(path), "bootstep", *words]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=path.parent)
    assert told.stderr == ""
    return told.stdout.split()


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


@needs_bash
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("led",), ["ledger"]),
        (("virt-2",), ["virt-2g-numa2"]),
        (("log", "virt-2"), ["virt-2g-numa2"]),
        (("log", "virt-1g", "--num"), ["--numa"]),
        (("virt-1g", "--num"), ["--numa"]),
        (("events", "virt-1g", "--kind", "mem"), ["memblock"]),
        (("state", "virt-1g", "--format", "j"), ["json"]),
        (("completion", "z"), ["zsh"]),
        (("log", "boots"), ["bootstep"]),
    ],
)
def test_bash_completes(of_bash: Path, words: tuple[str, ...], expected: list[str]) -> None:
    assert completed(of_bash, *words) == expected


@needs_bash
def test_bash_knows_every_command_and_machine(of_bash: Path) -> None:
    assert set(completed(of_bash, "")) >= {*cli.MODULES, *shipped_machines()}


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish here")
def test_fish_completes(tmp_path: Path) -> None:
    (tmp_path / "bootstep.fish").write_text(script("fish"))
    lines = "source bootstep.fish; complete -C 'bootstep led'; complete -C 'bootstep log virt-2'"
    told = subprocess.run(
        ["fish", "--no-config", "-c", lines], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert [line.split("\t")[0] for line in told.stdout.splitlines()] == ["ledger", "virt-2g-numa2"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh here")
def test_zsh_can_read_it(tmp_path: Path) -> None:
    (tmp_path / "_bootstep").write_text(script("zsh"))
    assert subprocess.run(["zsh", "-n", "_bootstep"], cwd=tmp_path, check=False).returncode == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert main(("completion", shell)) == 0
    out = capsys.readouterr().out
    for name in (*cli.MODULES, *shipped_machines(), "numa", "kernel-source"):
        assert name in out
    assert out.isascii() or shell != "bash"


def test_other_shells_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("completion", "tcsh")) == 2
    assert "invalid choice: 'tcsh'" in capsys.readouterr().err


def test_every_command_that_takes_words_has_a_parser_and_a_line_in_the_overview() -> None:
    found = {command.name: command for command in command_parsers()}
    assert set(found) == set(cli.MODULES)
    assert [name for name, command in found.items() if command.parser is None] == ["keys"]
    assert [name for name, command in found.items() if not command.about] == []


def test_asking_for_a_parser_changes_nothing_for_who_runs_it(capsys: pytest.CaptureFixture[str]) -> None:
    options = {option for action in app_parser()._actions for option in action.option_strings}
    assert {"--at", "--memory", "--numa", "--whatif", "--cmdline", "--boot"} <= options
    assert main(("machines",)) == 0
    assert "virt-1g" in capsys.readouterr().out

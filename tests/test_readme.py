"""README tells the truth: every command line in it is taken, and does what it is shown for.

Those that open the debugger are run without a screen; those that serve somebody are only read.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.lecture.tours.shipped import shipped_names
from bootstep.tui.cli.main import MODULES, main
from bootstep.tui.cli.parser import described
from bootstep.tui.cli.reference.commented import plain
from bootstep.tui.cli.reference.help import TOPICS
from bootstep.tui.cli.reference.tour_file import ROWS
from bootstep.tui.panes.all import PANES
from bootstep.tui.settings.bindings import KEY_BINDINGS, SCROLLING
from opened_logs import DEBUGGED
from sweeps import sweep

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
LONGEST = 500
"""Lines of a README that is read to its end."""
LINES = re.findall(r"^    (?:\$ )?((?:[^$\n]*(?:\||&&) )?bootstep .*)$", README, re.MULTILINE)
COMMANDS = [line for line in dict.fromkeys(LINES) if not line.startswith("sudo ")]
SERVING = ("serve", "dap", "follow", "live")
"""Commands that wait for somebody."""
CAPTURED = "my-board/machine.toml"


def words_of(line: str) -> list[str]:
    """The words of the command that is ours: before a pipe, without its comment."""
    words = shlex.split(line, comments=True)
    words = words[words.index("bootstep") :]
    ends = [words.index(end) for end in ("|", "&&", ">") if end in words]
    return words[1 : min(ends, default=len(words))]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the files that README's commands name."""
    monkeypatch.chdir(tmp_path)
    logs = dict.fromkeys(("dmesg.txt", "before.txt", "after.txt"), DEBUGGED)
    for name, text in logs.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "e820.txt").write_text(
        "0x0 0x9fc00 usable\n0x9fc00 0xa0000 reserved\n0x100000 0x40000000 usable\n"
    )
    (tmp_path / "board.dtb").write_bytes(load_kernel(read_machine("virt-1g")).fdt.raw)
    (tmp_path / "my-tour.toml").write_text(plain(ROWS))
    (tmp_path / "checks.gdb").write_text("until paging_init\nassert memblock.memory.cnt == 1\n")
    (tmp_path / "my-board").mkdir()
    (tmp_path / CAPTURED).write_text(f'[board]\ndtb = "{tmp_path}/board.dtb"\n')
    return tmp_path


RECORDED = {"a.trace": (), "b.trace": ("--cmdline", "mem=600M")}
"""Recordings that commands read, and what makes them other boots."""


def test_there_are_some() -> None:
    assert len(COMMANDS) >= 40


@pytest.mark.parametrize(
    "line", sweep(COMMANDS, *COMMANDS[::2]), ids=lambda line: line.partition(" #")[0].strip()
)
def test_a_command_does_what_it_is_shown_for(
    here: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    words = words_of(line)
    if words[0] in SERVING or "--present" in words:
        parser = described(import_module(f"bootstep.tui.cli.{MODULES[words[0]]}").run)
        assert parser is not None
        own = words[1 : words.index("--")] if "--" in words else words[1:]
        parser.parse_args(own)
        return
    for recorded, more in RECORDED.items():
        if recorded in words:
            assert main(["record", "virt-1g", *more, "-o", recorded]) == 0
    if words[-1] == "boot.trace" or words[0] == "boot.trace":
        assert main(["record", "virt-1g", "--cmdline", "crashkernel=256M", "-o", "boot.trace"]) == 0
    if words[0] == "tour" and words[1:2] not in ([], ["show"], ["check"]):
        words = ["tour", "show", *(word for word in words[1:] if word != "--tour")]
    elif words[0] not in MODULES and "-ex" not in words and "-x" not in words:
        words += ["--batch", "-ex", "name"]
    differs = words[0] in ("diff", "compare")
    assert main(words) in ((0, 1) if differs else (0,)), capsys.readouterr().err
    for option in ("-o", "--key", "--html", "--cast", "--svg"):
        if option in words:
            assert (here / words[words.index(option) + 1]).exists()


def test_every_command_is_told_of() -> None:
    told = set(re.findall(r"`(\w+)(?: [A-Z-][^`]*)?`", README)) | {
        word for line in LINES for word in line.split()
    }
    told |= set(re.findall(r"bootstep (\w+)", README))
    assert not set(MODULES) - told


def test_whatever_it_says_of_help_is_there() -> None:
    topics = set(re.findall(r"bootstep help ([a-z-]+)", README))
    assert topics
    assert topics <= set(TOPICS)


def test_tours_in_it_are_shipped() -> None:
    assert set(re.findall(r"tour[ =]([a-z]+-[a-z-]+)", README)) - {"my-tour"} <= set(shipped_names())


def test_extras_in_it_are_there() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = {
        name for names in re.findall(r"(?:bootstep|\.)\[([\w,]+)\]'", README) for name in names.split(",")
    }
    assert {"test", "serve"} <= named <= set(extras)


def test_files_in_it_are_there() -> None:
    named = re.findall(r"`((?:tests|model|tui|boots)/[\w/.]*)`|\]\((\w+\.md)\)", README)
    assert named
    assert not [name for pair in named for name in pair if name and not (ROOT / name).exists()]


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= LONGEST


def test_keys_in_it_do_something() -> None:
    bound = [*KEY_BINDINGS.values(), *SCROLLING, *(key for pane in PANES for key in pane.KEYS)]
    known = {key.shown for key in bound} | {key for each in bound for key in each.keys.split(",")} | {"…"}
    table = README[README.index("| key | |") : README.index("The mouse does all")]
    keys = [key for row in table.splitlines()[2:] for key in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    assert len(keys) > 50
    assert not set(keys) - known


def test_its_python_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})

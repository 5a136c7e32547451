"""Recorded boots on the command line: a file is a MACHINE, and needs nothing of what booted it.

Covers record.py, tui/cli/listings/machines.py, parser.py, kinds/machine_kind.py, kinds/recorded.py,
kinds/variation.py.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import DEFAULT
from bootstep.tui.cli.main import OVERVIEW, main
from command import run


@pytest.fixture(scope="module")
def boot(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of virt-1g's boot."""
    path = tmp_path_factory.mktemp("recorded") / "boot.trace"
    assert main(("record", "virt-1g", "-o", str(path))) == 0
    return str(path)


def test_the_overview_names_the_machine_that_boots_by_default() -> None:
    assert f"{DEFAULT} if no machine is named" in OVERVIEW


@pytest.mark.parametrize(
    "words",
    [
        ("log",),
        ("state", "--at", "paging_init", "--at", "end"),
        ("state", "--at", "memblock_free_all:entry", "--format", "json"),
        ("state", "--at", "end", "--format", "iomem"),
        ("state", "--at", "end", "--format", "memblock"),
    ],
)
def test_a_recorded_boot_prints_what_the_machine_prints(
    capsys: pytest.CaptureFixture[str], boot: str, words: tuple[str, ...]
) -> None:
    command, *rest = words
    assert run(capsys, command, boot, *rest) == run(capsys, command, "virt-1g", *rest)


@pytest.mark.slow
def test_it_is_compared_with_machines_recordings_and_logs(
    capsys: pytest.CaptureFixture[str], boot: str, tmp_path: Path
) -> None:
    assert (
        run(capsys, "diff", boot, "virt-1g") == run(capsys, "diff", boot, boot) == (0, "no differences\n", "")
    )
    assert run(capsys, "diff", boot, "virt-1g", "--ram", "2G") == run(
        capsys, "diff", "virt-1g", "virt-1g", "--ram", "2G"
    )
    log = tmp_path / "dmesg.txt"
    log.write_text(run(capsys, "log", boot)[1])
    status, out, _ = run(capsys, "compare", boot, str(log))
    assert status == 0 and "lines about memory agree" in out


def test_nothing_changes_what_was_recorded(capsys: pytest.CaptureFixture[str], boot: str) -> None:
    for words in (
        ("log", boot, "--cmdline", "x"),
        ("diff", "virt-1g", boot, "--ram", "2G"),
        (boot, "--long"),
    ):
        status, out, err = run(capsys, *words)
        assert (status, out) == (2, "")
        assert f"{boot} is a recorded boot: " in err


def test_a_damaged_one_is_one_sentence_and_status_2(
    capsys: pytest.CaptureFixture[str], boot: str, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.trace"
    damaged.write_bytes(Path(boot).read_bytes()[:-100])
    name = str(damaged)
    for words in (("log", name), (name,), ("state", name, "--at", "end"), ("diff", name, boot)):
        status, out, err = run(capsys, *words)
        assert (status, out) == (2, "")
        assert err.startswith(f"bootstep: {name}: this recorded boot is cut off") and err.count("\n") == 1


def test_a_command_for_other_files_says_what_it_is(capsys: pytest.CaptureFixture[str], boot: str) -> None:
    status, _, err = run(capsys, "compare", "virt-1g", boot)
    assert status == 2
    assert f"this is a recorded boot; 'bootstep {boot}' opens it" in err


def test_recording_writes_over_nothing_but_recordings(
    capsys: pytest.CaptureFixture[str], boot: str, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all")
    status, _, err = run(capsys, "record", boot, "-o", str(letter))
    assert (status, letter.read_text()) == (2, "Dear all")
    assert err == f"bootstep: {letter}: this file is no recorded boot, it is not written over\n"
    again = str(tmp_path / "again.trace")
    for _ in range(2):
        status, out, _ = run(capsys, "record", boot, "-o", again)
        assert status == 0 and out.startswith(f"{again}: ") and "events of virt-1g" in out
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
    assert run(capsys, "record", boot, "-o", str(tmp_path / "gone" / "x.trace"))[0] == 2


def test_a_word_that_happens_to_be_the_name_of_something_unreadable_is_just_a_word(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quiet").mkdir()
    (tmp_path / "nokaslr").symlink_to("/dev/null")
    monkeypatch.chdir(tmp_path)
    for word in ("quiet", "nokaslr"):
        assert run(capsys, "log", "virt-512m", "--cmdline", word)[0] == 0


WITHOUT_BOOTS = """
import sys, asyncio
from functools import partial
from pathlib import Path


class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[:2] == ["bootstep", "boots"]:
            raise ImportError(f"{name} cannot be imported")


sys.meta_path.insert(0, Refuse())
from bootstep.tui.cli.main import main
from bootstep.tui.cli.kinds.recorded import read_recorded
from bootstep.tui.session.recording import of_recorded
from bootstep.tui.shell.app import BootstepApp

boot, log, again = sys.argv[1:]
for words in (
    ["log", boot],
    ["state", boot, "--at", "paging_init", "--format", "json"],
    ["state", boot, "--at", "end", "--format", "iomem"],
    ["diff", boot, boot],
    ["compare", boot, log],
    ["record", boot, "-o", again],
):
    assert main(words) == 0, words


async def walk():
    app = BootstepApp(partial(of_recorded, read_recorded(boot), Path(boot)))
    async with app.run_test(size=(160, 50)) as pilot:
        while app.snapshot is None or not app.snapshot.finished:
            await pilot.pause(0.02)
        for key in ("s", "n", "f", *"123456789", "full_stop", "y", "L", "b", "c", "i", "S"):
            await pilot.press(key)
        await pilot.press("escape")
        session = app.session
        for line in (
            "break memblock_reserve if size >= 1M", "watch totalram_pages", "continue", "until mem_init",
            "print __va(0x40000000)", "ledger", "who 0x40210000", "x 0x40210000", "x _text", "why cma",
            "history 0x48000000", "info machine", "info memblock", "info breakpoints", "reverse-continue",
            "end",
        ):
            result = session.execute(line)
            assert not result.error, (line, result.text)
            print(line, "->", result.text)
        for line in ("info locals", "whatif ram 2G"):
            print(line, "->", session.execute(line).text)
        await pilot.pause(0.1)
        print("source pane ->", "".join(text for text, _ in app.deck.panes["source"].line(0)))
    assert app.return_code in (None, 0)


asyncio.run(walk())
assert not [name for name in sys.modules if name.startswith("bootstep.boots")]
"""


@pytest.mark.slow
def test_everything_but_what_ifs_locals_and_source_text_works_where_nothing_can_boot(
    boot: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "dmesg.txt"
    log.write_text(run(capsys, "log", boot)[1])
    words = [boot, str(log), str(tmp_path / "again.trace")]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_BOOTS, *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert "info locals -> A recorded boot tells nothing of local variables." in said
    assert "whatif ram 2G -> A recorded boot cannot be done again with something changed." in said
    assert "source pane -> A recorded boot tells nothing of the functions' source text." in said
    assert "ledger -> " in said and "kernel text" in said

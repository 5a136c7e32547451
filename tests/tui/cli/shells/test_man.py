"""The manual page: what it has, and that man can set it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import KEYS
from bootstep.tui.cli import main as cli
from bootstep.tui.cli.main import main
from bootstep.tui.cli.shells.man import page


@pytest.fixture(scope="module")
def roff() -> str:
    return page()


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("man",)) == 0
    assert capsys.readouterr().out.startswith('.TH BOOTSTEP "1"')
    assert main(("man", "foo")) == 2


def test_every_command_and_every_key_has_its_place(roff: str) -> None:
    plain = roff.replace("\\-", "-")
    for name in cli.MODULES:
        assert f"bootstep {name}" in plain
    for key in KEYS:
        assert plain.count(f"\\fB{key.words}\\fR") >= 1
    assert plain.count("\\fB--numa\\fR") == 1, "what all commands share is told once"


def test_no_text_reads_as_a_request(roff: str) -> None:
    assert not [line for line in roff.splitlines() if line.startswith("'")]
    requests = {found[1] for line in roff.splitlines() if (found := re.match(r"\.(\S+)", line))}
    assert requests <= {"TH", "SH", "SS", "TP", "PP", "br", "B", "sp", "nf", "fi", "RS", "RE"}


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff here")
def test_groff_sets_it_without_a_warning(roff: str) -> None:
    told = subprocess.run(
        ["groff", "-man", "-Tutf8", "-k", "-ww"], input=roff.encode(), capture_output=True, check=True
    )
    assert told.stderr == b""
    text = re.sub(r"\x1b\[[\d;]*m|.\x08", "", told.stdout.decode())
    assert "bootstep - step through the Linux kernel's early memory boot" in " ".join(text.split())
    assert "'ram 2G'" in text


@pytest.mark.skipif(shutil.which("man") is None, reason="there is no man here")
def test_man_shows_it(roff: str, tmp_path: Path) -> None:
    (tmp_path / "bootstep.1").write_text(roff)
    told = subprocess.run(["man", "-l", "bootstep.1"], capture_output=True, check=True, cwd=tmp_path)
    assert told.stderr == b""
    assert b"MACHINE" in told.stdout

"""What is printed: nothing that a terminal obeys, and a sentence when there is nowhere to print to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.base.units import LONGEST_SENTENCE, one_line, printable
from bootstep.tui.cli import main as cli
from bootstep.tui.cli.main import main
from hypothesis import given
from hypothesis import strategies as st

OBEYED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def run(*words: str, shell: str = "", **environment: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a real process; `shell` redirects it."""
    command = f'exec "{sys.executable}" -m bootstep.tui.cli.main "$@" {shell}'
    found = subprocess.run(
        ["sh", "-c", command, "sh", *words],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )
    return found.returncode, found.stdout.decode(), found.stderr.decode()


@given(st.text(st.characters(codec=None)))
def test_nothing_printable_is_obeyed_by_a_terminal(text: str) -> None:
    assert not OBEYED.search(printable(text))
    assert printable(text).isascii() or printable(text).replace("\n", "").replace("\t", "").isprintable()


def test_control_characters_read_as_dmesg_prints_them() -> None:
    assert printable("\x1b[31m\x7f\x00") == "\\x1b[31m\\x7f\\x00"
    assert printable("\x9b31m") == "\\x9b31m"
    assert printable("a\u202eb") == "a\\xe2\\x80\\xaeb"
    assert printable(os.fsdecode(b"x\xff")) == "x\\xff"
    assert printable("tab\tand\nline, grün, 日本 → ok") == "tab\tand\nline, grün, 日本 → ok"


@given(st.text(max_size=3000))
def test_a_sentence_is_one_line_of_a_readable_length(text: str) -> None:
    for sentence in (one_line(text), str(InputError(text))):
        assert "\n" not in sentence
        assert len(sentence) <= LONGEST_SENTENCE + 3


def test_a_command_line_with_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "virt-1g", "--cmdline", "quiet \x1b]0;title\x07\u202e"]) == 0
    out, err = capsys.readouterr()
    assert not OBEYED.search(out + err)
    assert "\\x1b]0;title\\x07" in out


def test_bootargs_with_escapes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    fdt = load_kernel(read_machine("virt-1g")).fdt
    told = fdt.with_properties("/chosen", {"bootargs": b"a\x1b[2J\x9b1m\0"})
    (tmp_path / "board.dtb").write_bytes(told.raw)
    assert main(["log", str(tmp_path / "board.dtb")]) == 0
    out, err = capsys.readouterr()
    assert not OBEYED.search(out + err)
    assert "Kernel command line: a\\x1b[2J\\x9b1m" in out


def test_a_name_with_escapes_and_line_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "x\x1b[31m\nbootstep: all is well.toml"]) == 2
    err = capsys.readouterr().err
    assert err == "bootstep: x\\x1b[31m\\nbootstep: all is well.toml: no such file or directory\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "words", [("machines",), ("log", "virt-1g"), ("image",), ("image", "--help"), ("--version",)]
)
def test_a_full_disk(words: tuple[str, ...]) -> None:
    status, _, err = run(*words, shell=">/dev/full")
    assert (status, err) == (2, "bootstep: standard output: no space left on device\n")


def test_a_closed_output() -> None:
    status, _, err = run("machines", shell=">&-")
    assert (status, err) == (2, "bootstep: standard output is closed, there is nowhere to print to\n")
    assert run("machines", shell=">&- 2>&-")[0] == 2
    assert run("machines", shell="2>&-")[0] == 0
    assert run("log", "nothing", shell="2>/dev/full")[0] == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_of_few_characters(encoding: str) -> None:
    status, out, err = run("diff", "virt-1g", "--ram", "2G", PYTHONIOENCODING=encoding, LC_ALL="C")
    assert (status, err) == (1, "")
    assert out.isascii()


def test_a_mistake_of_our_own_is_called_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One sentence, status 2, and a file with what a report needs."""

    def fails(words: list[str]) -> int:
        raise KeyError("\x1b[2J" + "x" * 9000)

    monkeypatch.setattr(cli, "_run", fails)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main(["log", "virt-1g"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(
        "bootstep: 'log virt-1g' failed, by a mistake of bootstep's own and not of yours: K"
    )
    assert err.count("\n") == 1
    assert not OBEYED.search(err)
    (report,) = tmp_path.rglob("failure-*.txt")
    assert str(report) in err
    assert "Traceback" in report.read_text()
    assert "in fails" in report.read_text()

"""Whatever is named as a log: it is one, or a sentence says what is wrong with it, and no command hangs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import run as run_command

BOOTSTEP = [sys.executable, "-m", "bootstep.tui.cli.main"]
COMMANDS = (
    ["log", "FILE"],
    ["verify", "FILE"],
    ["state", "FILE", "--at", "end"],
    ["diff", "FILE", "FILE"],
)
RUBBISH: dict[str, bytes] = {
    "empty": b"",
    "zeros": b"\0" * 5000,
    "binary": bytes(range(256)) * 50,
    "half of a gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\3abc",
    "letters": b"Dear all,\nI have less memory than I paid for.\n",
}
HARD: dict[str, bytes] = {
    "a long line": b"[    0.000000] Linux version 6.1.0\n[    0.000000] memblock_reserve: ["
    + b"0x0" * (1 << 20),
    "numbers beyond all memory": b"[    0.000000] memblock_add: [0x%b-0x%b] f\n" % (b"f" * 99, b"f" * 99),
    "ends before they begin": b"[    0.000000] memblock_reserve: [0x0000000000002000-0x0000000000001000] f\n",
    "a dump with no end": b"[    0.000000] MEMBLOCK configuration:\n[    0.000000]  memory.cnt  = 0xffff\n",
    "a dump of nothing sensible": b"[    0.000000] MEMBLOCK configuration:\n[    0.000000]  memory[0x7]\t"
    b"[0xffffffffffffffff-0x0], 0xffffffffffffffff bytes on node 99 flags: 0xffffffff\n",
    "not text": b"[    0.000000] Linux version 6.1.0\n"
    b"[    0.000000] \xff\xfe\x80 memblock_free: [0x0-0xfff] x\n",
    "controls": b"[    0.000000] Linux version 6.1.0 \x1b]0;x\x07\x1b[31m\n"
    b"[    0.000000] cma: Reserved \x07 1 MiB\n",
    "no release": b"[    0.000000] Linux version banana\n[    0.000000] Memory: 1K/2K available\n",
    "a zone of everything": b"[    0.000000] Zone ranges:\n"
    b"[    0.000000]   DMA      [mem 0x0000000000000000-0xffffffffffffffff]\n",
}


def run(words: list[str], **options: object) -> tuple[int, bytes, str]:
    done = subprocess.run([*BOOTSTEP, *words], capture_output=True, timeout=60, check=False, **options)  # type: ignore[call-overload]
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def run_here(capsys: pytest.CaptureFixture[str], words: list[str]) -> tuple[int, bytes, str]:
    status, out, error = run_command(capsys, *words)
    return status, out.encode(), error


def says_what_is_wrong(status: int, out: bytes, error: str) -> bool:
    return status == 2 and not out and 0 < len(error.strip()) < 600 and "mistake of bootstep" not in error


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_is_one_sentence(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x"
    path.write_bytes(RUBBISH[name])
    for words in (["verify", str(path)], ["log", str(path)]):
        assert says_what_is_wrong(*run_here(capsys, words)), words
    assert says_what_is_wrong(*run(["log", "-"], input=RUBBISH[name]))


@pytest.mark.parametrize("name", HARD)
def test_what_no_kernel_would_say_is_read_or_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x"
    path.write_bytes(HARD[name])
    for command in COMMANDS:
        words = [str(path) if word == "FILE" else word for word in command]
        status, out, error = run_here(capsys, words)
        assert status in (0, 1, 2), words
        assert "Traceback" not in error and "mistake of bootstep" not in error, (words, error)
        assert not set(out + error.encode()) & (set(range(32)) - {9, 10}), words


def test_devices_and_directories_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in ("/dev/zero", "/dev/null", str(tmp_path), str(tmp_path / "none")):
        assert says_what_is_wrong(*run_here(capsys, ["verify", path])), path


def test_closed_standard_input_is_one_sentence() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(BOOTSTEP)} log - <&-"], capture_output=True, timeout=60, check=False
    )
    assert says_what_is_wrong(done.returncode, done.stdout, done.stderr.decode())


def test_the_debugger_needs_a_terminal_and_waits_for_none(tmp_path: Path) -> None:
    path = tmp_path / "dmesg.txt"
    path.write_bytes(b"[    0.000000] Linux version 6.1.0\n[    0.000000] Memory: 1K/2K available\n")
    assert says_what_is_wrong(*run([str(path)], stdin=subprocess.DEVNULL))
    reader, writer = os.pipe()
    try:
        status, out, error = run(["-"], stdin=reader)
    finally:
        os.close(reader)
        os.close(writer)
    assert says_what_is_wrong(status, out, error)

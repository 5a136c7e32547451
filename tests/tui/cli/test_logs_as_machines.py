"""A kernel log is a MACHINE wherever one is taken.

Covers kinds/logs.py, and boots/sources/log_replay/opening.py, model/logs/told.py.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from command import run

LOG = """\
[    0.000000] Linux version 6.1.0 (user@host) (aarch64-linux-gnu-gcc) #1 SMP
[    0.000000] memblock_add: [0x0000000040000000-0x000000007fffffff] early_init_dt_add_memory_arch+0x1c/0x2a
[    0.000000] memblock_reserve: [0x0000000048000000-0x00000000480fffff] setup_arch+0xb0/0x5d0
[    0.000000] Zone ranges:
[    0.000000]   DMA      [mem 0x0000000040000000-0x000000007fffffff]
[    0.001234] Memory: 990000K/1048576K available
"""


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "dmesg.txt"
    path.write_text(LOG)
    return str(path)


def test_its_lines_are_printed_with_their_times(capsys: pytest.CaptureFixture[str], log: str) -> None:
    assert run(capsys, "log", log)[:2] == (0, LOG)


def test_a_log_without_times_gets_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bare = "".join(line.partition("] ")[2] for line in LOG.splitlines(keepends=True))
    (tmp_path / "bare.txt").write_text(bare)
    assert run(capsys, "log", str(tmp_path / "bare.txt"))[:2] == (0, bare)


def test_a_packed_one_is_as_good(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "dmesg.gz").write_bytes(gzip.compress(LOG.encode()))
    assert run(capsys, "log", str(tmp_path / "dmesg.gz"))[:2] == (0, LOG)


def test_its_state_is_told_at_any_line(capsys: pytest.CaptureFixture[str], log: str) -> None:
    status, out, _ = run(capsys, "state", log, "--at", "log:memblock_add", "--at", "end", "--format", "json")
    first, last = (json.loads(line)["memblock"]["reserved"]["total_size"] for line in out.splitlines())
    assert (status, first, last) == (0, "0x0", "0x100000")


def test_it_is_recorded_like_any_boot(capsys: pytest.CaptureFixture[str], log: str, tmp_path: Path) -> None:
    assert run(capsys, "record", log, "-o", str(tmp_path / "x.trace"))[0] == 0
    assert run(capsys, "log", str(tmp_path / "x.trace"))[:2] == (0, LOG)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--cmdline", "x"), "is a kernel log: --cmdline cannot change it"),
        (("--boot", "2"), "it has one boot, there is no boot 2"),
        (("--boot", "two"), "--boot two: expected the number of a boot, counted from 1"),
        (("--release", "new"), "--release new: expected a release such as 5.10 or 6.12.114"),
        (("--page-size", "5K"), "--page-size 5K: expected a size such as 4K, 16K or 64K"),
    ],
)
def test_what_does_not_fit_a_log_is_one_sentence(
    capsys: pytest.CaptureFixture[str], log: str, options: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, "log", log, *options)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert sentence in err


def test_what_only_a_log_takes_is_refused_for_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "log", "virt-1g", "--boot", "2")
    assert (status, err) == (2, "bootstep: virt-1g is a machine that is booted: --boot cannot change it\n")


def test_of_several_boots_one_is_chosen_and_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "two.txt"
    path.write_text(LOG + LOG.replace("6.1.0", "6.2.0"))
    _, out, err = run(capsys, "log", str(path))
    assert "6.2.0" in out and "6.1.0" not in out
    assert "there are 2 boots in it; this is number 2" in err
    _, out, _ = run(capsys, "log", str(path), "--boot", "1")
    assert "6.1.0" in out and "6.2.0" not in out
    assert run(capsys, "diff", str(path), "--boot", "1")[0] in (0, 1)


def test_without_a_terminal_the_debugger_says_so(capsys: pytest.CaptureFixture[str], log: str) -> None:
    status, _, err = run(capsys, log)
    assert status == 2
    assert "the debugger has no terminal" in err

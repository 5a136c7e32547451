"""``bootstep live`` without a screen: what is printed, what is kept, and the exit status.

Covers live.py, recording.py, against.py, model/source/recorded_files.py.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import fake_qemu
import pytest
from bootstep.boots.live import patience
from bootstep.boots.live.report import Ending
from bootstep.boots.remote.wire.limits import USUAL
from bootstep.model.base.errors import InputError
from bootstep.tui.cli.live import live
from bootstep.tui.cli.reference.json_fields import fields
from command import run
from toy_live import OPERATIONS, PANIC, ToyLive

SUMMARY = """\
kernel      Linux version 6.1.50 (toy)
loaded at   0x40200000; KASLR moved it by 0x12340000
ended       Recorded until memblock_free_all returned.
recorded    16 events: 4 calls, 4 log lines
watched     2 of 3 functions; it stood 8 times
memory      1 region, 1.0 GiB
reserved    3 regions, 19.0 MiB
took        1.2 s
missing     its types are not told
"""


@pytest.fixture
def words(tmp_path: Path) -> tuple[str, ...]:
    """A command line that names a kernel, and a QEMU that is none."""
    kernel = tmp_path / "vmlinux"
    kernel.write_bytes(b"\x7fELF")
    return ("--vmlinux", str(kernel), "--", *fake_qemu.command())


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets a toy with these arguments be what is recorded."""

    def use(**how: Any) -> None:
        monkeypatch.setattr(live, "source_of", partial(ToyLive, **how))

    use()
    return use


def test_a_summary_is_printed(
    capsys: pytest.CaptureFixture[str], toy: Callable[..., None], words: tuple[str, ...]
) -> None:
    status, out, err = run(capsys, "live", *words)
    assert (status, out) == (0, SUMMARY)
    assert err.startswith("bootstep: ") and err.count("\n") == 1


def test_a_summary_for_programs(
    capsys: pytest.CaptureFixture[str], toy: Callable[..., None], words: tuple[str, ...]
) -> None:
    toy(ending=Ending.PANIC, words=PANIC)
    status, out, _ = run(capsys, "live", "--format", "json", "--lang", "zh", *words)
    told = json.loads(out)
    assert status == 1
    assert set(told) == fields("live")
    assert told["ending"] == "panic" and told["ending_words"] == PANIC
    assert told["moved"] == "0x12340000" and told["calls"] == len(OPERATIONS)
    assert told["memory"] == {"cnt": 1, "total_size": 1 << 30}
    assert told["missing"] == ["its types are not told"]


@pytest.mark.parametrize(
    ("ending", "status", "sentence"),
    [
        (Ending.HANDOVER, 0, "Recorded until setup_arch returned."),
        (Ending.PANIC, 1, f"The kernel panicked: {PANIC}"),
        (Ending.TIME_LIMIT, 0, "Not recorded any further: the time limit of 9 s."),
        (Ending.EVENT_LIMIT, 0, "Not recorded any further: the limit of 100 events."),
        (Ending.TARGET_GONE, 2, f"The target is gone: {PANIC}"),
    ],
)
def test_every_ending_has_its_status(
    capsys: pytest.CaptureFixture[str],
    toy: Callable[..., None],
    words: tuple[str, ...],
    ending: Ending,
    status: int,
    sentence: str,
) -> None:
    toy(ending=ending, words=PANIC)
    limits = ("--until", "setup_arch", "--time-limit", "9", "--event-limit", "100")
    found, out, _ = run(capsys, "live", *limits, *words)
    assert (found, out.splitlines()[2]) == (status, f"ended       {sentence}")


def test_it_is_saved_as_a_machine(
    capsys: pytest.CaptureFixture[str], toy: Callable[..., None], words: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "boot.trace"
    status, out, _ = run(capsys, "live", "--save", str(file), *words)
    assert status == 0
    assert f"saved in    {file}, " in out
    status, out, _ = run(capsys, "regions", str(file), "--at", "end")
    assert status == 0 and "000000007f000000" in out


def test_what_was_recorded_is_saved_when_something_fails(
    capsys: pytest.CaptureFixture[str], toy: Callable[..., None], words: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "boot.trace"
    toy(fails=InputError("the stub says nonsense"))
    status, out, err = run(capsys, "live", "--save", str(file), *words)
    assert status == 2
    assert "16 events" in out and err.splitlines()[-1] == "bootstep: the stub says nonsense"
    assert run(capsys, "log", str(file))[0] == 0


def test_nothing_recorded_is_a_sentence(
    capsys: pytest.CaptureFixture[str], toy: Callable[..., None], words: tuple[str, ...], tmp_path: Path
) -> None:
    toy(may_go_on=lambda: False)
    file = tmp_path / "boot.trace"
    toy(unprepared=InputError("there is no kernel"))
    status, out, err = run(capsys, "live", "--save", str(file), *words)
    assert (status, out, err.splitlines()[-1]) == (2, "", "bootstep: there is no kernel")
    assert not file.exists()


def test_places_that_are_taken_are_said_before_anything_is_started(
    capsys: pytest.CaptureFixture[str], toy: Callable[..., None], words: tuple[str, ...], tmp_path: Path
) -> None:
    kernel = words[1]
    for option, place, sentence in (
        ("--save", kernel, "this file is no recorded boot"),
        ("--save", str(tmp_path), "this is a directory"),
        ("--save-machine", str(tmp_path), "there is something of this name"),
        ("--save", str(tmp_path / "no" / "file"), f"there is no directory {tmp_path}/no"),
        ("--save-machine", str(tmp_path / "no" / "board"), f"there is no directory {tmp_path}/no"),
    ):
        status, out, err = run(capsys, "live", option, place, *words)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert sentence in err


def test_what_is_different_with_an_accelerator_is_said(
    capsys: pytest.CaptureFixture[str], toy: Callable[..., None], words: tuple[str, ...]
) -> None:
    _, _, err = run(capsys, "live", *words, "-accel", "kvm")
    assert "careful: with kvm the kernel runs on this machine's own processor" in err


# ---- signals ----

STOPPED = """
import sys
sys.path[:0] = sys.argv[1].split(":")
from functools import partial
from bootstep.tui.cli.live import live, recording
from bootstep.tui.cli.main import main
recording.TELL_EVERY = 0
from toy_live import ToyLive
live.source_of = partial(ToyLive, may_go_on=iter([True, *[False] * 10**6]).__next__)
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_a_signal_stops_it_and_keeps_what_was_recorded(
    words: tuple[str, ...], tmp_path: Path, number: int, status: int
) -> None:
    file, pids = tmp_path / "boot.trace", tmp_path / "pids"
    *before, last = words
    command = (*before, "child", str(pids), last)
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, ":".join(sys.path), "live", "--save", str(file), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    while "2 stops" not in process.stderr.readline():
        pass
    process.send_signal(number)
    out, err = process.communicate()
    assert process.returncode == status
    assert "stopping; once more ends the target at once" in err
    assert "Recorded up to here, where it was stopped." in out and file.exists()
    for pid in map(int, pids.read_text().split()):
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)


# ---- what is made of it ----


def test_a_machine_is_written(
    capsys: pytest.CaptureFixture[str], toy: Callable[..., None], words: tuple[str, ...], tmp_path: Path
) -> None:
    directory = tmp_path / "board"
    status, out, _ = run(capsys, "live", "--save-machine", str(directory), *words)
    assert status == 0 and f"machine     {directory}\n" in out
    assert [file.name for file in directory.iterdir()] == ["toy.toml"]


def test_two_live_boots_that_do_the_same_are_status_0(
    capsys: pytest.CaptureFixture[str], toy: Callable[..., None], words: tuple[str, ...], tmp_path: Path
) -> None:
    file = str(tmp_path / "boot.trace")
    assert run(capsys, "live", "--save", file, *words)[0] == 0
    status, out, _ = run(capsys, "live", "--against", file, *words)
    assert status == 0
    assert f"\n\nheld against {file} (>):\nboth boots did the same\n" in out


@pytest.mark.parametrize("other", ["model", "virt-1g", "FILE"])
def test_a_divergence_is_status_1_and_named(
    capsys: pytest.CaptureFixture[str],
    toy: Callable[..., None],
    words: tuple[str, ...],
    tmp_path: Path,
    other: str,
) -> None:
    if other == "FILE":
        other = str(tmp_path / "boot.trace")
        assert run(capsys, "record", "virt-512m", "-o", other)[0] == 0
    status, out, _ = run(capsys, "live", "--against", other, "--format", "json", *words)
    told = json.loads(out)["against"]
    assert status == 1
    assert told["boot"] == other and told["same"] is False and told["divergence"]["function"]


@pytest.mark.parametrize(
    ("other", "sentence"), [("nowhere.toml", "nowhere.toml"), ("LOG", "this is a kernel log")]
)
def test_what_it_is_held_against_is_looked_for_first(
    capsys: pytest.CaptureFixture[str],
    toy: Callable[..., None],
    words: tuple[str, ...],
    tmp_path: Path,
    other: str,
    sentence: str,
) -> None:
    log = tmp_path / "dmesg.txt"
    log.write_text("[    0.000000] Linux version 6.1.0 (x) #1\n[    0.000000] Memory: 1K/2K available\n")
    status, out, err = run(capsys, "live", "--against", str(log) if other == "LOG" else other, *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert sentence in err


# ---- nobody watches ----


@pytest.mark.parametrize("given", [(), ("--time-limit", "9")])
def test_a_recording_that_nobody_watches_ends(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    toy: Callable[..., None],
    words: tuple[str, ...],
    tmp_path: Path,
    given: tuple[str, ...],
) -> None:
    """By itself, after a time that somebody named or that is usual; the second is not what was wanted."""
    file = tmp_path / "boot.trace"
    toy(ending=Ending.TIME_LIMIT)
    monkeypatch.setattr(live, "is_terminal", lambda stream: False)
    status, out, err = run(capsys, "live", "--save", str(file), *given, *words)
    limit = "9" if given else "900"
    assert f"Not recorded any further: the time limit of {limit} s." in out and file.exists()
    assert status == (0 if given else 2)
    assert ("without a terminal a recording ends after 900 s" in err) == (not given)


def test_a_recording_that_somebody_watches_takes_as_long_as_it_takes(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    toy: Callable[..., None],
    words: tuple[str, ...],
) -> None:
    limits: list[float | None] = []
    make = live.source_of
    monkeypatch.setattr(live, "is_terminal", lambda stream: True)
    monkeypatch.setattr(live, "source_of", lambda options: limits.append(options.time_limit) or make(options))
    assert run(capsys, "live", "--no-tui", *words)[0] == 0
    assert limits == [None]


def test_the_help_has_the_times_that_count(capsys: pytest.CaptureFixture[str]) -> None:
    told = " ".join(run(capsys, "help", "live-kernel")[1].split())
    assert f"after {patience.QUIET:g} s without a stop" in told
    assert f"does not stop within {USUAL.probe:g} s" in told
    assert f"ends after {live.UNWATCHED:g} s" in told
    with pytest.raises(SystemExit):
        run(capsys, "live", "--help")
    words = " ".join(capsys.readouterr().out.split())
    assert f"end after so long ({live.UNWATCHED:g} without a terminal)" in words

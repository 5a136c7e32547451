"""QEMU ends with us, whatever happens.  Covers process.py, keeper.py."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_qemu
import pytest
from bootstep.boots.live.options import Stub
from bootstep.boots.live.qemu import process
from bootstep.boots.live.qemu.command import read_command
from bootstep.boots.live.qemu.process import Qemu
from bootstep.model.base.errors import InputError

HOLDER = """
import sys, time
from bootstep.boots.live.qemu.command import read_command
from bootstep.boots.live.qemu.process import Qemu
qemu = Qemu(read_command(sys.argv[1:]))
print(qemu.stub.path, qemu._keeper.pid, flush=True)
time.sleep(600)
"""


def fake(*what: str) -> Qemu:
    return Qemu(read_command(fake_qemu.command(*what)))


def numbers(file: Path) -> list[int]:
    """The processes that a fake QEMU has told of."""
    while not file.exists():
        time.sleep(0.01)
    return [int(word) for word in file.read_text().split()]


def is_gone(pid: int) -> bool:
    """Whether a process is gone, or at least dead and only not yet noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone between opening and reading, too
        return True


def wait_until_gone(*pids: int) -> None:
    while not all(map(is_gone, pids)):
        time.sleep(0.01)


def test_it_listens_at_a_socket_that_is_ours_alone() -> None:
    with fake() as qemu:
        stub = qemu.listening()
        directory = Path(stub.path).parent
        assert directory.stat().st_mode & 0o777 == 0o700
        assert Path(stub.path).is_socket() and not is_gone(qemu.pid) and qemu.ended() == ""
        assert os.getpgid(qemu.pid) == qemu.pid != os.getpgid(0)
    assert is_gone(qemu.pid) and not directory.exists()


@pytest.mark.parametrize("what", [(), ("deaf",)])
@pytest.mark.parametrize("kind", ["child", "runaway"])
def test_it_is_ended_with_all_that_it_started(tmp_path: Path, what: tuple[str, ...], kind: str) -> None:
    with fake(*what, kind, str(tmp_path / "pids")) as qemu:
        pids = numbers(tmp_path / "pids")
        assert pids[0] == qemu.pid and not any(map(is_gone, pids))
    assert all(map(is_gone, pids))


def test_it_is_ended_when_something_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), fake("child", str(tmp_path / "pids")):
        pids = numbers(tmp_path / "pids")
        raise ZeroDivisionError
    assert all(map(is_gone, pids))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_it_is_ended_when_we_are(tmp_path: Path, number: signal.Signals) -> None:
    words = fake_qemu.command("runaway", str(tmp_path / "away"), "child", str(tmp_path / "pids"))
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert holder.stdout is not None
    path, keeper = holder.stdout.readline().split()
    pids = [*numbers(tmp_path / "pids"), *numbers(tmp_path / "away"), int(keeper)]
    holder.send_signal(number)
    holder.wait()
    holder.stdout.close()
    wait_until_gone(*pids)
    assert not Path(path).parent.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_it_does_not_outlive_its_keeper() -> None:
    with fake() as qemu:
        qemu.listening()
        os.kill(qemu._keeper.pid, signal.SIGKILL)
        wait_until_gone(qemu.pid)
        while not qemu.ended():
            time.sleep(0.01)
        assert qemu.ended() == "was ended by signal 9"


def test_a_keeper_that_is_told_to_end_ends_what_it_keeps() -> None:
    with fake("deaf") as qemu:
        qemu.listening()
        os.kill(qemu._keeper.pid, signal.SIGTERM)
        wait_until_gone(qemu.pid, qemu._keeper.pid)


def test_its_output_never_keeps_it_waiting() -> None:
    with fake("prints", "\x1b[31mbefore", "floods", str(4 << 20), "prints", "after") as qemu:
        qemu.listening()  # it is past all of its output
        while qemu.output.last_line() != "after":
            time.sleep(0.01)


def test_nothing_is_printed_and_nothing_read_by_it(capfd: pytest.CaptureFixture[str]) -> None:
    with Qemu(read_command([sys.executable, "-c", "print('read', repr(input()))"])) as qemu:
        while not qemu.ended():
            time.sleep(0.01)
        assert "EOFError" in qemu.last_words()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["/nowhere/qemu"], "/nowhere/qemu: there is no such program"),
        (["no\x1bqemu"], "no\\x1bqemu: there is no such program"),
        (["/"], "/ cannot be run: permission denied"),
    ],
)
def test_a_program_that_cannot_be_run_is_named(words: list[str], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        Qemu(read_command(words))
    assert str(caught.value) == sentence


def test_one_that_ends_at_once_is_quoted() -> None:
    with fake("prints", "one", "prints", "no \x1b[1mmemory\x9b", "status", "3") as qemu:
        with pytest.raises(InputError) as caught:
            qemu.listening()
        assert str(caught.value) == f"{sys.executable} exited with status 3; its last line: no memory\\x9b"
    with fake("status", "0") as qemu:
        with pytest.raises(InputError) as caught:
            qemu.listening()
        assert str(caught.value).endswith("exited with status 0 and printed nothing")


def test_one_that_does_not_listen_is_not_waited_for_long() -> None:
    with fake("mute") as qemu:
        with pytest.raises(InputError) as caught:
            qemu.listening(seconds=0.1)
        assert "does not listen for a debugger" in str(caught.value)
        assert qemu.listening(cancelled=lambda: True) == qemu.stub


def test_where_it_listens_by_itself_is_taken(tmp_path: Path) -> None:
    own = tmp_path / "gdb"
    command = read_command([*fake_qemu.command(), "-gdb", f"unix:{own},server=on,wait=off"])
    with Qemu(command) as qemu:
        assert qemu.listening() == Stub(str(own))


def test_a_directory_for_temporary_files_may_have_a_long_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(process, "mkdtemp", _mkdtemp_in(long))
    with fake() as qemu:
        assert len(qemu.listening().path) < 100
    assert not list(long.iterdir())


def _mkdtemp_in(directory: Path):
    from tempfile import mkdtemp

    return lambda prefix, dir=directory: mkdtemp(prefix=prefix, dir=dir)

"""QEMU started with words of one's own about a debugger, a monitor, a console.  Also kernels that are not
the ones that were named.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from debian_kernels import image, qemu
from live_recordings import PATIENCE

pytestmark = pytest.mark.slow
SMALL_SMP = ("-m", "256M", "-smp", "4")
MAIN = "import sys; from bootstep.tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
WAYS = {
    "of-its-own": ("-s", "-S", "-snapshot", "-monitor", "stdio", "-serial", "null"),
    "a-socket": ("-gdb", "unix:{folder}/gdb,server=on,wait=off", "-S", "-snapshot", "-nographic"),
    "a-port": ("-gdb", "tcp::{port}", "-nographic"),
}


def live(*words: str) -> tuple[int, str, str]:
    """``bootstep live`` as a process: its status and what it printed."""
    command = [sys.executable, "-c", MAIN, "live", "--time-limit", str(PATIENCE), *words]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("kernel", "way"), [("6.1-amd64", "of-its-own"), *(("6.12-arm64", way) for way in WAYS)]
)
def test_words_of_ones_own(kernel: str, way: str, tmp_path: Path, free_port: int) -> None:
    words = [word.format(folder=tmp_path, port=free_port) for word in WAYS[way]]
    display = () if "-nographic" in words else ("-display", "none")
    status, out, err = live(
        "--no-tui", "--", *qemu(kernel), *SMALL_SMP, *display, *words, "-kernel", str(image(kernel))
    )
    assert status == 0, err
    assert "Recorded until memblock_free_all returned." in out


def running(word: str) -> list[Path]:
    """The processes that have a word on their command line."""
    found: list[Path] = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found += [process] if word.encode() in process.read_bytes().split(b"\0") else []
    return found


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_daemon_is_refused() -> None:
    status, out, err = live(
        "--no-tui", "--", *qemu("6.1-amd64"), "-daemonize", "-kernel", str(image("6.1-amd64"))
    )
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "-daemonize lets QEMU go its own way" in err


# ---- not the kernel that runs ----


@pytest.mark.parametrize(
    ("named", "runs", "sentence"),
    [
        ("6.12-arm64", "6.1-amd64", "this is a kernel of arm64, the machine is one of x86_64"),
        ("6.1-amd64", "6.12-arm64", "this is a kernel of x86_64, the machine is one of arm64"),
        ("6.1-arm64", "6.12-arm64", "in memory there is Linux version 6.12.117+deb12-arm64 #1 SMP"),
        ("6.12-arm64", "6.1-arm64", "in memory there is Linux version 6.1.0-"),
    ],
)
def test_another_kernel_is_one_sentence_with_both(
    named: str, runs: str, sentence: str, tmp_path: Path
) -> None:
    status, out, err = live(
        *("--no-tui", "--vmlinux", str(image(named)), "--", *qemu(runs), "-name", str(tmp_path)),
        *(*SMALL_SMP, "-nographic", "-kernel", str(image(runs))),
    )
    assert not running(str(tmp_path)), "QEMU goes on"
    last = err.splitlines()[-1]
    assert (status, out) == (2, "")
    assert str(image(named)) in last and sentence in last

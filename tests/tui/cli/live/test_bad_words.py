"""``bootstep live`` with words that name nothing, and with ports where no stub listens: one sentence and
status 2."""

from __future__ import annotations

import functools
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from bootstep.boots.live import finding
from bootstep.boots.remote.wire.limits import Limits
from command import run

HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextmanager
def listener(answer: str) -> Iterator[int]:
    """The port of somebody who is no stub: ``http`` answers once and hangs up, ``echo`` says what it hears,
    ``garbage`` never ends, ``mute`` says nothing, ``closes`` hangs up."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            other, _ = server.accept()
            with other:
                if answer != "closes":
                    _speak(other, answer)
        except OSError:
            pass

    thread = Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()
        thread.join()


def _speak(other: socket.socket, answer: str) -> None:
    while data := other.recv(4096):
        if answer == "http":
            other.sendall(HTTP)
            return
        if answer == "echo":
            other.sendall(data)
        while answer == "garbage":
            other.sendall(b"\xff\x00\x1b[2Jboo" * 512)


@pytest.fixture
def symbols(tmp_path: Path) -> str:
    file = tmp_path / "System.map"
    file.write_text("ffff800008000000 T _text\nffff800008001000 T _stext\n")
    return str(file)


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "connect", functools.partial(finding.connect, limits=Limits(1, 0.5, 0.5)))


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The sentence that the words are refused with."""
    status, out, err = run(capsys, "live", "--no-tui", *words)
    assert (status, out) == (2, "")
    assert "Traceback" not in err and err.replace("\n", "").isprintable()
    return err.splitlines()[-1]


@pytest.mark.parametrize("who", ["http", "echo", "garbage", "mute", "closes"])
def test_whoever_listens_is_no_stub(capsys: pytest.CaptureFixture[str], symbols: str, who: str) -> None:
    with listener(who) as port:
        sentence = refused(capsys, "--gdb", f":{port}", "--system-map", symbols)
    assert sentence.startswith(f"bootstep: 127.0.0.1:{port}: ")


def test_nobody_listens(capsys: pytest.CaptureFixture[str], symbols: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert "no connection" in refused(capsys, "--gdb", f":{port}", "--system-map", symbols)


@pytest.mark.parametrize(
    "words",
    [
        ("--gdb", "host"),
        ("--gdb", ":0"),
        ("--gdb", ":99999"),
        ("--gdb", "\x1b[2J:1"),
        ("--gdb", ":1", "--entry", "-5"),
        ("--gdb", ":1", "--entry", "0x1ffffffffffffffff"),
        ("--gdb", ":1", "--release", "six"),
        ("--gdb", ":1", "--until", "1+1"),
        ("--gdb", ":1", "--functions", ","),
        ("--gdb", ":1", "--functions", "a b"),
        ("--gdb", ":1", "--functions", "@/nowhere"),
        ("--gdb", ":1", "--functions", "\x1b[31m"),
        ("--gdb", ":1", "--time-limit", "soon"),
        ("--gdb", ":1", "--event-limit", "0"),
        ("--gdb", ":1", "--hardwareonly"),
        ("--gdb", ":1", "--config", "/nowhere"),
        ("--gdb", "unix:/nowhere/\0"),
    ],
)
def test_words_that_say_nothing(
    capsys: pytest.CaptureFixture[str], symbols: str, words: tuple[str, ...]
) -> None:
    assert refused(capsys, *words, "--system-map", symbols).startswith("bootstep: ")

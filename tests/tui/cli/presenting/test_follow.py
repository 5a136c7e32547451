"""``bootstep follow``, over real sockets.

Covers showing.py, options.py.
"""

from __future__ import annotations

import os
import pty
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.language.columns import columns
from bootstep.tui.cli.main import main
from bootstep.tui.cli.parser import Parser
from bootstep.tui.cli.presenting.options import add_presenting, presenting_of
from bootstep.tui.cli.presenting.showing import page
from bootstep.tui.session.presenting import meeting
from bootstep.tui.session.presenting.notes import VERSION, Hello, Notes, encoded
from bootstep.tui.session.presenting.options import PresentOptions
from bootstep.tui.session.presenting.speaker import Speaker

AT_A_STOP = Notes(
    machine="virt-1g",
    place="paging_init:return",
    phase="page tables",
    elapsed=125.0,
    minutes=50,
    tour="From device tree to memblock",
    at=2,
    of=10,
    title="The linear map",
    notes="Ask who needs it.",
    say="All of RAM has an address now.",
    next="Sections",
    question="How many tables?",
    answer="12",
    explain="One for each GiB.",
)
FREE = Notes(machine="virt-1g", place="paging_init", phase="page tables", elapsed=5.0, log=("one", "two"))


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "bootstep"


@pytest.fixture
def speaker(place: Path) -> Iterator[Speaker]:
    found = Speaker([place])
    found.tell(AT_A_STOP)
    yield found
    found.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait for what others do."""
    for _ in range(2000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def said_by(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["follow", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


# ---- once ----


def test_once_prints_the_notes(speaker: Speaker, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said_by(capsys, "--once")
    assert (status, err) == (0, "")
    assert out.startswith("2/10 The linear map")
    for each in (
        "2:05 / 50:00 · 2:54 ahead",
        "Ask who needs it.",
        "All of RAM",
        "next: Sections",
        "12 · One",
    ):
        assert each in out


def test_nobody_presents(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said_by(capsys)
    assert (status, out) == (2, "")
    assert err == "bootstep: nobody presents: 'bootstep --present' in another terminal does\n"


def test_of_several_one_is_named(speaker: Speaker, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Speaker([place])
    other.tell(FREE)
    status, out, err = said_by(capsys)
    assert (status, err) == (2, "")
    assert out.splitlines() == [
        "1  virt-1g · From device tree to memblock",
        "2  virt-1g",
        "bootstep follow N follows one of them",
    ]
    assert said_by(capsys, "2", "--once")[1].splitlines()[-2:] == ["one", "two"]
    for wrong in ("0", "3", "x", "9" * 5000):
        status, _, err = said_by(capsys, wrong)
        assert status == 2
        assert err.endswith("expected the number of a presenter, 1 to 2\n")
    other.close()


def test_a_directory_of_everybody_is_refused(
    speaker: Speaker, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.chmod(0o777)
    status, _, err = said_by(capsys)
    assert status == 2
    assert err == f"bootstep: {place}: expected a directory of your own, with mode 0700\n"


# ---- presenters that are none ----


class Impostor:
    """Something else behind the socket: says what it is told to, and goes."""

    def __init__(self, place: Path, says: bytes) -> None:
        place.mkdir(mode=0o700, exist_ok=True)
        self.socket = socket.socket(socket.AF_UNIX)
        descriptor = meeting.made(place)
        self.socket.bind(meeting.address(place, descriptor, "present-1.sock"))
        os.chmod("present-1.sock", 0o600, dir_fd=descriptor)
        os.close(descriptor)
        self.socket.listen()
        self.thread = Thread(target=self.serve, args=(says,), daemon=True)
        self.thread.start()

    def serve(self, says: bytes) -> None:
        client, _ = self.socket.accept()
        with client:
            client.recv(1000)
            try:
                client.sendall(says)
            except OSError:
                return
            client.settimeout(20)
            try:
                client.recv(1)
            except OSError:
                return


HELLO = encoded(Hello(VERSION, "\x1b[2Jvirt-1g"))


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "present-1.sock sends what nobody can read"),
        (b"\x00\xff\n", "present-1.sock sends what nobody can read"),
        (b"x" * 1_000_000, "present-1.sock sends what nobody can read"),
        (b"", "present-1.sock sends what nobody can read"),
        (
            b'{"kind": "hello", "version": 9, "machine": "m"}\n',
            "the presenter speaks version 9 of the protocol, and this is version 1",
        ),
        (b'{"kind": "refused", "why": "no \\u001b[31m"}\n', "the presenter refuses: no \\x1b[31m"),
        (HELLO + b'{"kind": "notes", "at": "two"}\n', "what presents there sends what nobody can read"),
        (HELLO + b'{"kind": "notes"', "what presents there does not answer"),
    ],
    ids=["http", "bytes", "long", "silent", "version", "refused", "notes", "half"],
)
def test_rubbish_is_told_in_a_sentence(
    says: bytes, why: str, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "PATIENCE", 0.2)
    impostor = Impostor(place, says)
    status, _, err = said_by(capsys, "--once")
    assert status == 2
    assert err == f"bootstep: {why}\n"
    impostor.socket.close()


# ---- following ----


def test_it_follows_until_the_end(speaker: Speaker, capsys: pytest.CaptureFixture[str]) -> None:
    def present() -> None:
        until(lambda: speaker.followers == 1)
        time.sleep(0.1)
        speaker.tell(FREE)
        time.sleep(0.1)
        speaker.close()

    thread = Thread(target=present)
    thread.start()
    status, out, err = said_by(capsys)
    thread.join()
    assert (status, err) == (0, "")
    assert out.index("The linear map") < out.index("paging_init · page tables")
    assert out.endswith("The presentation has ended.\n")


def test_a_presenter_that_vanishes_has_ended(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = f"""
import os, sys, time
from pathlib import Path
from bootstep.tui.session.presenting.notes import Notes
from bootstep.tui.session.presenting.speaker import Speaker
speaker = Speaker([Path({str(place)!r})])
speaker.tell(Notes(machine="gone"))
print("there", flush=True)
while not speaker.followers:
    time.sleep(0.01)
time.sleep(0.3)
os._exit(9)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        status, out, _ = said_by(capsys)
    assert status == 0
    assert out.endswith("The presentation has ended.\n")
    assert said_by(capsys)[0] == 2


def test_on_a_terminal_it_is_drawn_in_place(speaker: Speaker) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bootstep.tui.cli.main", "follow"]
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as follower:
        os.close(theirs)
        until(lambda: speaker.followers == 1)
        written = b""
        while b"next: Sections" not in written:
            written += os.read(ours, 4096)
        speaker.close()
        try:
            while piece := os.read(ours, 4096):
                written += piece
        except OSError:
            assert follower.wait(20) == 0
    os.close(ours)
    text = written.decode()
    assert text.startswith("\x1b[?1049h\x1b[?25l\x1b[H2/10 The linear map")
    assert text.endswith("\x1b[?25h\x1b[?1049lThe presentation has ended.\r\n")


# ---- the page ----


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_page_fits(size: tuple[int, int]) -> None:
    long = Notes(
        **{
            **{name: getattr(AT_A_STOP, name) for name in ("at", "of", "minutes", "answer")},
            "title": "线性映射" * 30,
            "notes": "All of it. " * 90,
            "say": "字" * 900,
            "next": "next " * 60,
            "place": "a › b" * 40,
        }
    )
    for notes in (AT_A_STOP, FREE, long, Notes()):
        rows = page(notes, notes.elapsed, *size)
        assert len(rows) <= size[1]
        assert all(columns(row) <= size[0] for row in rows)
    assert ("…" in page(long, 0, *size)) == (size[1] < 40)
    assert page(long, 0, *size)[-1].startswith("next: next")


def test_what_is_told_obeys_no_terminal() -> None:
    evil = "\x1b]0;x\x07\x9b2J\u202e"
    notes = Notes(machine=evil, place=evil, log=(evil,))
    toured = Notes(of=1, at=1, title=evil, notes=evil, say=evil, next=evil, question=evil, answer=evil)
    for each in (notes, toured):
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", "".join(page(each, 0, 80, 24)))


def test_away_and_the_last_stop() -> None:
    notes = Notes(at=3, of=3, title="End", is_away=True)
    text = "\n".join(page(notes, 0, 80))
    assert "away from the tour" in text
    assert text.endswith("this is the last stop")


# ---- the options ----


def given(*words: str) -> PresentOptions | None:
    parser = Parser("bootstep")
    parser.add_argument("--theme")
    add_presenting(parser)
    return presenting_of(parser.parse_args(words))


def test_how_presenting_is_asked_for() -> None:
    assert given() is None
    assert given("--present") == PresentOptions()
    assert given("--present", "--no-keys", "--minutes", "50", "--theme", "dark") == PresentOptions(
        False, 50, True
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--minutes", "5"], "--minutes goes with --present"),
        (["--no-keys"], "--no-keys goes with --present"),
        (["--present", "--minutes", "soon"], "--minutes soon: expected a number of minutes, at most 1000"),
        (["--present", "--minutes", "0"], "--minutes 0: expected a number of minutes"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_is_no_presentation(words: list[str], why: str) -> None:
    with pytest.raises(InputError, match=why):
        given(*words)

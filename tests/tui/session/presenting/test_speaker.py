"""The presenter's end of the line, over real sockets.

Covers notes.py, meeting.py.
"""

from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.tui.session.presenting import meeting
from bootstep.tui.session.presenting.notes import (
    LONGEST_LINE,
    VERSION,
    End,
    Follow,
    Hello,
    LineReader,
    NoMessageError,
    Notes,
    Refused,
    Told,
    encoded,
    told,
)
from bootstep.tui.session.presenting.speaker import MOST_FOLLOWERS, Speaker


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory to meet in, whose path is longer than a socket's may be."""
    runtime = tmp_path / ("long" * 30)
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return runtime / "bootstep"


@pytest.fixture
def speaker(place: Path) -> Iterator[Speaker]:
    found = Speaker(meeting.directories())
    yield found
    found.close()


class Follower:
    def __init__(self, greeting: bytes = encoded(Follow(VERSION))) -> None:
        client = meeting.connected(meeting.meetings()[0])
        assert client is not None
        client.settimeout(20)
        self.client = client
        self.reader = LineReader(lambda: client.recv(4096))
        client.sendall(greeting)

    def next(self) -> Told | None:
        line = self.reader.line()
        return told(line) if line is not None else None


def until(holds: Callable[[], bool]) -> None:
    """Wait for what other threads do."""
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def test_only_its_user_may_enter(speaker: Speaker, place: Path) -> None:
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    path = place / speaker.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_ISSOCK(path.stat().st_mode)
    assert [each.name for each in meeting.meetings()] == [speaker.name]
    speaker.close()
    assert list(place.iterdir()) == []


def test_a_directory_that_others_may_enter_is_refused_on_both_sides(speaker: Speaker, place: Path) -> None:
    place.chmod(0o755)
    with pytest.raises(InputError, match="expected a directory of your own, with mode 0700"):
        meeting.meetings()
    with pytest.raises(InputError, match="with mode 0700"):
        Speaker([place])


def test_a_link_to_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(InputError, match="link"):
        meeting.opened(tmp_path / "link")


def test_the_second_choice_is_taken_where_the_first_cannot_be(place: Path) -> None:
    place.mkdir(mode=0o755)
    place.chmod(0o755)
    found = Speaker(meeting.directories())
    assert found.directory == meeting.directories()[1]
    found.close()


def test_a_socket_that_others_may_use_is_passed_over(speaker: Speaker, place: Path) -> None:
    (place / speaker.name).chmod(0o666)
    assert meeting.meetings() == []


def test_what_is_no_socket_is_passed_over(speaker: Speaker, place: Path) -> None:
    (place / "present-1.sock").write_text("")
    (place / "other").write_text("")
    assert [each.name for each in meeting.meetings()] == [speaker.name]


def test_two_followers_hear_the_newest(speaker: Speaker) -> None:
    speaker.tell(Notes(machine="virt-1g", title="One"))
    first, second = Follower(), Follower()
    for each in (first, second):
        assert each.next() == Hello(VERSION, "virt-1g", "")
        found = each.next()
        assert isinstance(found, Notes)
        assert found.title == "One"
    speaker.tell(Notes(machine="virt-1g", title="Two"))
    for each in (first, second):
        found = each.next()
        assert isinstance(found, Notes)
        assert found.title == "Two"
    speaker.close()
    assert first.next() == second.next() == End()
    assert first.next() is None


def test_time_goes_on_for_who_comes_later(speaker: Speaker) -> None:
    speaker.tell(Notes(elapsed=100.0))
    time.sleep(0.05)
    follower = Follower()
    follower.next()
    notes = follower.next()
    assert isinstance(notes, Notes)
    assert notes.elapsed >= 100.05


@pytest.mark.parametrize(
    ("greeting", "why"),
    [
        (b"GET / HTTP/1.1\r\n", "expected one line that asks to follow"),
        (b"\xff\xfe\n", "expected one line that asks to follow"),
        (b"[" * 900 + b"\n", "expected one line that asks to follow"),
        (b"x" * 5000, "expected one line that asks to follow"),
        (b'{"kind": "follow", "version": 7}\n', "this presenter speaks version 1 of the protocol, not 7"),
    ],
    ids=["http", "no text", "nested", "long", "another version"],
)
def test_rubbish_is_refused_in_a_sentence(speaker: Speaker, greeting: bytes, why: str) -> None:
    follower = Follower(greeting)
    try:
        found = follower.next()
    except ConnectionResetError:  # it had not read all of it when it closed
        assert len(greeting) > 1000
    else:
        assert found == Refused(why)
    until(lambda: speaker.followers == 0)
    assert isinstance(Follower().next(), Hello)


def test_who_talks_on_or_goes_is_forgotten(speaker: Speaker) -> None:
    talker, leaver = Follower(), Follower()
    for each in (talker, leaver):
        each.next()
    until(lambda: speaker.followers == 2)
    talker.client.sendall(b"more\n")
    leaver.client.close()
    speaker.tell(Notes())
    until(lambda: speaker.followers == 0)


def test_who_reads_nothing_does_not_hold_up_the_others(speaker: Speaker) -> None:
    slow, quick = Follower(), Follower()
    quick.next()
    for number in range(300):
        speaker.tell(Notes(title=str(number), say="x" * 3000))
    found = quick.next()
    while isinstance(found, Notes) and found.title != "299":
        found = quick.next()
    assert isinstance(found, Notes)
    slow.client.close()


def test_there_is_an_end_to_how_many_follow(speaker: Speaker) -> None:
    followers = [Follower() for _ in range(MOST_FOLLOWERS)]
    for each in followers:
        assert isinstance(each.next(), Hello)
    try:
        assert Follower().next() is None
    except (ConnectionResetError, BrokenPipeError):
        assert speaker.followers == MOST_FOLLOWERS


def test_presenters_that_died_are_swept_away(place: Path) -> None:
    place.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        descriptor = meeting.opened(place)
        dead.bind(meeting.address(place, descriptor, "present-1.sock"))
        os.close(descriptor)
    first, second = Speaker([place]), Speaker([place])
    names = sorted(path.name for path in place.iterdir())
    assert names == sorted([first.name, second.name])
    first.close()
    second.close()
    second.close()


def test_lines_are_bounded() -> None:
    reader = LineReader(lambda: b"x" * 65536)
    with pytest.raises(NoMessageError):
        reader.line()
    pieces = iter([b"a\nb", b"c\n", b""])
    reader = LineReader(lambda: next(pieces))
    assert (reader.line(), reader.line(), reader.line()) == (b"a", b"bc", None)


def test_the_largest_notes_fit_into_a_line() -> None:
    texts = dict.fromkeys(("place", "title", "notes", "say", "next", "question", "answer"), "内" * 3000)
    assert len(encoded(Notes(**texts, explain="内" * 3000, log=("内" * 300,) * 8))) < LONGEST_LINE


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b'{"kind": "notes", "at": "x"}', b'{"kind": "hello"}', b"[" * 99999, b"\xff"]
)
def test_what_is_no_message(line: bytes) -> None:
    with pytest.raises(NoMessageError):
        told(line)

"""Messages on the wire, and everything that comes instead of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bootstep.tui.dap.framing import LARGEST, Garbled, MessageReader, framed
from hypothesis import given
from hypothesis import strategies as st

GOOD = {"seq": 1, "type": "request", "command": "threads"}


def read_all(data: bytes, piece: int = 1 << 16) -> list[Any]:
    """Everything that comes of some bytes, which arrive in pieces."""
    pieces: Iterator[bytes] = iter([data[at : at + piece] for at in range(0, len(data), piece)])
    reader = MessageReader(lambda: next(pieces, b""))
    found: list[Any] = []
    while (message := reader.read()) is not None:
        found.append(message)
    return found


@pytest.mark.parametrize("piece", [1, 7, 1 << 16])
def test_messages_come_whole_however_they_arrive(piece: int) -> None:
    messages = [GOOD, {"text": "ü›" * 300}, [1, 2]]
    assert read_all(b"".join(framed(each) for each in messages), piece) == messages  # type: ignore[arg-type]


def test_other_fields_of_a_header_and_line_ends_are_taken() -> None:
    body = framed(GOOD).partition(b"\r\n\r\n")[2]
    head = b"Content-Type: application/json\ncontent-length:%d\n\n" % len(body)
    assert read_all(head + body) == [GOOD]


WRONG = {
    "no header": b"hello\r\n",
    "another protocol": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no number": b"Content-Length: many\r\n\r\n",
    "negative": b"Content-Length: -5\r\n\r\n",
    "no length": b"Content-Type: text\r\n\r\n",
    "too long": b"Content-Length: %d\r\n\r\n" % (LARGEST + 1),
    "far too long": b"Content-Length: 99999999999999999999\r\n\r\n",
    "no JSON": b"Content-Length: 5\r\n\r\nhello",
    "too deep": b"Content-Length: 100000\r\n\r\n" + b"[" * 100000,
    "no text": b'Content-Length: 4\r\n\r\n"\xff\xfe"',
    "a long line": b"x" * 5000 + b"\r\n",
    "many lines": b"a: b\r\n" * 100 + b"\r\n",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("piece", [13, 1 << 16])
def test_what_is_wrong_is_told_once_and_the_next_message_is_read(wrong: bytes, piece: int) -> None:
    told, *more = read_all(wrong + framed(GOOD), piece)
    assert isinstance(told, Garbled)
    assert told.sentence[0].islower() and "\n" not in told.sentence
    assert more == [GOOD]


def test_another_protocol_is_known_as_one() -> None:
    (told,) = read_all(WRONG["another protocol"])
    assert told.is_foreign


def test_a_long_message_is_passed_over_without_being_kept() -> None:
    many = LARGEST + 5000

    def pieces() -> Iterator[bytes]:
        yield b"Content-Length: %d\r\n\r\n" % many
        yield from (b"x" * 1000 for _ in range(many // 1000))
        yield framed(GOOD)

    come = pieces()
    reader = MessageReader(lambda: next(come, b""))
    assert isinstance(reader.read(), Garbled)
    assert reader.read() == GOOD
    assert len(reader._bytes) < 4096


@given(st.binary(max_size=400), st.integers(1, 50))
def test_no_bytes_are_too_odd(data: bytes, piece: int) -> None:
    for message in read_all(data, piece):
        assert not isinstance(message, Garbled) or message.sentence

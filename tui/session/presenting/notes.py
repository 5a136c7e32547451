"""What a presenter tells those who follow, as lines of JSON: the protocol of ``bootstep follow``.

Over a local socket, each side one line a message, of at most `LONGEST_LINE` bytes:

    follower    {"kind": "follow", "version": 1}
    presenter   {"kind": "hello", "version": 1, "machine": …, "tour": …}, then, whenever something is new,
                {"kind": "notes", …}, the newest only; {"kind": "end"} at its end;
                or {"kind": "refused", "why": …} in the place of all that
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

VERSION = 1
LONGEST_LINE = 256 << 10
"""Bytes of a line."""
LONGEST_TEXT = 3000
"""Characters of a text in it."""
LOG_LINES = 8
"""Lines of the log in it, the last ones."""


class NoMessageError(ValueError):
    """What came is no message of this protocol, or of another version of it."""


class Follow(Struct, frozen=True, tag_field="kind", tag="follow"):
    """Somebody wants to follow."""

    version: int


class Hello(Struct, frozen=True, tag_field="kind", tag="hello"):
    """Who presents: the machine, and the tour if one is on."""

    version: int
    machine: str
    tour: str = ""


class Refused(Struct, frozen=True, tag_field="kind", tag="refused"):
    """Why one cannot follow, in a sentence."""

    why: str


class End(Struct, frozen=True, tag_field="kind", tag="end"):
    """The presentation has ended."""


class Notes(Struct, frozen=True, tag_field="kind", tag="notes"):
    """Where the presenter is, and what is said there.  `elapsed` is in seconds, `minutes` are planned (0:
    none are); stop `at` of `of` (from 1; 0: there is no tour), `next` is the title of the one after it;
    `is_away`: the presenter steps freely.  Texts that are not there are empty."""

    machine: str = ""
    place: str = ""
    phase: str = ""
    elapsed: float = 0
    minutes: float = 0
    tour: str = ""
    at: int = 0
    of: int = 0
    is_away: bool = False
    title: str = ""
    notes: str = ""
    say: str = ""
    next: str = ""
    question: str = ""
    answer: str = ""
    explain: str = ""
    log: tuple[str, ...] = ()


Told = Hello | Refused | End | Notes
"""What a presenter says."""


def encoded(message: Told | Follow) -> bytes:
    """A message as a line."""
    return msgspec.json.encode(message) + b"\n"


def told(line: bytes) -> Told:
    """What a presenter said.  Raises `NoMessageError`."""
    try:
        return msgspec.json.decode(line, type=Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NoMessageError from None


def asked(line: bytes) -> Follow:
    """What a follower said.  Raises `NoMessageError`."""
    try:
        return msgspec.json.decode(line, type=Follow)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NoMessageError from None


class LineReader:
    """Takes lines from pieces as `receive` gives them (empty: the peer is gone)."""

    def __init__(self, receive: Callable[[], bytes], longest: int = LONGEST_LINE) -> None:
        self.receive = receive
        self.longest = longest
        self.rest = b""

    def line(self) -> bytes | None:
        """The next line; None: there is no more.  Raises `NoMessageError` for one that is too long, and what
        `receive` raises."""
        while b"\n" not in self.rest:
            if len(self.rest) > self.longest:
                raise NoMessageError
            piece = self.receive()
            if not piece:
                return None
            self.rest += piece
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def has_line(self) -> bool:
        """Whether one is there already."""
        return b"\n" in self.rest

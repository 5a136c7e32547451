"""Messages of the protocol on a stream of bytes: a header that says how long, then JSON.

Whatever comes instead of that is told in one sentence, and reading goes on at the next header: a client that
writes nonsense hears of it, and is not left waiting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

LARGEST = 8 << 20
"""Bytes of the largest message that is read."""
LONGEST_LINE = 1000
"""Bytes of the longest line of a header."""
MOST_LINES = 20
"""Lines of the longest header."""

_LENGTH = re.compile(rb"content-length\s*:\s*(\d{1,20})\s*", re.IGNORECASE)
_FIELD = re.compile(rb"[!-9;-~]+\s*:[^\0-\x08\x0a-\x1f]*")
_BEGINNING = re.compile(rb"content-length[ \t]{0,8}:[ \t]{0,8}\d{1,20}[ \t]{0,8}\r?\n", re.IGNORECASE)
_KEPT = 64
"""Bytes at the end of what was looked through that may be half of such a line."""


class Garbled(Struct, frozen=True):
    """What cannot be understood, in a sentence; `is_foreign` says that it is another protocol's."""

    sentence: str
    is_foreign: bool = False


class MessageReader:
    """Reads messages; `receive` gives some bytes when there are any, and none at the end."""

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._bytes = bytearray()
        self._is_lost = False
        """What comes is no header until one is found."""

    def read(self) -> Any | Garbled | None:
        """The next message as plain data, what is wrong with what came, or None at the end."""
        if self._is_lost and not self._find_header():
            return None
        length = self._header()
        if length is None:
            return None
        if isinstance(length, Garbled):
            self._is_lost = True
            return length
        while len(self._bytes) < length:
            if not self._more():
                return None
        body = bytes(self._bytes[:length])
        del self._bytes[:length]
        return _decoded(body)

    def _header(self) -> int | Garbled | None:
        """The length that the next header says, or what is wrong with the header; None at the end."""
        length, lines = -1, 0
        while lines <= MOST_LINES:
            line = self._line()
            if line is None or isinstance(line, Garbled):
                return line
            if not line and lines:
                return _checked(length)
            if not line:
                continue  # an empty line more between messages harms nobody
            lines += 1
            if found := _LENGTH.fullmatch(line):
                length = int(found[1])
            elif not _FIELD.fullmatch(line):
                words = repr(line[:40].decode("ascii", "backslashreplace"))
                return Garbled(f"expected a header Content-Length: N, found {words}", b" HTTP/" in line)
        return Garbled(f"a header has more than {MOST_LINES} lines")

    def _line(self) -> bytes | Garbled | None:
        """The next line without its end; None where the stream ends before that."""
        while (end := self._bytes.find(b"\n", 0, LONGEST_LINE)) < 0:
            if len(self._bytes) >= LONGEST_LINE:
                return Garbled(f"a line of a header has more than {LONGEST_LINE} bytes")
            if not self._more():
                return None
        line = bytes(self._bytes[:end])
        del self._bytes[: end + 1]
        return line.removesuffix(b"\r")

    def _find_header(self) -> bool:
        """Pass over everything up to what looks like a header; whether there is one."""
        while (found := _BEGINNING.search(self._bytes)) is None:
            del self._bytes[:-_KEPT]
            if not self._more():
                return False
        del self._bytes[: found.start()]
        self._is_lost = False
        return True

    def _more(self) -> bool:
        """Take what comes; whether there was anything."""
        piece = self._receive()
        self._bytes += piece
        return bool(piece)


def _decoded(body: bytes) -> Any | Garbled:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError) as error:
        reason = str(error)
    except RecursionError:
        return Garbled("a message is no JSON that can be read: it is nested too deeply")
    try:
        return json.loads(body)  # which takes halves of characters too, that some editors cut off
    except (ValueError, RecursionError):
        return Garbled(f"a message is no JSON: {reason}")


def _checked(length: int) -> int | Garbled:
    if length < 0:
        return Garbled("a header says no Content-Length")
    if length > LARGEST:
        return Garbled(f"a message of {length} bytes is too long: at most {LARGEST} are read")
    return length


def framed(message: Mapping[str, Any]) -> bytes:
    """A message as it goes over the wire."""
    body = msgspec.json.encode(message)
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

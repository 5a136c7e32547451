"""Packets of the remote protocol: ``$body#xx``, what is between them, and how their bodies are written.

A body's `#`, `$`, `}` and `*` are escaped; `*` and a character after a byte repeat it. ``%body#xx`` is a
notification, which nobody asked for.
"""

from __future__ import annotations

import re
from zlib import adler32

LONGEST = 256 << 10
"""Bytes of a packet at most, as it comes and as it reads with its repeats written out."""

ACK, NAK, PACKET, DAMAGED = range(4)
"""What comes: the last packet was well received, it was not, a packet, one whose checksum is wrong."""

_REPEAT = ord("*")
_FEWEST, _MOST = 32, 126
"""The characters that say how often; 29 less is how many more."""
_ESCAPED = re.compile(rb"\}(.?)", re.DOTALL)
ADDED = 256
"""Bytes whose sum is less than what Adler-32 counts to: 65521."""
_SPECIAL = re.compile(rb"[#$*}]")


class BadPacket(ValueError):
    """A packet that cannot be read, whoever sends it again."""


class TooLong(BadPacket):
    """A packet of more than `LONGEST` bytes."""


def checksum(body: bytes) -> int:
    """The number after ``#``: the sum of the bytes.  Adler-32, which is made in C, has it in its lower half,
    one too large, as long as they are few."""
    if len(body) <= ADDED:
        return adler32(body) - 1 & 0xFF
    return sum(adler32(body[at : at + ADDED]) - 1 & 0xFF for at in range(0, len(body), ADDED)) & 0xFF


def framed(body: bytes) -> bytes:
    """A packet with a body that is escaped already, or needs not."""
    return b"$%b#%02x" % (body, checksum(body))


def escaped(data: bytes) -> bytes:
    """Any bytes as they stand in a body."""
    return _SPECIAL.sub(lambda found: bytes((ord("}"), found[0][0] ^ 0x20)), data)


def decoded(body: bytes) -> bytes:
    """What a body says.  Raises `BadPacket` for repeats and escapes that are none, `TooLong` for repeats
    beyond measure."""
    if b"*" in body:
        body = _repeated(body)
    if b"}" in body:
        if body.endswith(b"}") and not body.endswith(b"}}"):
            raise BadPacket
        body = _ESCAPED.sub(lambda found: bytes((found[1][0] ^ 0x20,)) if found[1] else b"", body)
    return body


def _repeated(body: bytes) -> bytes:
    """A body with its repeats written out."""
    pieces: list[bytes] = []
    total = start = 0
    last = b""
    while (at := body.find(b"*", start)) >= 0:
        if at == 0 or at + 1 >= len(body) or not _FEWEST <= body[at + 1] <= _MOST:
            raise BadPacket
        if at > start:
            last = body[at - 1 : at]
        pieces += body[start:at], last * (body[at + 1] - 29)
        total += at - start + body[at + 1] - 29
        if total > LONGEST:
            raise TooLong
        start = at + 2
    return b"".join((*pieces, body[start:]))


class Framer:
    """Takes bytes as they come and gives what they say; holds `LONGEST` bytes at most."""

    def __init__(self) -> None:
        self._kept = b""
        self._looked = 0
        """Bytes of what is kept that hold no end of a packet."""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """What has come, in order: one of `ACK`, `NAK`, `DAMAGED`, each without a body, or `PACKET` with
        what its body says.  Notifications, and bytes between packets, are left out.  Raises `BadPacket`."""
        if self._kept:
            data = self._kept + data
        found: list[tuple[int, bytes]] = []
        at, looked, size = 0, self._looked, len(data)
        while at < size:
            first = data[at]
            if first not in b"$%":
                if first in b"+-":
                    found.append((ACK if first == 0x2B else NAK, b""))
                    at += 1
                else:
                    at = _next(data, at)
                continue
            end = data.find(b"#", max(at + 1, looked))
            looked = 0
            if end < 0 or end + 3 > size:
                if size - at > LONGEST:
                    raise TooLong
                looked = size if end < 0 else end
                break
            self._take(data, at, end, found)
            at = end + 3
        self._kept = data[at:]
        self._looked = max(looked - at, 0)
        return found

    def _take(self, data: bytes, at: int, end: int, found: list[tuple[int, bytes]]) -> None:
        """One whole packet, from its first byte to its ``#``."""
        if end - at > LONGEST:
            raise TooLong
        begins = data.rfind(b"$", at + 1, end)  # the packet before was broken off
        if begins < 0:
            if data[at] == 0x25:
                return
            begins = at
        body = data[begins + 1 : end]
        try:
            said = int(data[end + 1 : end + 3], 16)
        except ValueError:
            said = -1
        if said == checksum(body):
            found.append((PACKET, decoded(body)))
        else:
            found.append((DAMAGED, b""))


def _next(data: bytes, at: int) -> int:
    """Where after noise something begins that could be said."""
    begins = re.compile(rb"[$%+-]").search(data, at)
    return begins.start() if begins else len(data)

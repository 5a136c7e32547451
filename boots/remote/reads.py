"""Ranges of memory as requests that fit into a stub's packets, and the answers put together again."""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .target import Range

ADDRESSES = 1 << 64
GROUP = 1 << 20
"""Bytes that are asked for at once: so many answers are held as hexadecimal digits at most."""


class Piece(NamedTuple):
    """A part of the range with this number (`of`): its first byte, and how many."""

    of: int
    address: int
    size: int

    def request(self, binary: bool) -> bytes:
        """The request for it."""
        return b"%c%x,%x" % (b"x"[0] if binary else b"m"[0], self.address, self.size)


class BadAnswer(ValueError):
    """An answer that is no memory, or more than was asked for."""


def piece_bytes(packet_bytes: int, binary: bool) -> int:
    """Bytes that one answer may hold; of binary ones each byte may be escaped."""
    most = (packet_bytes - 8 if binary else packet_bytes) // 2
    return most & ~15 if most > 16 else most


def there(each: Range) -> bool:
    """Whether a range lies in the addresses there are."""
    return each.address >= 0 and each.size >= 0 and each.address + each.size <= ADDRESSES


def groups(ranges: Sequence[Range], most: int) -> Iterator[list[Piece]]:
    """The pieces of at most `most` bytes of all ranges, `GROUP` bytes and a few more at a time."""
    group: list[Piece] = []
    held = 0
    for index, (address, size) in enumerate(ranges):
        if not there(ranges[index]):
            continue
        for at in range(address, address + size, most):
            group.append(Piece(index, at, min(most, address + size - at)))
            held += group[-1].size
            if held >= GROUP:
                yield group
                group, held = [], 0
    if group:
        yield group


def memory_of(answer: bytes, size: int, binary: bool) -> bytes | None:
    """The bytes of an answer, fewer than `size` perhaps; None if it says that there are none.  Raises
    `BadAnswer`."""
    if answer[:1] == b"E" and (len(answer) == 3 or answer[1:2] == b"."):
        return None
    if binary:
        if answer[:1] != b"b":
            raise BadAnswer
        data = answer[1:]
    else:
        try:
            data = unhexlify(answer)
        except ValueError:
            raise BadAnswer from None
    if len(data) > size:
        raise BadAnswer
    return data

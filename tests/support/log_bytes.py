"""A kernel's log as it writes it: the ring buffer's bytes, by the steps that its one writer takes."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from .fake_memory import FakeTarget

U64 = (1 << 64) - 1
IDS = (1 << 62) - 1
U32 = (1 << 32) - 1
RESERVED, COMMITTED, FINALIZED, REUSABLE = (state << 62 for state in range(4))
PRB, STATIC, DYNAMIC = 0xFFFF_8000_0A00_0000, 0xFFFF_8000_0A00_1000, 0xFFFF_8000_0A00_2000
SYMBOLS: Mapping[str, int] = {"prb": PRB}
DESC, INFO = 24, 88
"""Bytes of a descriptor and of a record's facts."""


class RingInMemory:
    """A ring buffer of ``1 << count_bits`` records and 32 bytes of text for each, with its structure at
    `address` and its arrays from `arrays` on."""

    def __init__(
        self, target: FakeTarget, address: int, arrays: int, count_bits: int, has_last_word: bool = True
    ) -> None:
        self.target = target
        self.address = address
        self.count_bits, self.size_bits = count_bits, count_bits + 5
        self.has_last_word = has_last_word
        count = 1 << count_bits
        self.descs = bytearray(count * DESC)
        self.infos = bytearray(count * INFO)
        self.text = bytearray(1 << self.size_bits)
        self.at = arrays, arrays + (1 << 22), arrays + (2 << 22)
        self.head_id = self.tail_id = -(count + 1) & U32
        self.head = self.tail = -(1 << self.size_bits) & U64
        self.sequence = -1
        struct.pack_into("<QQQ", self.descs, (count - 1) * DESC, self.head_id | REUSABLE, 1, 1)
        self.put()

    def put(self) -> None:
        """Make what has changed seen."""
        descs, infos, text = self.at
        last = struct.pack("<Q", self.head_id) if self.has_last_word else b""
        ring = struct.pack("<IxxxxQQQQ", self.count_bits, descs, infos, self.head_id, self.tail_id) + last
        ring += struct.pack("<IxxxxQQQQ", self.size_bits, text, self.head, self.tail, 0)
        pieces = zip((self.address, *self.at), (ring, self.descs, self.infos, self.text), strict=True)
        for at, data in pieces:
            self.target.put(at, bytes(data))

    def use(self) -> None:
        """Let `prb` point here."""
        self.target.put(PRB, struct.pack("<Q", self.address))

    def say(
        self, text: bytes, time: int = 0, level: int = 6, caller: int = 0, state: int = FINALIZED
    ) -> None:
        """Log a record; the one before is done then."""
        count = 1 << self.count_bits
        if self.sequence >= 0:
            self._state(self.sequence, FINALIZED)
        self.sequence += 1
        if self.sequence - count >= self._oldest:
            self._push_out()
        begin, after = self._block(len(text))
        self.head_id = self.sequence + U32 + 1 - count
        index = self.sequence % count
        struct.pack_into("<QQQ", self.descs, index * DESC, self.head_id | state, begin, after)
        facts = (self.sequence, time, len(text), 0, level << 5, caller)
        struct.pack_into("<QQHBBI", self.infos, index * INFO, *facts)
        if text:
            at = begin if begin >> self.size_bits == after >> self.size_bits else 0
            self._put_text(at % len(self.text), text)
        self.put()

    def go_on(self, text: bytes, state: int = FINALIZED) -> None:
        """Continue the last record, as KERN_CONT does; its block grows at its end."""
        index = self.sequence % (1 << self.count_bits)
        length = struct.unpack_from("<H", self.infos, index * INFO + 16)[0]
        begin, _ = struct.unpack_from("<QQ", self.descs, index * DESC + 8)
        self.head = begin + (8 + length + len(text) + 7 & -8)
        assert begin >> self.size_bits == self.head >> self.size_bits
        struct.pack_into("<QQQ", self.descs, index * DESC, self.head_id | state, begin, self.head)
        struct.pack_into("<H", self.infos, index * INFO + 16, length + len(text))
        at = begin % len(self.text) + 8 + length
        self.text[at : at + len(text)] = text
        self.put()

    @property
    def _oldest(self) -> int:
        return max(0, self.tail_id - U32 - 1 + (1 << self.count_bits))

    def _state(self, sequence: int, state: int) -> None:
        at = sequence % (1 << self.count_bits) * DESC
        word = struct.unpack_from("<Q", self.descs, at)[0]
        if word >> 62 != REUSABLE >> 62:
            struct.pack_into("<Q", self.descs, at, word & IDS | state)

    def _push_out(self) -> None:
        """Forget the oldest record."""
        at = self._oldest % (1 << self.count_bits) * DESC
        word, _, after = struct.unpack_from("<QQQ", self.descs, at)
        struct.pack_into("<Q", self.descs, at, word & IDS | REUSABLE)
        if not after & 1:
            self.tail = after
        self.tail_id = self._oldest + 1 + U32 + 1 - (1 << self.count_bits)

    def _block(self, size: int) -> tuple[int, int]:
        if not size:
            return 3, 3
        begin, block, whole = self.head, 8 + size + 7 & -8, len(self.text)
        after = begin + block & U64
        if begin >> self.size_bits != after >> self.size_bits:
            after = after & -whole | block
        while after - self.tail & U64 > whole and after - self.tail & U64 < 1 << 63:
            self._push_out()
        self.head = after
        return begin, after

    def _put_text(self, at: int, text: bytes) -> None:
        self.text[at : at + 8] = struct.pack("<Q", self.head_id)
        self.text[at + 8 : at + 8 + len(text)] = text


def copied(old: RingInMemory, target: FakeTarget, records: list[tuple[bytes, int]]) -> RingInMemory:
    """The ring of ``setup_log_buf``: larger, with the `records` (text and time) that the old one has, and in
    use."""
    new = RingInMemory(target, DYNAMIC, 0xFFFF_0000_4000_0000, old.count_bits + 3)
    for text, time in records:
        new.say(text, time)
    new.use()
    return new

"""The ring buffer of the kernel's log as it lies in memory: where its parts are, and what a descriptor and a
block of text say.  Mirrors kernel/printk/printk_ringbuffer.[ch].

Nothing here reads memory.  What is read may be anything: what no kernel writes is None.
"""

from __future__ import annotations

from typing import NamedTuple

from ....model.memory.printk_ringbuffer import ID_SIZE, PRB_AVGBITS
from ...remote.target import Range
from ..memory import WORD
from .layouts import Layouts

RESERVED, COMMITTED, FINALIZED, REUSABLE = range(4)
"""``enum desc_state``: being written; written, may be continued; done; its text is gone."""
STATE_SHIFT = 62
ID_MASK = (1 << STATE_SHIFT) - 1
FIRST_ROUND_ENDS = 1 << 32
U64 = (1 << 64) - 1
FAILED_LPOS, EMPTY_LINE_LPOS = 1, 3
"""Positions of records without a block: there was no room, or no text."""
MOST_COUNT_BITS = 26
"""Descriptors of the largest ring that ``log_buf_len=`` can ask for, as a power of two."""


class Descriptor(NamedTuple):
    """A descriptor: whose it is, what state that record is in (`RESERVED` …), from where to where its block
    of text reaches."""

    id: int
    state: int
    begin: int
    next: int


class Block(NamedTuple):
    """Where a block of text is: the offset into the ring's text, its bytes with the number before them."""

    offset: int
    size: int


class Ring(NamedTuple):
    """A ``struct printk_ringbuffer``: where it is, and what does not change as long as it is used.

    There are ``1 << count_bits`` descriptors at `descs`, as many records' facts at `infos` and ``1 <<
    size_bits`` bytes of texts at `text`.
    """

    address: int
    count_bits: int
    size_bits: int
    descs: int
    infos: int
    text: int

    @property
    def room(self) -> int:
        """How many records it has room for."""
        return 1 << self.count_bits

    def id_of(self, sequence: int) -> int:
        """The number of the descriptor of a record (``DESC_ID``).  They begin a round before the 32nd bit
        (``DESC0_ID`` is an unsigned int's)."""
        return sequence + FIRST_ROUND_ENDS - self.room & ID_MASK

    def sequence_of(self, number: int) -> int:
        """The record of a descriptor's number; -1 is the one before the first, which never was."""
        found = number - FIRST_ROUND_ENDS + self.room & ID_MASK
        return found - (ID_MASK + 1) if found >> STATE_SHIFT - 1 else found

    def block(self, descriptor: Descriptor) -> Block | None:
        """Where the text of a record is; None if it has none (any more)."""
        begin, after = descriptor.begin, descriptor.next
        if (begin | after) & 1 or begin % ID_SIZE or after % ID_SIZE:
            return None
        size = 1 << self.size_bits
        if begin >> self.size_bits == after >> self.size_bits and begin < after:
            found = Block(begin % size, after - begin)
        elif begin + size >> self.size_bits & U64 >> self.size_bits != after >> self.size_bits:
            return None
        elif after % size:
            found = Block(0, after % size)  # it would have reached over the end: it begins anew
        else:
            found = Block(begin % size, size - begin % size)
        return found if found.size > ID_SIZE else None


class RingLayout(NamedTuple):
    """Where the members of the ring's structures are, in bytes, and how large those are that come in
    arrays."""

    ring_size: int
    desc_ring: int
    text_ring: int
    desc_size: int
    info_size: int
    text_ring_sure: bool
    layouts: Layouts

    def ring(self, address: int, data: bytes) -> Ring | None:
        """The ring at a virtual address, whose structure `data` is."""
        number = self.layouts.number
        count_bits = number(data, "prb_desc_ring", "count_bits", self.desc_ring)
        descs = number(data, "prb_desc_ring", "descs", self.desc_ring)
        infos = number(data, "prb_desc_ring", "infos", self.desc_ring)
        if not descs or not infos or not count_bits or count_bits > MOST_COUNT_BITS:
            return None
        # Until 5.17 the ring of descriptors was a word shorter.
        for at in (self.text_ring,) if self.text_ring_sure else (self.text_ring, self.text_ring - WORD):
            size_bits = number(data, "prb_data_ring", "size_bits", at)
            text = number(data, "prb_data_ring", "data", at)
            if text and size_bits and size_bits == count_bits + PRB_AVGBITS:
                return Ring(address, count_bits, size_bits, descs, infos, text)
        return None

    def ends(self, ring: Ring, data: bytes) -> tuple[int, int] | None:
        """The oldest record in the ring and the one after the newest; None if no kernel writes that."""
        number = self.layouts.number
        tail = number(data, "prb_desc_ring", "tail_id", self.desc_ring)
        head = number(data, "prb_desc_ring", "head_id", self.desc_ring)
        if tail is None or head is None:
            return None
        first, last = ring.sequence_of(tail), ring.sequence_of(head)
        return (max(first, 0), last + 1) if -1 <= first <= last < first + ring.room else None

    def descriptor(self, data: bytes, at: int = 0) -> Descriptor | None:
        """The descriptor `at` bytes into `data`."""
        place = self.layouts.offset("prb_desc", "text_blk_lpos")
        state = self.layouts.number(data, "prb_desc", "state_var", at)
        if place is None or state is None:
            return None
        begin = self.layouts.number(data, "prb_data_blk_lpos", "begin", at + place)
        after = self.layouts.number(data, "prb_data_blk_lpos", "next", at + place)
        if begin is None or after is None:
            return None
        return Descriptor(state & ID_MASK, state >> STATE_SHIFT, begin, after)

    def descriptor_at(self, ring: Ring, sequence: int) -> Range:
        """Where the descriptor of a record is."""
        return Range(ring.descs + sequence % ring.room * self.desc_size, self.desc_size)


def ring_layout(layouts: Layouts) -> RingLayout | None:
    """How the ring of this kernel is laid out; None if nobody tells."""
    desc_ring = layouts.offset("printk_ringbuffer", "desc_ring")
    text_ring = layouts.offset("printk_ringbuffer", "text_data_ring")
    ring, desc, info = map(layouts.size, ("printk_ringbuffer", "prb_desc", "printk_info"))
    if desc_ring is None or text_ring is None or not ring or not desc or not info:
        return None
    told = bool(layouts.memory.sizes.members.get("printk_ringbuffer"))
    return RingLayout(ring, desc_ring, text_ring, desc, info, told, layouts)

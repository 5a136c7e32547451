"""The ring buffer that keeps the kernel's log.  Mirrors kernel/printk/printk_ringbuffer.c, as one writer sees
it: which records are still there."""

from __future__ import annotations

from collections import deque

from ..base.pfn import ALIGN

PRB_AVGBITS = 5
"""A descriptor for every so many bytes of text, as a power of two."""
ID_SIZE = 8
"""A block of text begins with the number of its descriptor, and blocks are multiples of its size."""


def to_blk_size(size: int) -> int:
    """The bytes that a text of `size` bytes takes in the ring; none for none."""
    return ALIGN(ID_SIZE + size, ID_SIZE) if size else 0


class PrintkRingbuffer:
    """A ring for ``1 << size_bits`` bytes of texts.  `lost` counts the records that later ones have pushed
    out, the oldest first; positions grow for ever, as the kernel's do."""

    def __init__(self, size_bits: int) -> None:
        self.size_bits = size_bits
        self.lost = 0
        self._most_records = 1 << (size_bits - PRB_AVGBITS)
        self._head = self._tail = 0
        self._ends: deque[int] = deque()

    def reserve(self, size: int) -> None:
        """Make room for a record of `size` bytes of text."""
        if len(self._ends) == self._most_records:
            self._forget_oldest()
        end = self._get_next_lpos(to_blk_size(size))
        while self._ends and self._tail < end - (1 << self.size_bits):
            self._forget_oldest()
        self._ends.append(end)
        self._head = end

    def _get_next_lpos(self, block: int) -> int:
        """Where a block ends.  One that would reach over the end of the ring begins again at its start."""
        end = self._head + block
        if block and self._head >> self.size_bits != end >> self.size_bits:
            return (end >> self.size_bits << self.size_bits) + block
        return end

    def _forget_oldest(self) -> None:
        self._tail = self._ends.popleft()
        self.lost += 1

"""Which records a full log buffer still has."""

from __future__ import annotations

import pytest
from bootstep.model.memory.printk_ringbuffer import PrintkRingbuffer, to_blk_size


def lost_after(size_bits: int, *sizes: int) -> int:
    ring = PrintkRingbuffer(size_bits)
    for size in sizes:
        ring.reserve(size)
    return ring.lost


@pytest.mark.parametrize(("size", "block"), [(0, 0), (1, 16), (8, 16), (9, 24), (120, 128)])
def test_a_text_takes_its_number_too_and_whole_words(size: int, block: int) -> None:
    assert to_blk_size(size) == block


def test_nothing_is_lost_before_the_buffer_is_full() -> None:
    assert lost_after(8, 40, 40, 40, 40, 40) == 0


def test_the_oldest_make_room() -> None:
    assert lost_after(8, 40, 40, 40, 40, 40, 40) == 1


def test_a_text_is_never_split() -> None:
    """After five blocks of 48 bytes there are 16 left: the next begins at the start, over the first block,
    and ends where the second begins."""
    assert lost_after(8, *[40] * 5, 40) == 1
    assert lost_after(8, *[40] * 5, 41) == 2


def test_a_block_that_would_end_with_the_buffer_begins_at_its_start() -> None:
    assert lost_after(7, 56, 56) == 1


def test_there_are_only_so_many_descriptors() -> None:
    """One for every 32 bytes: many short texts run out of them first."""
    assert lost_after(8, *[1] * 8) == 0
    assert lost_after(8, *[1] * 11) == 3

"""The kernel's log out of its ring buffer: every record once, in order, whatever the ring goes through; and
memory that is no ring.

Covers log.py, log_records.py, log_ring.py.
"""

from __future__ import annotations

import random
import struct

import pytest
from bootstep.boots.live.reading.log import LoggedLine, LogReader
from bootstep.boots.live.reading.log_ring import FINALIZED as DONE
from bootstep.boots.live.reading.log_ring import Block, Descriptor, Ring
from bootstep.model.build.sizes import Sizes

from ....support.fake_memory import NO_SIZES, FakeTarget, kernel_memory
from ....support.log_bytes import (
    COMMITTED,
    DESC,
    PRB,
    RESERVED,
    STATIC,
    SYMBOLS,
    RingInMemory,
    copied,
)

ARRAYS = 0xFFFF_8000_0B00_0000


def ring_in(target: FakeTarget, count_bits: int = 6) -> RingInMemory:
    ring = RingInMemory(target, STATIC, ARRAYS, count_bits)
    ring.use()
    return ring


def reader_of(target: FakeTarget, sizes: Sizes = NO_SIZES) -> LogReader:
    return LogReader(kernel_memory(target, SYMBOLS, sizes))


async def has_news(reader: LogReader) -> bool:
    return reader.has_news(await reader.memory.many(reader.ranges()))


async def texts(reader: LogReader) -> list[str]:
    return [line.text for line in await reader.new_lines()]


async def test_a_record_has_all_that_the_kernel_keeps() -> None:
    target = FakeTarget()
    ring, reader = ring_in(target), reader_of(target)
    ring.say(b"Booting Linux on physical CPU 0x0", time=5_000, level=4, caller=1 << 31)
    ring.say(b"two\nlines", time=1 << 40)
    ring.say(b"")
    assert await reader.new_lines() == [
        LoggedLine(0, 4, 0, 5_000, 1 << 31, "Booting Linux on physical CPU 0x0"),
        LoggedLine(1, 6, 0, 1 << 40, 0, "two"),
        LoggedLine(1, 6, 0, 1 << 40, 0, "lines", first=False),
        LoggedLine(2, 6, 0, 0, 0, ""),
    ]
    assert reader.lost == 0
    assert reader.remarks() == []


async def test_news_costs_two_small_reads_and_is_told_once() -> None:
    target = FakeTarget()
    ring, reader = ring_in(target), reader_of(target)
    assert await texts(reader) == []
    assert not await has_news(reader)
    ring.say(b"here")
    assert sum(each.size for each in reader.ranges()) == 8 + DESC
    assert await has_news(reader)
    assert await texts(reader) == ["here"]
    assert not await has_news(reader)
    assert await texts(reader) == []


async def test_a_few_new_records_take_two_questions() -> None:
    """One for where they are, one for their texts: each is a way to the stub and back."""
    target = FakeTarget()
    ring, reader = ring_in(target), reader_of(target)
    ring.say(b"first")
    await reader.new_lines()
    for number in range(3):
        ring.say(b"%d" % number)
    target.rounds = 0
    assert await texts(reader) == ["0", "1", "2"]
    assert target.rounds == 2


async def test_many_new_records_are_all_read() -> None:
    target = FakeTarget()
    ring, reader = ring_in(target, count_bits=12), reader_of(target)
    ring.say(b"first")
    await reader.new_lines()
    for number in range(3000):
        ring.say(b"%d" % number)
    assert await texts(reader) == [str(number) for number in range(3000)]


async def test_a_record_that_may_be_continued_is_told_and_what_is_added_too() -> None:
    target = FakeTarget()
    ring, reader = ring_in(target), reader_of(target)
    assert await texts(reader) == []
    ring.say(b"Hierarchical SRCU", state=COMMITTED)
    assert await has_news(reader)
    assert await texts(reader) == ["Hierarchical SRCU"]
    assert not await has_news(reader)
    assert await texts(reader) == []
    ring.go_on(b" implementation.\nTasks", state=COMMITTED)
    ring.say(b"next", state=RESERVED)
    assert await has_news(reader)
    goes_on, added = await reader.new_lines()
    assert (goes_on.text, goes_on.goes_on) == ("Hierarchical SRCU implementation.", True)
    assert (added.text, added.goes_on) == ("Tasks", False)
    assert not await has_news(reader)
    ring.go_on(b"!")
    assert await texts(reader) == ["next!"]


async def test_a_record_that_might_have_been_continued_is_told_once() -> None:
    target = FakeTarget()
    ring, reader = ring_in(target), reader_of(target)
    ring.say(b"SWIOTLB bounce buffer size roundup to 1MB", state=COMMITTED)
    assert await texts(reader) == ["SWIOTLB bounce buffer size roundup to 1MB"]
    ring.say(b"memblock_alloc_try_nid: 1048576 bytes")
    assert await texts(reader) == ["memblock_alloc_try_nid: 1048576 bytes"]


async def test_at_the_end_also_what_might_have_been_continued() -> None:
    target = FakeTarget()
    ring, reader = ring_in(target), reader_of(target)
    ring.say(b"Memory: 1G", state=COMMITTED)
    assert [line.text for line in await reader.new_lines(unfinished=True)] == ["Memory: 1G"]
    ring.say(b"being written", state=RESERVED)
    assert await reader.new_lines(unfinished=True) == []


@pytest.mark.parametrize("seed", range(12))
async def test_rings_that_wrap_lose_only_what_was_pushed_out(seed: int) -> None:
    chance = random.Random(seed)
    target = FakeTarget()
    ring, reader = ring_in(target, count_bits=chance.choice((4, 5, 6))), reader_of(target)
    most = min(60, (len(ring.text) // 2) - 16)
    said: list[str] = []
    heard: list[LoggedLine] = []
    for number in range(400):
        text = f"{number}:" + "x" * chance.randrange(most)
        said.append(text)
        ring.say(text.encode())
        if chance.random() < 0.15:
            assert await has_news(reader)
            heard += await reader.new_lines()
    heard += await reader.new_lines()
    assert len(heard) + reader.lost == len(said)
    assert [line.text for line in heard] == [said[line.sequence] for line in heard]
    assert [line.sequence for line in heard] == sorted({line.sequence for line in heard})
    assert heard[-1].text == said[-1]


async def test_the_second_ring_tells_nothing_twice_and_forgets_nothing() -> None:
    """All times are 0 before the clock runs, and equal records follow each other."""
    target = FakeTarget()
    first, reader = ring_in(target, count_bits=7), reader_of(target)
    said = [(b"memblock_reserve", 0)] * 9 + [(b"last of the first", 0)]
    for text, time in said[:4]:
        first.say(text, time)
    assert len(await reader.new_lines()) == 4
    for text, time in said[4:]:
        first.say(text, time)
    second = copied(first, target, said)
    second.say(b"log_buf_len: 1024 bytes")
    assert await has_news(reader)
    lines = await reader.new_lines()
    expected = ["memblock_reserve"] * 5 + ["last of the first", "log_buf_len: 1024 bytes"]
    assert [line.text for line in lines] == expected
    assert [line.sequence for line in lines] == list(range(4, 11))
    second.say(b"on")
    assert await texts(reader) == ["on"]


async def test_sequence_numbers_go_on_where_the_first_ring_had_lost_records() -> None:
    target = FakeTarget()
    first, reader = ring_in(target, count_bits=4), reader_of(target)
    for number in range(5):
        first.say(b"%d" % number)
    assert len(await reader.new_lines()) == 5
    for number in range(5, 40):
        first.say(b"%d" % number)
    kept = [(b"%d" % number, 0) for number in range(40 - 16, 40)]
    second = copied(first, target, kept)
    second.say(b"40")
    lines = await reader.new_lines()
    assert [(line.sequence, line.text) for line in lines] == [(n, str(n)) for n in range(24, 41)]
    assert reader.lost == 19
    assert reader.remarks() == [
        "19 records of the log were overwritten, or had no room, before they were read"
    ]


async def test_a_reader_that_comes_late_begins_with_the_second_ring() -> None:
    target = FakeTarget()
    second = copied(ring_in(target), target, [(b"old", 0)])
    second.say(b"new")
    assert await texts(reader_of(target)) == ["old", "new"]


async def test_bytes_that_are_no_text_are_told_as_bytes() -> None:
    target = FakeTarget()
    ring, reader = ring_in(target), reader_of(target)
    ring.say(b"\x1b[2Jcaf\xc3\xa9 \xff\x07")
    assert await texts(reader) == ["\\x1b[2Jcaf\xe9 \\xff\\x07"]


async def test_text_that_was_cut_is_what_is_left() -> None:
    """The block ends before the length that the record claims."""
    target = FakeTarget()
    ring, reader = ring_in(target), reader_of(target)
    ring.say(b"12345678")
    struct.pack_into("<H", ring.infos, 16, 5000)
    ring.put()
    assert await texts(reader) == ["12345678"]


async def test_kernels_whose_ring_is_a_word_shorter() -> None:
    target = FakeTarget()
    ring = RingInMemory(target, STATIC, ARRAYS, 6, has_last_word=False)
    ring.use()
    ring.say(b"5.15")
    assert await texts(reader_of(target)) == ["5.15"]


async def test_types_that_are_told_count() -> None:
    """A kernel whose records are larger than everybody else's."""
    members = {
        "printk_ringbuffer": (("desc_ring", 0, 48, ""), ("text_data_ring", 48, 32, "")),
        "prb_desc_ring": (
            ("count_bits", 0, 4, ""),
            *((name, 8 + 8 * at, 8, "") for at, name in enumerate(("descs", "infos", "head_id", "tail_id"))),
        ),
    }
    sizes = Sizes("BTF", {"struct printk_info": 88, "struct prb_desc": 24}, {}, {}, members)
    target = FakeTarget()
    ring_in(target).say(b"told")
    assert await texts(reader_of(target, sizes)) == ["told"]


@pytest.mark.parametrize(
    ("symbols", "words"), [({"log_next_seq": 1}, "before 5.10"), ({}, "no `prb`"), (SYMBOLS, "")]
)
async def test_a_log_that_is_not_read_has_its_reason(symbols: dict[str, int], words: str) -> None:
    reader = LogReader(kernel_memory(FakeTarget(), symbols))
    assert words in reader.why_not
    assert bool(reader.why_not) == bool(words)
    assert await reader.new_lines() == []
    assert not await has_news(reader)


@pytest.mark.parametrize("seed", range(40))
async def test_hostile_memory_ends_and_tells_no_more_than_there_is(seed: int) -> None:
    """Bytes of a good ring are changed by chance."""
    chance = random.Random(seed)
    target = FakeTarget()
    ring, reader = ring_in(target), reader_of(target)
    for number in range(30):
        ring.say(b"%d" % number)
    for at in (ring.address, *ring.at):
        data = bytearray(target.pieces[at])
        for _ in range(chance.randrange(8)):
            data[chance.randrange(len(data))] = chance.choice((0, 0xFF, chance.randrange(256)))
        target.put(at, data)
    for _ in range(3):
        lines = await reader.new_lines()
        assert len({line.sequence for line in lines}) <= 64
    assert target.asked < 1 << 20


async def test_a_pointer_to_nowhere_is_no_log() -> None:
    target = FakeTarget()
    reader = reader_of(target)
    assert await reader.new_lines() == []
    target.put(PRB, struct.pack("<Q", 0xDEAD_0000))
    assert await reader.new_lines() == []
    target.put(PRB, bytes(8))
    assert not await has_news(reader)


SMALL = Ring(0, 4, 9, 1, 1, 1)


@pytest.mark.parametrize(
    ("begin", "after", "block"),
    [
        (0x400, 0x420, Block(0, 0x20)),
        (0x4E0, 0x620, Block(0, 0x20)),
        (0x5E0, 0x600, Block(0x1E0, 0x20)),
        ((1 << 64) - 0x20, 0x20, Block(0, 0x20)),
        (0x420, 0x400, None),
        (0x400, 0x408, None),
        (0x400, 0x1000, None),
        (0x401, 0x421, None),
        (0x404, 0x424, None),
    ],
)
def test_where_blocks_are(begin: int, after: int, block: Block | None) -> None:
    assert SMALL.block(Descriptor(0, DONE, begin, after)) == block


@pytest.mark.parametrize("sequence", [0, 1, 15, 16, 1 << 40])
def test_descriptors_count_with_their_records(sequence: int) -> None:
    assert SMALL.sequence_of(SMALL.id_of(sequence)) == sequence

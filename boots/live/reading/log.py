"""The kernel's log, read from its ring buffer in memory: also what no console has shown.

The first ring is part of the image; ``setup_log_buf`` copies it into a larger one, where each record is met
again.  Mirrors kernel/printk/printk.c and printk_ringbuffer.c, as a reader that the kernel knows nothing of.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from ....model.base.units import printable
from ....model.language.words import tr
from ....model.memory.printk_ringbuffer import ID_SIZE
from ...remote.target import Range
from ..memory import WORD, KernelMemory
from .batches import Batch
from .layouts import Layouts
from .log_ring import (
    COMMITTED,
    EMPTY_LINE_LPOS,
    FINALIZED,
    RESERVED,
    REUSABLE,
    Block,
    Descriptor,
    Ring,
    RingLayout,
    ring_layout,
)

AT_ONCE = 1024
"""Records whose descriptors are read together."""
MOST_RECORDS = 1 << 18
"""Records that are read at most before somebody else has a turn: the rest is news again."""
OLD_LOG = ("log_next_seq", "log_first_seq", "log_next_idx")
"""Variables of the log as it was before 5.10."""


class LoggedLine(Struct, frozen=True):
    """A line of the log.  `sequence` counts the records that the kernel has logged, lost ones too; the lines
    of a record share it, and only one of them is `first`.  `time` is in ns; `caller_id` a task, or a CPU with
    the highest bit set.  What a terminal might obey reads as ``dmesg`` prints it."""

    sequence: int
    level: int
    facility: int
    time: int
    caller_id: int
    text: str
    first: bool = True


class _Record(NamedTuple):
    """A record that is there: its number in its ring, its descriptor's, where its text is (None: it is
    empty), and its ``struct printk_info``."""

    sequence: int
    id: int
    block: Block | None
    info: bytes


class _Scanned(NamedTuple):
    """Records of a ring that can be read, how many between them cannot any more, and the number of the first
    one that is not done yet."""

    records: list[_Record]
    lost: int
    following: int


class LogReader:
    """Reads what the kernel in `memory` has logged since it was asked last.  `lost` counts the records that
    were pushed out of the ring, or had no room in it, before they could be read.  `why_not` is a sentence
    where the log cannot be read, "" where it can."""

    def __init__(self, memory: KernelMemory) -> None:
        self.memory = memory
        self.lost = 0
        self._layouts = Layouts(memory)
        self._layout = ring_layout(self._layouts)
        self._ring: Ring | None = None
        self._next = 0
        self._before = 0
        self.why_not = self._why_not()

    def _why_not(self) -> str:
        if "prb" not in self.memory.symbols:
            if any(name in self.memory.symbols for name in OLD_LOG):
                return tr("The log is not read: before 5.10 the kernel kept it in another form.")
            return tr("The log is not read: the kernel's symbols have no `prb`, its ring buffer.")
        if self._layout is None:
            return tr("The log is not read: nothing tells how struct printk_ringbuffer is laid out.")
        return ""

    # ---- is there anything? ----

    def ranges(self) -> list[Range]:
        """What to read to know whether there is something new: a few bytes, for `has_news`."""
        at = self.memory.address("prb")
        if at is None or self._layout is None:
            return []
        found = [Range(at, WORD)]
        if self._ring is not None:
            found.append(self._layout.descriptor_at(self._ring, self._next))
        return found

    def has_news(self, data: Sequence[bytes | None]) -> bool:
        """Whether `new_lines` would find something, by what was read at `ranges`."""
        if not data or data[0] is None or self._layout is None:
            return False
        pointer = int.from_bytes(data[0], "little")
        if self._ring is None or pointer != self._ring.address:
            return bool(pointer)
        found = self._layout.descriptor(data[1]) if len(data) > 1 and data[1] is not None else None
        if found is None:
            return False
        if found.id == self._ring.id_of(self._next):
            return found.state in (FINALIZED, REUSABLE)
        return found.state != RESERVED and self._ring.sequence_of(found.id) > self._next

    # ---- what there is ----

    async def new_lines(self, unfinished: bool = False) -> list[LoggedLine]:
        """The lines of the records that came since, each record once, in order.  A record that may still be
        continued is left for the next time, unless `unfinished` ones are to be told too: at the end."""
        pointer = await self.memory.variable("prb")
        if not pointer or self._layout is None:
            return []
        lines: list[LoggedLine] = []
        if self._ring is None or pointer != self._ring.address:
            following = await self._ring_at(pointer, self._layout)
            if following is None:
                return []
            if self._ring is not None:
                lines += await self._read_on(self._ring, self._layout, unfinished=True)
                copied = await self._copied(self._ring, self._layout)
                self._before += self._next - copied
                self._next = copied
            self._ring = following
        return lines + await self._read_on(self._ring, self._layout, unfinished)

    async def _ring_at(self, address: int, layout: RingLayout) -> Ring | None:
        data = await self.memory.bytes_at(address, layout.ring_size)
        return layout.ring(address, data) if data is not None else None

    async def _read_on(self, ring: Ring, layout: RingLayout, unfinished: bool) -> list[LoggedLine]:
        """What is new in a ring."""
        lines: list[LoggedLine] = []
        async for scanned in self._scan(ring, layout, self._next, unfinished):
            lines += await self._lines(ring, scanned.records)
            self.lost += scanned.lost
            self._next = scanned.following
        return lines

    async def _copied(self, ring: Ring, layout: RingLayout) -> int:
        """How many records of a ring that was given up were copied into the next one: those that were there
        and done."""
        return sum([len(each.records) async for each in self._scan(ring, layout, 0, unfinished=False)])

    async def _scan(
        self, ring: Ring, layout: RingLayout, start: int, unfinished: bool
    ) -> AsyncIterator[_Scanned]:
        """The records of a ring from `start` on, some at a time."""
        data = await self.memory.bytes_at(ring.address, layout.ring_size)
        ends = layout.ends(ring, data) if data is not None else None
        if ends is None:
            return
        first, end = ends
        if start < first:
            yield _Scanned([], first - start, first)
            start = first
        end = min(end, start + MOST_RECORDS)
        while start < end:
            stop = min(end, start + AT_ONCE)
            found = await self._records(ring, layout, start, stop, unfinished)
            yield found
            start = found.following if found.following == stop else end

    async def _records(
        self, ring: Ring, layout: RingLayout, start: int, end: int, unfinished: bool
    ) -> _Scanned:
        """The records [start, end), up to the first one that is not done."""
        records: list[_Record] = []
        lost = 0
        descs = await self._array(ring, ring.descs, layout.desc_size, start, end)
        infos = await self._array(ring, ring.infos, layout.info_size, start, end)
        if descs is None or infos is None:
            return _Scanned(records, lost, start)
        states = (FINALIZED, REUSABLE, COMMITTED) if unfinished else (FINALIZED, REUSABLE)
        for number, sequence in enumerate(range(start, end)):
            descriptor = layout.descriptor(descs, number * layout.desc_size)
            if descriptor is None or descriptor.id != ring.id_of(sequence) or descriptor.state not in states:
                return _Scanned(records, lost, sequence)
            info = infos[number * layout.info_size : (number + 1) * layout.info_size]
            block = ring.block(descriptor)
            if self._is_there(descriptor, block, info, sequence):
                records.append(_Record(sequence, descriptor.id, block, info))
            else:
                lost += 1
        return _Scanned(records, lost, end)

    def _is_there(self, descriptor: Descriptor, block: Block | None, info: bytes, sequence: int) -> bool:
        """Whether the kernel would show a record, too."""
        if descriptor.state == REUSABLE or self._number(info, "seq") != sequence:
            return False
        empty = descriptor.begin == descriptor.next == EMPTY_LINE_LPOS
        return block is not None or empty

    async def _array(self, ring: Ring, at: int, size: int, start: int, end: int) -> bytes | None:
        """The elements of the records [start, end) in one of the ring's arrays."""
        first = start % ring.room
        whole = min(end - start, ring.room - first)
        ranges = [Range(at + first * size, whole * size)]
        if whole < end - start:
            ranges.append(Range(at, (end - start - whole) * size))
        parts = [part for part in await self.memory.many(ranges) if part is not None]
        return b"".join(parts) if len(parts) == len(ranges) else None

    # ---- texts ----

    async def _lines(self, ring: Ring, records: Sequence[_Record]) -> list[LoggedLine]:
        """The lines of records of a ring."""
        places = {
            record.sequence: Range(
                ring.text + record.block.offset,
                min(record.block.size, ID_SIZE + (self._number(record.info, "text_len") or 0)),
            )
            for record in records
            if record.block is not None
        }
        batch = Batch(places)
        texts = batch.cut(await self.memory.many(batch.ranges))
        lines: list[LoggedLine] = []
        for record in records:
            text = b""
            if record.block is not None:
                block = texts.get(record.sequence)
                if block is None or int.from_bytes(block[:ID_SIZE], "little") != record.id:
                    self.lost += 1
                    continue
                text = block[ID_SIZE:]
            lines += self._split(record, text)
        return lines

    def _split(self, record: _Record, text: bytes) -> Iterator[LoggedLine]:
        """A record as the kernel prints it: every line of its text by itself."""
        facility = self._layouts.place("printk_info", "facility")
        level = record.info[sum(facility)] >> 5 if facility and sum(facility) < len(record.info) else 0
        for number, line in enumerate(text.decode("utf-8", "surrogateescape").split("\n")):
            yield LoggedLine(
                sequence=self._before + record.sequence,
                level=level,
                facility=self._number(record.info, "facility") or 0,
                time=self._number(record.info, "ts_nsec") or 0,
                caller_id=self._number(record.info, "caller_id") or 0,
                text=printable(line),
                first=not number,
            )

    def _number(self, info: bytes, member: str) -> int | None:
        return self._layouts.number(info, "printk_info", member)

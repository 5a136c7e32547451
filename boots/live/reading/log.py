"""The kernel's log, read from its ring buffer in memory: also what no console has shown.

The first ring is part of the image; ``setup_log_buf`` copies it into a larger one, where each record is met
again.  Mirrors kernel/printk/printk.c and printk_ringbuffer.c, as a reader that the kernel knows nothing of.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ....model.language.words import tr, trn
from ....model.memory.printk_ringbuffer import ID_SIZE
from ...remote.target import Range
from ..memory import WORD, KernelMemory
from .batches import Batch
from .layouts import Layouts
from .log_records import (
    LoggedLine,
    Record,
    Scanned,
    Window,
    lines_of,
    records_in,
    text_range,
    window_in,
    window_ranges,
)
from .log_ring import COMMITTED, FINALIZED, RESERVED, REUSABLE, Ring, RingLayout, ring_layout

AHEAD = 4
"""Records whose descriptors are read before it is known how many have come."""
AT_ONCE = 1024
"""Records whose descriptors are read together."""
MOST_RECORDS = 1 << 18
"""Records that are read at most before somebody else has a turn: the rest is news again."""
OLD_LOG = ("log_next_seq", "log_first_seq", "log_next_idx")
"""Variables of the log as it was before 5.10."""


class _Asked(NamedTuple):
    """What was read at once: the ring that is in use, and of the one that was, its structure and its next
    records."""

    pointer: int
    header: bytes | None = None
    window: Window | None = None


NOTHING = _Asked(0)


class _Told(NamedTuple):
    """A record that was told though it may still be continued: the address of its ring, its number there, and
    its text as it was."""

    ring: int
    sequence: int
    text: bytes


NONE_TOLD = _Told(0, 0, b"")


class LogReader:
    """Reads what the kernel in `memory` has logged since it was asked last.  `lost` counts the records that
    were pushed out of the ring, or had no room in it, before they could be read.  `why_not` says it
    where the log cannot be read, "" where it can."""

    def __init__(self, memory: KernelMemory) -> None:
        self.memory = memory
        self.lost = 0
        self._layouts = Layouts(memory)
        self._layout = ring_layout(self._layouts)
        self._ring: Ring | None = None
        self._next = 0
        self._before = 0
        self._told = NONE_TOLD
        self.why_not = self._why_not()

    def _why_not(self) -> str:
        if "prb" not in self.memory.symbols:
            if any(name in self.memory.symbols for name in OLD_LOG):
                return tr("the log is not read: before 5.10 the kernel kept it in another form")
            return tr("the log is not read: the kernel's symbols have no `prb`, its ring buffer")
        if self._layout is None:
            return tr("the log is not read: nothing tells how struct printk_ringbuffer is laid out")
        return ""

    def remarks(self) -> list[str]:
        """What is to be said of what was read, in sentences."""
        if not self.lost:
            return []
        return [
            trn(
                "{count} record of the log was overwritten, or had no room, before it was read",
                "{count} records of the log were overwritten, or had no room, before they were read",
                self.lost,
            )
        ]

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
            is_told = self._told[:2] == (self._ring.address, self._next)
            return found.state in (FINALIZED, REUSABLE) or (found.state == COMMITTED and not is_told)
        return found.state != RESERVED and self._ring.sequence_of(found.id) > self._next

    # ---- what there is ----

    async def new_lines(self, unfinished: bool = False) -> list[LoggedLine]:
        """The lines of the records that came since, each record once, in order.  A record that may still be
        continued is told as far as it goes, and what is added to it the next time; `unfinished` tells that
        there is none, so that it is done too."""
        if self._layout is None:
            return []
        asked = await self._ask(self._layout)
        if not asked.pointer:
            return []
        if self._ring is not None and asked.pointer == self._ring.address:
            return await self._read_on(self._ring, self._layout, unfinished, asked)
        following = await self._ring_at(asked.pointer, self._layout)
        if following is None:
            return []
        lines: list[LoggedLine] = []
        if self._ring is not None:
            lines += await self._read_on(self._ring, self._layout, unfinished=True)
            copied = await self._copied(self._ring, self._layout)
            self._before += self._next - copied
            self._next = copied
        self._ring = following
        return lines + await self._read_on(self._ring, self._layout, unfinished)

    async def _ask(self, layout: RingLayout) -> _Asked:
        """What most stops need, at once."""
        at, ring, start = self.memory.address("prb"), self._ring, self._next
        if at is None:
            return NOTHING
        if ring is None:
            pointer = await self.memory.bytes_at(at, WORD)
            return _Asked(int.from_bytes(pointer or b"", "little"))
        end = start + min(AHEAD, ring.room)
        ranges = [Range(at, WORD), Range(ring.address, layout.ring_size)]
        pointer, header, *rest = await self.memory.many([*ranges, *window_ranges(ring, layout, start, end)])
        window = window_in(layout, start, end, rest)
        return _Asked(int.from_bytes(pointer or b"", "little"), header, window)

    async def _ring_at(self, address: int, layout: RingLayout) -> Ring | None:
        data = await self.memory.bytes_at(address, layout.ring_size)
        return layout.ring(address, data) if data is not None else None

    async def _read_on(
        self, ring: Ring, layout: RingLayout, unfinished: bool, asked: _Asked = NOTHING
    ) -> list[LoggedLine]:
        """What is new in a ring."""
        lines: list[LoggedLine] = []
        async for scanned in self._scan(ring, layout, self._next, unfinished, asked):
            lines += await self._lines(ring, scanned.records)
            self.lost += scanned.lost
            self._next = scanned.following
        return lines

    async def _copied(self, ring: Ring, layout: RingLayout) -> int:
        """How many records of a ring that was given up were copied into the next one: those that were there
        and done."""
        scanned = [each async for each in self._scan(ring, layout, 0, unfinished=False)]
        return sum(not record.is_open for each in scanned for record in each.records)

    async def _scan(
        self, ring: Ring, layout: RingLayout, start: int, unfinished: bool, asked: _Asked = NOTHING
    ) -> AsyncIterator[Scanned]:
        """The records of a ring from `start` on, some at a time."""
        data = asked.header or await self.memory.bytes_at(ring.address, layout.ring_size)
        ends = layout.ends(ring, data) if data is not None else None
        if ends is None:
            return
        first, end = ends
        if start < first:
            yield Scanned([], first - start, first)
            start = first
        end = min(end, start + MOST_RECORDS)
        window = asked.window
        while start < end:
            if window is None or window.start != start:
                window = await self._window(ring, layout, start, min(end, start + AT_ONCE))
            if window is None:
                return
            found = records_in(window, ring, layout, end, unfinished)
            yield found
            if found.following != min(end, window.end):
                return
            start = found.following

    async def _window(self, ring: Ring, layout: RingLayout, start: int, end: int) -> Window | None:
        data = await self.memory.many(window_ranges(ring, layout, start, end))
        return window_in(layout, start, end, data)

    async def _lines(self, ring: Ring, records: Sequence[Record]) -> list[LoggedLine]:
        """The lines of records of a ring."""
        places = {
            record.sequence: place
            for record in records
            if (place := text_range(record, ring, self._layouts)) is not None
        }
        batch = Batch(places)
        texts = batch.cut(await self.memory.many(batch.ranges) if places else [])
        lines: list[LoggedLine] = []
        for record in records:
            block = texts.get(record.sequence, b"")
            if record.block is not None and int.from_bytes(block[:ID_SIZE], "little") != record.id:
                self.lost += 1
                continue
            lines += self._new_in(ring, record, block[ID_SIZE:])
        return lines

    def _new_in(self, ring: Ring, record: Record, text: bytes) -> list[LoggedLine]:
        """The lines of a record; of one that was told before those that were added, first the one that goes
        on."""
        lines = list(lines_of(record, text, self._layouts, self._before))
        told, self._told = self._told, _Told(ring.address, record.sequence, text)
        if told[:2] != self._told[:2]:
            return lines
        if len(text) <= len(told.text):
            return []
        goes_on, *added = lines[told.text.count(b"\n") :]
        return [replace(goes_on, goes_on=True), *added]

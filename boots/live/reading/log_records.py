"""Records of the kernel's log, out of the bytes of its ring buffer: which can be read, and their lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from ....model.base.units import printable
from ....model.memory.printk_ringbuffer import ID_SIZE
from ...remote.target import Range
from .layouts import Layouts
from .log_ring import COMMITTED, EMPTY_LINE_LPOS, FINALIZED, REUSABLE, Block, Descriptor, Ring, RingLayout


class LoggedLine(Struct, frozen=True):
    """A line of the log.  `sequence` counts the records that the kernel has logged, lost ones too; the lines
    of a record share it, and only one of them is `first`.  `time` is in ns; `caller_id` a task, or a CPU with
    the highest bit set.  What a terminal might obey reads as ``dmesg`` prints it.  A line that `goes_on` is
    the one that was told last, with what was added to it."""

    sequence: int
    level: int
    facility: int
    time: int
    caller_id: int
    text: str
    first: bool = True
    goes_on: bool = False


class Record(NamedTuple):
    """A record that is there: its number in its ring, its descriptor's, where its text is (None: it is
    empty), its ``struct printk_info``, and whether it may still be continued: its text ends without a
    newline, and nothing was said since."""

    sequence: int
    id: int
    block: Block | None
    info: bytes
    is_open: bool


class Scanned(NamedTuple):
    """Records of a ring that can be read, how many between them cannot any more, and the number of the first
    one that is not done yet: of the last of the records, if that may still be continued."""

    records: list[Record]
    lost: int
    following: int


class Window(NamedTuple):
    """The descriptors and the facts of the records [start, end), as bytes of the ring's two arrays."""

    start: int
    end: int
    descs: bytes
    infos: bytes


def window_ranges(ring: Ring, layout: RingLayout, start: int, end: int) -> list[Range]:
    """What to read for the records [start, end), which the ring has room for: of each array one range, or two
    where its end lies between them."""
    found: list[Range] = []
    first = start % ring.room
    before_end = min(end - start, ring.room - first)
    for at, size in ((ring.descs, layout.desc_size), (ring.infos, layout.info_size)):
        found.append(Range(at + first * size, before_end * size))
        found.append(Range(at, (end - start - before_end) * size))
    return [each for each in found if each.size]


def window_in(layout: RingLayout, start: int, end: int, data: list[bytes | None]) -> Window | None:
    """The records [start, end) in what was read at `window_ranges`; None if something could not be read."""
    whole = b"".join(part for part in data if part is not None)
    descs = (end - start) * layout.desc_size
    if None in data or len(whole) != descs + (end - start) * layout.info_size:
        return None
    return Window(start, end, whole[:descs], whole[descs:])


def records_in(window: Window, ring: Ring, layout: RingLayout, end: int, unfinished: bool) -> Scanned:
    """The records of a window that come before `end`, up to the first one that is not done or may still be
    continued; that counts as done if `unfinished` ones do."""
    records: list[Record] = []
    lost = 0
    states = (FINALIZED, REUSABLE, COMMITTED)
    end = min(end, window.end)
    for number, sequence in enumerate(range(window.start, end)):
        descriptor = layout.descriptor(window.descs, number * layout.desc_size)
        if descriptor is None or descriptor.id != ring.id_of(sequence) or descriptor.state not in states:
            return Scanned(records, lost, sequence)
        info = window.infos[number * layout.info_size : (number + 1) * layout.info_size]
        block = ring.block(descriptor)
        if _is_there(descriptor, block, layout.layouts.number(info, "printk_info", "seq"), sequence):
            is_open = descriptor.state == COMMITTED
            records.append(Record(sequence, descriptor.id, block, info, is_open))
            if is_open and not unfinished:
                return Scanned(records, lost, sequence)
        else:
            lost += 1
    return Scanned(records, lost, end)


def _is_there(descriptor: Descriptor, block: Block | None, told: int | None, sequence: int) -> bool:
    """Whether the kernel would show a record, too; its facts call it `told`."""
    if descriptor.state == REUSABLE or told != sequence:
        return False
    return block is not None or descriptor.begin == descriptor.next == EMPTY_LINE_LPOS


def text_range(record: Record, ring: Ring, layouts: Layouts) -> Range | None:
    """Where the text of a record is, with the number before it; None if it has none."""
    if record.block is None:
        return None
    length = layouts.number(record.info, "printk_info", "text_len") or 0
    return Range(ring.text + record.block.offset, min(record.block.size, ID_SIZE + length))


def lines_of(record: Record, text: bytes, layouts: Layouts, before: int) -> Iterator[LoggedLine]:
    """A record as the kernel prints it: every line of its text by itself.  `before` its ring there were so
    many more records."""
    sequence, time, caller, facility = (
        layouts.number(record.info, "printk_info", member) or 0
        for member in ("seq", "ts_nsec", "caller_id", "facility")
    )
    place = layouts.place("printk_info", "facility")
    level = record.info[sum(place)] >> 5 if place and sum(place) < len(record.info) else 0
    for number, line in enumerate(text.decode("utf-8", "surrogateescape").split("\n")):
        yield LoggedLine(before + sequence, level, facility, time, caller, printable(line), not number)

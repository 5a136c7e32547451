"""What of the log can still be read.  Mirrors kernel/printk/printk.c (``vprintk_store()``, and the copying of
``setup_log_buf()``).

A record that later ones have pushed out of the ring buffer is gone from dmesg.  A console that was there
from the start has printed it by then; but when the log moves to a larger buffer, records are numbered anew
from the first that is left, and such a console misses as many as were lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model.base.pfn import ALIGN
from ...model.memory.printk_ringbuffer import PrintkRingbuffer, to_blk_size

if TYPE_CHECKING:
    from .kernel import Kernel

LEVEL_PREFIX = 2
"""A format begins with a control character and a level, which are not part of the text."""
LINE_END = 2
"""Room is reserved for a newline and a NUL that are not kept."""
PRINTK_LOG_SIZE, PRINTK_LOG_ALIGN = 16, 4
"""``sizeof(struct printk_log)``, and its alignment (until 5.9)."""
CALLER = "{caller}"
BANNER = "Linux version "


class LogRecord(NamedTuple):
    """A record: the bytes of its text, and the line of the model's log it is (None: it is none)."""

    size: int
    line: int | None


def store_others(k: Kernel, *texts: str) -> None:
    """The kernel prints something that is not about memory here."""
    count = len(k.trace.logs)
    k.printk.others.extend((count, text) for text in texts)


def LOG_LINE_MAX(k: Kernel) -> int:
    """The most bytes of a record, with what is reserved besides its text; the longest prefix that a line can
    get no longer counts since 6.3."""
    if k.release >= (6, 3):
        return 1024
    return 1024 - (48 if k.config.enabled("PRINTK_CALLER") else 32)


def _caller_offset(k: Kernel, name: str) -> int:
    """The length of ``+0x2c/0xb0`` behind a caller's name.  Where in a function its call is, the symbols do
    not tell: it is taken to have as many digits as the middle."""
    size = k.image.function_sizes.get(name, 0x100)
    return len(f"+{size // 2:#x}/{size:#x}")


def _size(k: Kernel, line: int) -> int:
    """The bytes of the text of a line of the model's log, as the kernel has it."""
    event = k.trace.logs[line]
    text = k.trace.log_text(event)
    size = len(text.encode())
    if CALLER in k.trace.log_format(event).template:
        size += _caller_offset(k, text.rpartition(" ")[2])
    if text.startswith(BANNER):
        size = max(size, k.image.room("linux_banner") - len("\n\0"))
    return min(size, LOG_LINE_MAX(k) - LEVEL_PREFIX - 1)


def _records(k: Kernel) -> Iterator[LogRecord]:
    """Every record so far, in order: a line that is not printed is none."""
    others = iter(k.printk.others)
    following = next(others, None)
    for line, event in enumerate(k.trace.logs):
        while following and following[0] <= line:
            yield LogRecord(len(following[1]), None)
            following = next(others, None)
        if k.trace.is_printed(event):
            yield LogRecord(_size(k, line), line)


def move_to_larger_buffer(k: Kernel) -> int:
    """Move what the first buffer, which is part of the image, still holds of the log.  Returns the bytes that
    were free in it."""
    bits = k.config.integer("LOG_BUF_SHIFT", 17)
    records = list(_records(k))
    state = k.printk
    state.lost = _filled(bits, (_reserved(k, record) for record in records)).lost
    state.moved_records = len(records)
    return max(0, (1 << bits) - sum(to_blk_size(record.size) for record in records[state.lost :]))


def free_in_a_row(k: Kernel) -> int:
    """The bytes that are free of the first buffer where it holds whole records in a row (until 5.9)."""
    records = list(_records(k))
    used = sum(ALIGN(PRINTK_LOG_SIZE + record.size, PRINTK_LOG_ALIGN) for record in records)
    k.printk.moved_records = len(records)
    return max(0, (1 << k.config.integer("LOG_BUF_SHIFT", 17)) - used)


def _reserved(k: Kernel, record: LogRecord) -> int:
    """The bytes that are reserved to print a record."""
    return min(record.size + LEVEL_PREFIX + LINE_END, LOG_LINE_MAX(k))


def _filled(bits: int, sizes: Iterable[int]) -> PrintkRingbuffer:
    """A ring in which room for texts of these sizes has been reserved."""
    ring = PrintkRingbuffer(bits)
    for size in sizes:
        ring.reserve(size)
    return ring


def unreadable_lines(k: Kernel) -> tuple[int, ...]:
    """The printed lines of the model's log, by their numbers, that are missing from the real one at the end:
    on the early console if there is one, else in dmesg."""
    state, records = k.printk, list(_records(k))
    if k.earlycon_console:
        missed = records[state.moved_records : state.moved_records + state.lost]
    else:
        # A record that was moved takes no more room than its text needs.
        sizes = [record.size for record in records[state.lost : state.moved_records]]
        sizes += [_reserved(k, record) for record in records[state.moved_records :]]
        missed = records[: state.lost + _filled(k.log_buf_len.bit_length() - 1, sizes).lost]
    return tuple(record.line for record in missed if record.line is not None)

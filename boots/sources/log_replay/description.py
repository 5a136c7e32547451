"""A log as people are told of it: the file, the boot that was chosen, what was undone to read it, what was
not understood."""

from __future__ import annotations

from collections.abc import Iterator

from ....model.logs.kernel_log import KernelLog
from ....model.logs.log_line import LogLine
from ....model.logs.records.record import Understood

MOST = 5
"""Lines that are shown of those that are not understood."""


def described(log: KernelLog, understood: Understood) -> Iterator[tuple[str, str]]:
    """What each thing is called, and what it is."""
    extent = log.extent
    yield "log", f"{log.source}, lines {extent.first} to {extent.last}"
    if len(log.boots) > 1:
        others = ", ".join(
            f"{number}: {boot.release or 'release not told'}, lines {boot.first} to {boot.last}"
            for number, boot in enumerate(log.boots, 1)
            if number != log.chosen
        )
        yield "boot", f"{log.chosen} of {len(log.boots)} in this file (--boot N takes another: {others})"
    if not extent.begins:
        yield "begins", "late: the kernel's banner is not there"
    if not extent.ends:
        yield "ends", "early: neither the summary of memory nor a panic is there"
    if log.gaps:
        yield "gaps", f"something is missing before {_lines(sorted(log.gaps))}"
    for repair in log.repairs:
        yield "repaired", repair
    strangers = understood.strangers
    if strangers:
        more = f" and {len(strangers) - MOST} more" if len(strangers) > MOST else ""
        yield "not understood", f"{_numbers(strangers[:MOST])}{more}: {strangers[0].text.strip()}"
    else:
        yield "understood", "every line that looks as if it were about early memory"


def description(log: KernelLog, understood: Understood) -> tuple[str, ...]:
    """The same as lines of a description (`Facts`)."""
    return tuple(f"{label:14} {words}" for label, words in described(log, understood))


def _numbers(lines: tuple[LogLine, ...]) -> str:
    return _lines([line.number for line in lines])


def _lines(numbers: list[int]) -> str:
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"

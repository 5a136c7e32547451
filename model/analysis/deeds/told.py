"""What is told of a boot by the lines of its log: by those that a kernel printed into a file, or by those
that a model has."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ...logs.grammar.understand import understand
from ...logs.head import log_head
from ...logs.log_line import LogLine
from ...logs.records.record import Record
from ...logs.records.summary import Banner, MemorySummary, Panic
from ...source.facts import Facts
from ...source.provenance import provenance
from ...trace.events import Trace
from ..from_log.kernel import LoggedKernel
from .callers import Callers
from .deed import Deed, ToldBoot
from .telling import deeds

LEAST_64BIT = 48
"""``sizeof(struct page)`` from which a kernel has 64 bits."""


class ToldTrace(Struct, frozen=True):
    """A trace as its lines tell it.  `events` has the LOG event of each line by its number, which is that of
    the file for a trace that a log was made into, else that of the line, counted from 1."""

    boot: ToldBoot
    callers: Callers
    events: dict[int, int]

    def deeds_by_event(self) -> dict[int, list[Deed]]:
        """What each line tells of, by its LOG event."""
        found: dict[int, list[Deed]] = {}
        for deed in self.boot.deeds:
            found.setdefault(self.events[deed.line], []).append(deed)
        return found


def told_trace(trace: Trace, facts: Facts, name: str = "") -> ToldTrace:
    """What the lines of a whole trace tell.  `name` is what the boot is called, if not as its facts say."""
    lines: list[LogLine] = []
    events: dict[int, int] = {}
    for count, event in enumerate(trace.logs, 1):
        where = provenance(trace, event)
        number = where.line if where is not None else count
        if number not in events:
            lines.append(LogLine(trace.log_text(event), number))
            events[number] = event
    records = understand(lines).records
    callers = Callers(facts.arch)
    boot = ToldBoot(
        name or facts.name,
        title_of(lines, facts),
        LoggedKernel(
            facts.arch.name,
            facts.release.series,
            facts.page_size,
            is_64bit=facts.sizeof_page >= LEAST_64BIT,
        ),
        tuple(deeds(records, callers, facts.page_size)),
        records,
        tuple(lines),
        is_excerpt(records),
    )
    return ToldTrace(boot, callers, events)


def title_of(lines: Sequence[LogLine], facts: Facts) -> str:
    """Whose log it is: as its own lines say, else as is known of the boot."""
    head = log_head(line.text for line in lines)
    release = head.release or facts.release
    return f"{head.arch or facts.arch.name} Linux {release}"


def is_excerpt(records: Sequence[Record]) -> bool:
    """Whether a log lacks its beginning, or the end of the early boot."""
    begins = any(isinstance(record, Banner) for record in records)
    return not begins or not any(isinstance(record, MemorySummary | Panic) for record in records)

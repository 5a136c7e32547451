"""What a log says in words, asked of the trace that was made of it: its lines stand there with their numbers,
so a recorded one has all of it too."""

from __future__ import annotations

from collections.abc import Iterator

from ...arch.told.sections import sizes_of
from ...logs.grammar.understand import understand
from ...logs.log_line import LogLine
from ...logs.records.memblock import MemblockCall
from ...logs.records.record import Record
from ...logs.records.summary import MemorySummary
from ...source.facts import Facts, ToldRange
from ...source.provenance import log_event_at, time_of
from ...trace.events import Trace
from ..owner_rules import Owner
from ..ownership import Owners
from .kernel import LoggedKernel
from .ledger import log_ledger
from .rows import LogAnswer, LogLedger
from .told_areas import areas


class LogTold:
    """What the log of one trace says."""

    def __init__(self, trace: Trace, facts: Facts) -> None:
        self.trace = trace
        self.facts = facts
        self._lines: tuple[LogLine, ...] = ()
        self._records: tuple[Record, ...] = ()

    @property
    def lines(self) -> tuple[LogLine, ...]:
        """The lines, as many as there are by now."""
        trace = self.trace
        if len(self._lines) != len(trace.logs):
            self._lines = tuple(
                LogLine(trace.log_text(event), trace.site(event).line, time_of(trace, event))
                for event in trace.logs
            )
            self._records = understand(self._lines).records
        return self._lines

    @property
    def records(self) -> tuple[Record, ...]:
        """What they say."""
        return self._records if self.lines else ()

    def event(self, line: LogLine | None) -> int | None:
        """The event of a line."""
        return log_event_at(self.trace, line.number) if line is not None else None

    def ledger(self, owners: Owners) -> LogLedger:
        """Where all RAM went."""
        facts = self.facts
        sections = sizes_of(facts.arch.name, facts.release, facts.page_shift).section_size_bits
        kernel = LoggedKernel(
            facts.arch.name.replace("_", "-"),
            (facts.release.major, facts.release.minor),
            facts.page_size,
            1 << sections if sections is not None else None,
            not any(isinstance(each, MemorySummary) and "highmem" in each.parts for each in self.records),
            facts.sizeof_page,
        )
        return log_ledger(self.records, kernel, self.lines, self._reserved(owners))

    def _reserved(self, owners: Owners) -> list[tuple[int, int, Owner]]:
        """What memblock had reserved when the kernel counted its memory, if the log has memblock's lines."""
        if not any(isinstance(record, MemblockCall) for record in self.records):
            return []
        summary = next((each for each in self.records if isinstance(each, MemorySummary)), None)
        position = self.event(summary.line) if summary is not None else None
        at = len(self.trace) if position is None else position
        return [(piece.start, piece.end, piece.value) for piece in owners.reserved(at)]

    def answers(self, owners: Owners) -> tuple[LogAnswer, ...]:
        """The questions that the log raises, answered as far as it tells."""
        return self.ledger(owners).answers


def told_ranges(records: tuple[Record, ...]) -> Iterator[ToldRange]:
    """Whose ranges are, as lines tell."""
    for area in areas(records):
        line = area.claim.line.number if area.claim.line is not None else 0
        yield ToldRange(area.base, area.base + area.size, area.claim.name, area.claim.kind, line)

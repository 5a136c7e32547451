"""The ledger of a log as rows of a pane: a heading for each number that is split, and what it is split into,
each with the line that tells it."""

from __future__ import annotations

from collections.abc import Iterator

from ....model.analysis.from_log.rows import Known, LogLedger, Part, Row
from ....model.analysis.from_log.text import kib
from ....model.analysis.names import said
from ....model.base.units import hex_address, readable_size
from ....model.debugger.moment import Moment
from ....model.language.words import tr
from ....model.logs.log_line import LogLine
from ....model.source.provenance import log_event_at
from ...draw.lines import Line, plain
from ...draw.widths import cells, clipped, ljust, wrapped
from .ledger_rows import LedgerRow

LEAST, MOST = 16, 44
"""Columns that names have."""
NUMBERS = 11 + 12 + 8
"""Columns of a size, its KiB and its share."""


def log_ledger_rows(moment: Moment, found: LogLedger, width: int) -> Iterator[LedgerRow]:
    """All parts; then the questions that the log answers, and what to add to learn more."""
    longest = max((cells(said(row.name)) for part in found.parts for row in part.rows), default=LEAST)
    names = min(max(longest, LEAST), MOST, max(width - NUMBERS - 2, LEAST))
    for part in found.parts:
        yield LedgerRow(f"{tr(part.name)}: {readable_size(part.total)}, {kib(part.total)}{_line(part.line)}")
        for row in part.rows:
            yield from _rows(moment, part, row, names, width)
    for note in found.notes:
        yield from _words(note, width, "dim")
    if found.answers:
        yield LedgerRow(tr("what this log answers"))
    for answer in found.answers:
        event = _event(moment, answer.line)
        yield LedgerRow([(plain(tr(answer.question)), "accent")], event)
        yield from _words(f"{answer.answer}{_line(answer.line)}", width, "")
    if found.advice:
        yield LedgerRow(tr("to learn more, add to the command line"))
    for each in found.advice:
        yield LedgerRow([(each.option, "accent")])
        yield from _words(each.tells, width, "dim")


def _rows(moment: Moment, part: Part, row: Row, names: int, width: int) -> Iterator[LedgerRow]:
    name = plain(said(row.name))
    name = name if cells(name) <= names else f"{clipped(name, names - 1)}…"
    share = f"{100 * row.size / part.total:6.1f} %" if part.total else " " * 8
    line: Line = [
        ("  ", "") if row.known is Known.TOLD else ("≈ ", "comment"),
        (ljust(name, names), ""),
        (f"{readable_size(row.size):>11}", "strong"),
        (f"{kib(row.size):>12}{share}", ""),
    ]
    subject = hex_address(row.first) if row.first is not None else None
    notes, room = _notes(row), width - names - NUMBERS - 6
    event = _event(moment, row.line)
    if notes and cells(notes) <= room:
        line.append((f"  {plain(notes)}", "dim"))
        notes = ""
    yield LedgerRow(line, event, subject)
    yield from _words(notes, width, "dim", "    ")


def _notes(row: Row) -> str:
    known = [tr(row.known.value)] if row.known is not Known.TOLD else []
    place = [tr("line {number}", number=row.line.number)] if row.line is not None else []
    pieces = [tr("{pieces} pieces", pieces=row.pieces)] if row.pieces > 1 else []
    where = (
        [tr("at {first}", first=hex_address(row.first))] if row.first is not None and row.pieces == 1 else []
    )
    return "; ".join((*known, *place, *pieces, *where, *([said(row.why)] if row.why else [])))


def _words(words: str, width: int, style: str, indent: str = "  ") -> Iterator[LedgerRow]:
    for part in wrapped(plain(words), max(width - len(indent), 12)):
        yield LedgerRow([(f"{indent}{part}", style)])


def _line(line: LogLine | None) -> str:
    return tr(" (line {number})", number=line.number) if line is not None and line.number else ""


def _event(moment: Moment, line: LogLine | None) -> int | None:
    return log_event_at(moment.trace, line.number) if line is not None and line.number else None

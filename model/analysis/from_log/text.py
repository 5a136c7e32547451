"""The ledger of a log in words."""

from __future__ import annotations

from collections.abc import Iterator

from ...base.units import hex_address, readable_size
from ...language.words import tr
from ..names import said
from .rows import Known, LogLedger, Part, Row


def log_ledger_lines(found: LogLedger) -> Iterator[str]:
    """All parts, then what the log answers and how to learn more."""
    for part in found.parts:
        yield from part_lines(part)
    yield from (tr("note: {note}", note=note) for note in found.notes)
    for answer in found.answers:
        where = tr(" (line {number})", number=answer.line.number) if answer.line else ""
        yield f"{tr(answer.question)} {answer.answer}{where}"
    if found.advice:
        yield tr("to learn more, add to the command line:")
        yield from (f"  {each.option:<18} {each.tells}" for each in found.advice)


def part_lines(part: Part) -> Iterator[str]:
    """A part: its number, and its rows."""
    yield f"{tr(part.name)}: {readable_size(part.total)}, {kib(part.total)}{_line(part.line)}"
    for row in part.rows:
        share = f"{100 * row.size / part.total:5.1f} %" if part.total else ""
        yield f"{readable_size(row.size):>11} {kib(row.size):>14} {share}  {said(row.name)}{row_notes(row)}"


def row_notes(row: Row) -> str:
    """What stands behind a row: how it is known, where, and why."""
    notes = [tr(row.known.value)] if row.known is not Known.TOLD else []
    notes += [tr("line {number}", number=row.line.number)] if row.line is not None else []
    notes += [tr("{pieces} pieces", pieces=row.pieces)] if row.pieces > 1 else []
    notes += (
        [tr("at {first}", first=hex_address(row.first))] if row.first is not None and row.pieces == 1 else []
    )
    notes += [said(row.why)] if row.why else []
    return f"  ({'; '.join(notes)})" if notes else ""


def kib(size: int) -> str:
    """Bytes as the kernel's line has them; bytes where they are no whole KiB."""
    return f"{size >> 10}K" if size % 1024 == 0 else tr("{size} bytes", size=size)


def _line(line: object) -> str:
    number = getattr(line, "number", 0)
    return tr(" (line {number})", number=number) if number else ""

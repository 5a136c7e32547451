"""Where did my RAM go, from a log: installed RAM, what the kernel counts of it, and who has what is reserved.

Everything adds up to the ``Memory:`` line: what no line tells of is a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...language.words import translatable
from ...logs.log_line import LogLine
from ...logs.records.record import Record
from ...logs.records.summary import MemorySummary
from ..logged_owners import GIGANTIC, NOBODY, UNTOLD
from ..owner_rules import Owner
from .advice import advice, answers
from .installed import installed_part
from .kernel import LoggedKernel
from .memory_line import MemoryLine, memory_line, summary_part
from .reserved import allocated_rows, freed_before, freed_initrd, image_rows, image_size
from .rows import Known, LogLedger, Part, Row, largest_first
from .told_areas import Area, Claim, areas, claimed_pages, kept_in_memory, memory_ranges, rows_of

SPLIT_CMA = (3, 19)
"""The release since which the line tells CMA's pages apart from what is reserved."""
NOT_TOLD = translatable("reserved, not told")
TOO_MUCH = translatable("told above, but counted elsewhere or free again")
IMAGE = translatable("kernel image")
UNNAMED = (NOBODY, UNTOLD)
"""Owners that no line names."""


def log_ledger(
    records: Sequence[Record],
    kernel: LoggedKernel,
    lines: Sequence[LogLine] = (),
    debugged: Sequence[tuple[int, int, Owner]] = (),
) -> LogLedger:
    """The ledger of the `records` that a log's `lines` make.  `debugged` has all that memblock reserved until
    the handover (start, end and owner), where the log has memblock's own lines; then they are what counts."""
    summary = next((record for record in records if isinstance(record, MemorySummary)), None)
    line = memory_line(summary) if summary is not None else None
    claims = list(areas(records))
    told = [area for area in claims if not debugged or area.claim.kind != "reserved"]
    owned = with_image(debugged, image_size(records, summary))
    ranges = [
        Area(start, end - start, Claim(owner.name, None, why=owner.cause)) for start, end, owner in owned
    ]
    told = [*kept_in_memory(records), *ranges, *told]
    memory = memory_ranges(records)
    inside, outside = claimed_pages(told, memory, kernel.page_size)
    parts: list[Part] = []
    first = installed_part(records, kernel, line, outside)
    if first is not None:
        parts.append(first)
    apart = line is not None and "cma-reserved" in line.summary.parts
    rows = rows_of(inside, ("reserved", "no-map") if apart else ("reserved", "no-map", "cma"))
    if line is not None:
        elsewhere = [row for row in rows if row.name == GIGANTIC and row.size <= line.other]
        rows = [row for row in rows if row not in elsewhere]
        parts.append(summary_part(line, kernel.release, elsewhere))
    parts.append(_reserved_part(records, kernel, line, rows, lines, bool(debugged)))
    if apart and line is not None and (line.cma or rows_of(inside, ("cma",))):
        parts.append(_cma_part(line, rows_of(inside, ("cma",))))
    notes = (line.words,) if line is not None and line.words else ()
    return LogLedger(
        tuple(part for part in parts if part.rows), notes, tuple(answers(records, line, lines)), tuple(
            advice(records, kernel, line, lines)
        )
    )  # fmt: skip


def with_image(debugged: Sequence[tuple[int, int, Owner]], size: int) -> list[tuple[int, int, Owner]]:
    """What memblock reserved, the kernel's image named: of what no line names an owner of, the smallest range
    that has room for its parts (`size` bytes), unless somebody knows better."""
    found = list(debugged)
    if size and not any(owner.name == IMAGE for _, _, owner in found):
        unnamed = [each for each in found if each[2].name in UNNAMED or each[2].name.endswith("()")]
        room = min((each for each in unnamed if each[1] - each[0] >= size), key=_length, default=None)
        if room is not None:
            found[found.index(room)] = (
                room[0],
                room[1],
                Owner(IMAGE, translatable("assumed: its parts fit there")),
            )
    return found


def _length(owned: tuple[int, int, Owner]) -> int:
    return owned[1] - owned[0]


def _reserved_part(
    records: Sequence[Record],
    kernel: LoggedKernel,
    line: MemoryLine | None,
    rows: list[Row],
    lines: Sequence[LogLine],
    debugged: bool,
) -> Part:
    """Who has what is reserved, and what no line tells of."""
    image = sum(row.size for row in rows if row.name == IMAGE)
    parts = image_rows(records, line.summary if line else None, image)
    if debugged and not image:
        # Then it is in one of the rows there are, and no line tells in which.
        parts = []
    if parts:
        rows = [row for row in rows if row.name != IMAGE] + parts
    if not debugged:
        rows += allocated_rows(records, kernel, lines)
        rows += freed_initrd(records, rows)
    if line is not None:
        rows += freed_before(records, line.summary.line)
    told = sum(row.size for row in rows)
    if line is None:
        return Part(translatable("reserved, as far as lines tell"), told, largest_first(rows))
    rest = line.reserved - told
    last = Row(NOT_TOLD if rest >= 0 else TOO_MUCH, rest, Known.COMPUTED)
    found = (*largest_first(rows), last) if rest else largest_first(rows)
    return Part(translatable("reserved, by who has it"), line.reserved, found, line.summary.line)


def _cma_part(line: MemoryLine, rows: list[Row]) -> Part:
    rest = line.cma - sum(row.size for row in rows)
    if rest:
        rows = [
            *rows,
            Row(translatable("CMA that no line tells of") if rest > 0 else TOO_MUCH, rest, Known.COMPUTED),
        ]
    return Part(translatable("CMA areas"), line.cma, largest_first(rows), line.summary.line)

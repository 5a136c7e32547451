"""The ``Memory:`` line in all its forms, as one equation.

Since 3.11 mm/page_alloc.c (mm/mm_init.c) prints it in ``mem_init_print_info()``: of the present pages of all
nodes the free ones are available; those that memblock never gave to the page allocator are reserved, less
CMA's since 3.19.  Before that each architecture had its own in ``mem_init()``:

* x86-64 counted up to the last page of RAM, with holes, as ``absent``;
* 32-bit x86 counted so too, but reserved only low memory that is RAM;
* 32-bit Arm and arm64 printed what is not reserved where others print the total;
* SuperH, SPARC and others did not say what is reserved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...language.words import tr, translatable
from ...logs.records.summary import MemorySummary
from .rows import Known, Part, Row

LATE = (6, 11)
"""The release since which the line is printed later, in ``page_alloc_init_late()``."""
TAKEN = translatable("taken from the page allocator before the line was printed")
UNINITIALISED = translatable(
    "not given out yet: page structs that are initialised later, or pages taken before the line"
)


class MemoryLine(NamedTuple):
    """The numbers of the line in bytes: `total` = `available` + `reserved` + `cma` + `absent` + `other`.
    What the line does not say but follows from it is in `computed`."""

    summary: MemorySummary
    total: int
    available: int
    reserved: int
    cma: int
    absent: int
    other: int
    computed: frozenset[str] = frozenset()
    words: str = ""


def memory_line(summary: MemorySummary) -> MemoryLine:
    """The equation of a line."""
    parts, available, total = summary.parts, summary.available, summary.total
    cma, absent = parts.get("cma-reserved", 0), parts.get("absent", 0)
    reserved = parts.get("reserved")
    if reserved is None:
        rest = max(total - available - cma - absent, 0)
        words = tr("this form of the line does not say what is reserved: it is what remains")
        return MemoryLine(
            summary, max(total, available), available, rest, cma, absent, 0, frozenset({"reserved"}), words
        )
    if not has_kernel(summary) and total < available + reserved:
        words = tr("the second number of this form is what is not reserved, the total is their sum")
        return MemoryLine(
            summary,
            total + reserved,
            available,
            reserved,
            cma,
            absent,
            total - available,
            frozenset({"total"}),
            words,
        )
    other = total - available - reserved - cma - absent
    words = tr("this form counts from address 0 to the end of RAM, with holes") if absent else ""
    return MemoryLine(summary, total, available, reserved, cma, absent, other, frozenset(), words)


def has_kernel(summary: MemorySummary) -> bool:
    """Whether the line tells the kernel's sizes."""
    return any(word in summary.parts for word in ("kernel code", "code"))


def other_row(found: MemoryLine, release: tuple[int, int] | None) -> Row:
    """What the line counts in its total and nowhere else."""
    if found.other < 0:
        name = translatable("counted twice by the line (its numbers overlap)")
    elif "rwdata" not in found.summary.parts:
        name = translatable("holes that the total counts, or pages taken before the line was printed")
    elif release and release >= LATE:
        name = TAKEN
    else:
        name = UNINITIALISED
    return Row(name, found.other, Known.COMPUTED)


def summary_part(found: MemoryLine, release: tuple[int, int] | None, elsewhere: Sequence[Row] = ()) -> Part:
    """The line itself as a part of the ledger; the rows `elsewhere` tell who has some of what it counts in
    its total and nowhere else."""
    line = found.summary.line
    rows = [Row(translatable("available (free pages)"), found.available, Known.TOLD, line)]
    rows.append(
        Row(
            "reserved",
            found.reserved,
            _known("reserved", found),
            line,
            translatable("split below") if found.reserved else "",
        )
    )
    if found.cma or "cma-reserved" in found.summary.parts:
        rows.append(
            Row(
                translatable("CMA areas"),
                found.cma,
                Known.TOLD,
                line,
                translatable("lent out to movable pages until claimed"),
            )
        )
    if found.absent:
        rows.append(Row(translatable("absent (holes below the end of RAM)"), found.absent, Known.TOLD, line))
    rows += elsewhere
    other = other_row(found, release)
    if rest := other.size - sum(row.size for row in elsewhere):
        rows.append(other._replace(size=rest))
    return Part(translatable("the kernel's total (Memory: line)"), found.total, tuple(rows), line)


def _known(name: str, found: MemoryLine) -> Known:
    return Known.COMPUTED if name in found.computed else Known.TOLD

"""Which addresses are whose, by the lines that tell both: what is RAM, and who has which part of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ...base.intervals import IntervalMap
from ...language.words import translatable
from ...logs.log_line import LogLine
from ...logs.records.firmware import MapChange, MapEntry
from ...logs.records.memblock import MemblockDump
from ...logs.records.record import Record
from ...logs.records.reserved import CmaArea, CrashKernel, NodeData, OwnedRange, ReservedNode
from ...logs.records.zones import NodeRange
from ...memory.memblock.regions import MEMBLOCK_NOMAP
from .rows import Known, Row

FIRMWARE_MAPS = ("e820", "efi")


class Claim(NamedTuple):
    """Somebody has a range; `kind` is ``reserved``, ``cma`` or ``no-map``."""

    name: str
    line: LogLine | None
    kind: str = "reserved"
    known: Known = Known.TOLD
    why: str = ""


class Area(NamedTuple):
    """A range of bytes that somebody has."""

    base: int
    size: int
    claim: Claim


def areas(records: Iterable[Record]) -> Iterator[Area]:
    """What lines say of who has which range, in their order."""
    for record in records:
        area = _area(record)
        if area is not None and area.size > 0:
            yield area


def _area(record: Record) -> Area | None:
    match record:
        case ReservedNode(line=line, name=name, base=int(base), size=size, failed=""):
            kind = "no-map" if record.nomap else "reserved"
            return Area(base, size, Claim(f"reserved memory {name}", line, kind, why=record.compatible))
        case CmaArea(line=line, name=name, base=int(base), size=size, failed=""):
            return Area(base, size, Claim(f"CMA area {name}".rstrip(), line, "cma"))
        case CrashKernel(line=line, base=int(base), size=size, failed=""):
            return Area(
                base,
                size,
                Claim(
                    translatable("crash kernel (low part)") if record.low else translatable("crash kernel"),
                    line,
                ),
            )
        case NodeData(line=line, base=base, size=size):
            return Area(base, size, Claim(translatable("node data (pg_data_t)"), line))
        case OwnedRange(line=line, owner=owner, base=base, size=size, reserves=True):
            return Area(base, size, Claim(owner, line))
        case _:
            return None


def kept_in_memory(records: Sequence[Record]) -> Iterator[Area]:
    """What is the kernel's memory and marked no-map without a line that names its owner: by the last dump of
    memblock; and what UEFI's map does not call usable, where UEFI alone tells of memory (a PC has another map
    for that)."""
    dump = next((each for each in reversed(records) if isinstance(each, MemblockDump)), None)
    for region in dump.memory.regions if dump is not None else ():
        if region.flags and region.flags & MEMBLOCK_NOMAP:
            yield Area(
                region.base,
                region.size,
                Claim(translatable("memory that is not mapped"), region.line, "no-map"),
            )
    if firmware_map(records) == "efi":
        for record in records:
            if isinstance(record, MapEntry) and record.map == "efi" and not record.usable and record.size > 0:
                yield Area(record.base, record.size, Claim(f"UEFI: {record.kind}", record.line, "no-map"))


def memory_ranges(records: Sequence[Record]) -> tuple[tuple[int, int], ...]:
    """What of the addresses is RAM that nodes have, as the kernel says it last; else what firmware calls
    usable.  Sorted, no two overlap; nothing where no line tells."""
    nodes = [(record.start, record.end) for record in records if isinstance(record, NodeRange)]
    return united(nodes) or usable_ranges(records)


def usable_ranges(records: Sequence[Record], *, changed: bool = True) -> tuple[tuple[int, int], ...]:
    """What of firmware's map is usable, after what the kernel `changed` in it."""
    usable: IntervalMap[bool] = IntervalMap()
    chosen = firmware_map(records)
    for record in records:
        if isinstance(record, MapEntry) and record.map == chosen:
            usable.put(record.base, record.base + record.size, True if record.usable else None)
        elif isinstance(record, MapChange) and changed and record.old == "usable" != record.new:
            usable.put(record.base, record.base + record.size, None)
    return tuple((each.start, each.end) for each in usable)


def firmware_map(records: Iterable[Record]) -> str:
    """The map that tells of all RAM: the first that is printed of those that firmware makes."""
    maps = [record.map for record in records if isinstance(record, MapEntry)]
    return next((known for known in FIRMWARE_MAPS if known in maps), maps[0] if maps else "")


def united(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges, sorted; those that overlap or touch are one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def total(ranges: Iterable[tuple[int, int]]) -> int:
    """The bytes of ranges that do not overlap."""
    return sum(end - start for start, end in ranges)


def claimed_pages(
    claims: Iterable[Area], memory: Sequence[tuple[int, int]], page_size: int
) -> tuple[IntervalMap[Claim], IntervalMap[Claim]]:
    """Whose the pages are: those that are RAM, and the others.  A page belongs to whoever claims it last; of
    a CMA area within a reserved node both tell, it is the area's."""
    everywhere: IntervalMap[Claim] = IntervalMap()
    for area in sorted(claims, key=lambda area: area.claim.kind == "cma"):
        start = area.base - area.base % page_size
        everywhere.put(start, -(-(area.base + area.size) // page_size) * page_size, area.claim)
    inside: IntervalMap[Claim] = IntervalMap()
    outside: IntervalMap[Claim] = IntervalMap()
    if not memory:
        return everywhere, outside
    for each in everywhere:
        outside.put(each.start, each.end, each.value)
    for start, end in memory:
        for piece in everywhere.within(start, end):
            inside.put(piece.start, piece.end, piece.value)
            outside.put(piece.start, piece.end, None)
    return inside, outside


def rows_of(pages: IntervalMap[Claim], kinds: Sequence[str]) -> list[Row]:
    """A row for each name that has pages of these kinds."""
    rows: dict[str, Row] = {}
    for start, end, claim in pages:
        if claim.kind not in kinds:
            continue
        old = rows.get(claim.name)
        if old is None:
            why = "; ".join(filter(None, ("no-map" if claim.kind == "no-map" else "", claim.why)))
            rows[claim.name] = Row(claim.name, end - start, claim.known, claim.line, why, start)
        else:
            rows[claim.name] = old._replace(size=old.size + end - start, pieces=old.pieces + 1)
    return list(rows.values())

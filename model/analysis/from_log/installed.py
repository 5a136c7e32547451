"""From the RAM that is installed to what the kernel counts: what firmware keeps, and what is taken away.

The map of firmware (e820, UEFI) tells of RAM that the kernel never has.  Where there is none, the ranges of
the nodes and the holes between them are all that is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...base.intervals import IntervalMap
from ...base.units import address_range
from ...language.words import tr, translatable
from ...logs.log_line import LogLine
from ...logs.records.firmware import MapChange, MapEntry
from ...logs.records.record import Record
from ...logs.records.summary import BanksSummary
from ...logs.records.zones import NodeRange
from .kernel import LoggedKernel
from .memory_line import MemoryLine
from .rows import Known, Part, Row, largest_first
from .told_areas import (
    Claim,
    firmware_map,
    memory_ranges,
    total,
    united,
    usable_ranges,
)

FIRMWARES_RAM = ("ACPI data", "ACPI NVS", "ACPI Memory NVS", "ACPI Reclaim", "Runtime Code", "Runtime Data",
                 "persistent", "soft reserved", "PAL Code", "Unaccepted")  # fmt: skip
"""How maps call RAM that firmware has."""
KEPT = 256 << 20
"""The largest hole between two pieces of RAM that is taken for RAM which somebody keeps."""
COUNTED = translatable("counted by the kernel")
PARTS = translatable("parts of pages, and RAM that no line accounts for")
MORE = translatable("that the line counts beside this RAM")


def installed_part(
    records: Sequence[Record], kernel: LoggedKernel, line: MemoryLine | None, outside: IntervalMap[Claim]
) -> Part | None:
    """All RAM as it is told, and what the kernel does not have of it; None if no line tells of RAM.
    `outside` has who claims what is no memory of the kernel's."""
    chosen = firmware_map(records)
    nodes = united((each.start, each.end) for each in records if isinstance(each, NodeRange))
    if chosen in ("e820", "efi"):
        name = (
            translatable("RAM as firmware tells (BIOS-e820)")
            if chosen == "e820"
            else translatable("RAM as firmware tells (UEFI map)")
        )
        ram: IntervalMap[bool] = IntervalMap()
        kept = _kept_by_firmware(records, chosen)
        for start, end in (
            *usable_ranges(records, changed=False),
            *((each.base, each.end) for each in kept),
            *nodes,
        ):
            ram.put(start, end, True)
        whole = _size(ram)
        ours = nodes or usable_ranges(records)
        for start, end in ours:
            ram.put(start, end, None)
        rows = [*_taken(ram, kept), *_changes(ram, records)]
        rest = total(ours)
        if _size(ram):
            rows.append(_not_in_nodes(_size(ram), records))
    elif nodes:
        name = translatable("RAM as its nodes tell")
        rows = list(_holes(nodes, outside))
        rest = total(nodes)
        whole = rest + sum(row.size for row in rows)
    else:
        banks = next((record for record in records if isinstance(record, BanksSummary)), None)
        if banks is None:
            return None
        name, rows, rest, whole = translatable("RAM as its banks tell"), [], banks.total, banks.total
    if line is not None:
        counted = line.total - line.absent
        if rest != counted:
            rows.append(Row(PARTS if rest > counted else MORE, rest - counted, Known.COMPUTED))
        rest = counted
    first = next(
        (each.line for each in records if isinstance(each, MapEntry | NodeRange | BanksSummary)), None
    )
    counted_row = Row(
        COUNTED, rest, Known.TOLD if line else Known.COMPUTED, line.summary.line if line else None
    )
    return Part(name, whole, (*largest_first(rows), counted_row), first)


class Kept(NamedTuple):
    """A range of bytes that firmware keeps, by the words of its map."""

    base: int
    end: int
    kind: str
    known: Known
    line: LogLine


def _kept_by_firmware(records: Sequence[Record], chosen: str) -> list[Kept]:
    """What is RAM and firmware's: what is called so, and what is reserved right beside RAM, without a hole
    between."""
    entries = sorted(
        (each for each in records if isinstance(each, MapEntry) and each.map == chosen),
        key=lambda each: each.base,
    )
    found: list[Kept] = []
    last = -1
    for entry in entries:
        end = entry.base + entry.size
        is_ram = entry.usable or any(kind.lower() in entry.kind.lower() for kind in FIRMWARES_RAM)
        if not is_ram and (entry.base != last or end > _last_ram(entries, entry)):
            continue
        last = end
        if not entry.usable:
            known = Known.TOLD if is_ram else Known.ASSUMED
            found.append(Kept(entry.base, end, entry.kind, known, entry.line))
    return found


def _taken(ram: IntervalMap[bool], kept: Sequence[Kept]) -> Iterator[Row]:
    """A row for each kind of what firmware keeps, of what is left of `ram`; it is taken out there."""
    rows: dict[tuple[str, Known], Row] = {}
    for each in kept:
        size = sum(piece.end - piece.start for piece in ram.within(each.base, each.end))
        ram.put(each.base, each.end, None)
        if not size:
            continue
        key = each.kind, each.known
        old = rows.get(key)
        why = "" if each.known is Known.TOLD else tr("it lies right beside RAM: assumed to be RAM")
        if old is None:
            rows[key] = Row(f"kept by firmware: {each.kind}", size, each.known, each.line, why, each.base)
        else:
            rows[key] = old._replace(size=old.size + size, pieces=old.pieces + 1)
    yield from rows.values()


def _size(ram: IntervalMap[bool]) -> int:
    return sum(each.end - each.start for each in ram)


def _last_ram(entries: Sequence[MapEntry], entry: MapEntry) -> int:
    """Where RAM beside an entry may end: below 4 GiB at the next multiple of 256 MiB, as chip sets set it."""
    return (
        -(-(entry.base + 1) // KEPT) * KEPT if entry.base < 1 << 32 else entries[-1].base + entries[-1].size
    )


def _changes(ram: IntervalMap[bool], records: Sequence[Record]) -> Iterator[Row]:
    """What the kernel takes out of what is usable, of what is left of `ram`; it is taken out there."""
    for record in records:
        if not isinstance(record, MapChange) or record.old != "usable" or record.new == "usable":
            continue
        end = record.base + record.size
        taken = sum(each.end - each.start for each in ram.within(record.base, end))
        ram.put(record.base, end, None)
        if taken:
            to = record.new or translatable("removed")
            name = f"taken out of the map: {address_range(record.base, record.size)} is {to}"
            yield Row(name, taken, Known.TOLD, record.line, "", record.base)


def _not_in_nodes(size: int, records: Sequence[Record]) -> Row:
    given = next(
        (each.line for each in records if isinstance(each, MapEntry) and each.map.startswith("user")), None
    )
    line = given or next((each.line for each in records if isinstance(each, NodeRange)), None)
    name = (
        translatable("taken out by the command line (mem=, memmap=)")
        if given
        else translatable("usable, but in no node")
    )
    return Row(name, size, Known.COMPUTED, line)


def _holes(nodes: Sequence[tuple[int, int]], outside: IntervalMap[Claim]) -> Iterator[Row]:
    """Who has what lies between pieces of RAM and is none of the kernel's."""
    kept = pieces = first = 0
    for (_, start), (end, _) in pairwise(nodes):
        claimed = outside.within(start, end)
        for each in claimed:
            words = (
                tr("no-map: it is taken out of memory")
                if each.value.kind == "no-map"
                else tr("it is no memory of a node")
            )
            yield Row(each.value.name, each.end - each.start, Known.TOLD, each.value.line, words, each.start)
        rest = end - start - sum(each.end - each.start for each in claimed)
        if rest and end - start <= KEPT:
            kept, pieces, first = kept + rest, pieces + 1, first or start
    if kept:
        why = tr("small holes between pieces of RAM: assumed to be RAM of firmware, or no-map")
        yield Row(translatable("holes that firmware keeps"), kept, Known.ASSUMED, None, why, first, pieces)


def has_ram(records: Sequence[Record]) -> bool:
    """Whether any line tells where RAM is."""
    return bool(memory_ranges(records))

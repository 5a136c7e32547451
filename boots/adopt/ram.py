"""Which RAM there is: what firmware said of it, or else the nearest thing that the log has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...model.base.errors import InputError
from ...model.base.units import hex_address, readable_size
from ...model.logs.records.firmware import MapEntry
from ...model.logs.records.memblock import MemblockCall, MemblockDump, Operation
from ...model.logs.records.record import Record
from ...model.logs.records.summary import CommandLine, MemorySummary
from ...model.logs.records.zones import NodeRange, ZoneRange
from .board import Bank

NOT_FIRMWARE = "arm64_memblock_init"
"""The kernel adds memory again itself, where ``mem=`` has cut off an initrd."""
ASSUMED_START = 0x40000000


class Ram(NamedTuple):
    """The banks of RAM, where they are known from, and what of that is assumed ("": nothing)."""

    banks: tuple[Bank, ...]
    source: str
    assumed: str = ""


def ram_of(records: Sequence[Record]) -> Ram:
    """The RAM of a log.  Raises `InputError` if it tells of none."""
    found = (
        _added(records)
        or _in_map(records)
        or _in_dump(records)
        or _in_nodes(records)
        or _in_zones(records)
        or _in_summary(records)
    )
    if found is None:
        raise InputError("the log does not tell of any RAM: neither ranges of memory nor the Memory: line")
    limited = next((r for r in records if isinstance(r, CommandLine) and _limits(r.text)), None)
    if limited is not None and not found.source.startswith("memblock_add"):
        found = found._replace(
            assumed=f"{found.assumed or found.source}; mem= has cut off RAM that the log does not show"
        )
    return found._replace(banks=_with_nodes(found.banks, records))


def _limits(text: str) -> bool:
    return any(word.startswith("mem=") for word in text.split())


def _added(records: Iterable[Record]) -> Ram | None:
    """What was added to memblock while firmware was read."""
    banks = [
        Bank(record.base, record.base + record.size)
        for record in records
        if isinstance(record, MemblockCall)
        and record.operation is Operation.ADD
        and record.size
        and not record.caller.startswith(NOT_FIRMWARE)
    ]
    return Ram(tuple(banks), "memblock_add() of what firmware says") if banks else None


def _in_map(records: Iterable[Record]) -> Ram | None:
    """The ranges of a map of memory that the kernel takes for RAM."""
    entries = [record for record in records if isinstance(record, MapEntry) and record.usable and record.size]
    whose = entries[0].map if entries else ""
    banks = joined(Bank(entry.base, entry.base + entry.size) for entry in entries if entry.map == whose)
    return Ram(banks, f"the map of memory ({whose})") if banks else None


def _in_dump(records: Iterable[Record]) -> Ram | None:
    dump = next((record for record in records if isinstance(record, MemblockDump)), None)
    if dump is None or not dump.memory.is_complete:
        return None
    banks = joined(
        Bank(region.base, region.base + region.size) for region in dump.memory.regions if region.size
    )
    if not banks:
        return None
    return Ram(
        banks,
        "memblock's dump",
        "RAM is what memblock's first dump has: what was taken out before is not there",
    )


def _in_nodes(records: Iterable[Record]) -> Ram | None:
    ranges = [record for record in records if isinstance(record, NodeRange)]
    banks = joined(Bank(each.start, each.end) for each in ranges)
    if not banks:
        return None
    return Ram(
        banks,
        "the early memory node ranges",
        "RAM is what the nodes' ranges have: what the kernel took out before that is not there",
    )


def _in_zones(records: Iterable[Record]) -> Ram | None:
    zones = [record for record in records if isinstance(record, ZoneRange)]
    banks = joined(
        Bank(zone.start, zone.end) for zone in zones if zone.start is not None and zone.end is not None
    )
    if not banks:
        return None
    return Ram(
        banks, "the zones' ranges", "RAM fills the zones' ranges: the log does not tell of holes in them"
    )


def _in_summary(records: Iterable[Record]) -> Ram | None:
    told = next((record for record in records if isinstance(record, MemorySummary)), None)
    if told is None:
        return None
    return Ram(
        (Bank(ASSUMED_START, ASSUMED_START + told.total),),
        "the Memory: line",
        f"RAM is one bank of {readable_size(told.total)} at {hex_address(ASSUMED_START)}: the log tells its"
        " size only",
    )


def joined(banks: Iterable[Bank]) -> tuple[Bank, ...]:
    """Banks in their order, those that touch made one."""
    found: list[Bank] = []
    for bank in sorted(banks):
        if found and bank.start <= found[-1].end:
            found[-1] = found[-1]._replace(end=max(bank.end, found[-1].end))
        else:
            found.append(bank)
    return tuple(found)


def _with_nodes(banks: tuple[Bank, ...], records: Iterable[Record]) -> tuple[Bank, ...]:
    """The banks, cut where nodes begin, if there are several."""
    ranges = sorted({(each.start, each.end, each.nid) for each in records if isinstance(each, NodeRange)})
    if len({nid for _, _, nid in ranges}) < 2:
        return banks
    found: list[Bank] = []
    for bank in banks:
        owners = [each for each in ranges if each[0] < bank.end and bank.start < each[1]]
        at = bank.start
        for number, (_, _, nid) in enumerate(owners):
            following = owners[number + 1] if number + 1 < len(owners) else None
            if following is not None and following[2] == nid:
                continue
            end = following[0] if following is not None else bank.end
            found.append(Bank(at, end, nid))
            at = end
        if not owners:
            found.append(bank._replace(nid=ranges[0][2]))
    return tuple(found)

"""Nodes and zones of a log, from the lines that mm/mm_init.c (mm/page_alloc.c before 6.4) prints of them.

A log tells what zones may span, what nodes span and which ranges are their memory.  What a node's zones span
and have of that follows, as ``zone_spanned_pages_in_node`` and ``zone_absent_pages_in_node`` compute it; what
the buddy allocator manages is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ....model.logs.records.record import Record, Understood
from ....model.logs.records.reserved import NodeData
from ....model.logs.records.zones import MovableStart, NodeRange, NodeSpan, ZoneRange
from ....model.memory.state import State
from ....model.memory.zones import Node, Zone
from .scribe import MAX_NUMNODES
from .steps import Step

MOVABLE, DEVICE = "Movable", "Device"
WHY = "a node's zones span what it has of the ranges of zones, and have what it has of memory there"
LOWEST, HIGHEST = "arch_zone_lowest_possible_pfn", "arch_zone_highest_possible_pfn"


def plain_zones(understood: Understood, page_shift: int) -> Iterator[Step]:
    """The limits of zones, and each node when all is told of it."""
    records = understood.records
    zones = _last_block([record for record in records if isinstance(record, ZoneRange)])
    if not zones:
        return
    yield Step(zones[-1].line.number, "free_area_init", _limits(zones, page_shift))
    ranges = [record for record in records if isinstance(record, NodeRange) and record.start < record.end]
    spans = {record.nid: record for record in records if isinstance(record, NodeSpan)}
    for nid in sorted({each.nid for each in ranges} | spans.keys()):
        if not 0 <= nid < MAX_NUMNODES:
            continue
        own = [each for each in ranges if each.nid == nid]
        line = max(each.line.number for each in (*own, *zones, *([spans[nid]] if nid in spans else ())))
        node = _node(nid, own, spans.get(nid), zones, _others(nid, records), page_shift)
        yield Step(line, "free_area_init_node", _set(node), WHY, (("nid", nid),))


def _last_block(zones: list[ZoneRange]) -> list[ZoneRange]:
    """The ranges as they were printed last, each zone once."""
    return list({zone.name: zone for zone in zones}.values())


def _limits(zones: Sequence[ZoneRange], page_shift: int) -> Callable[[State], None]:
    def do(state: State) -> None:
        state.zones.set_limit(LOWEST, tuple((zone.start or 0) >> page_shift for zone in zones))
        state.zones.set_limit(HIGHEST, tuple((zone.end or 0) >> page_shift for zone in zones))

    return do


def _others(nid: int, records: Sequence[Record]) -> tuple[int, int | None]:
    """Where a node's ``pg_data_t`` lies (0 if that is not told), and its movable zone begins."""
    data = [record.base for record in records if isinstance(record, NodeData) and record.nid == nid]
    movable = [record.start for record in records if isinstance(record, MovableStart) and record.nid == nid]
    return data[-1] if data else 0, movable[-1] if movable else None


def _node(
    nid: int,
    ranges: Sequence[NodeRange],
    span: NodeSpan | None,
    zones: Sequence[ZoneRange],
    others: tuple[int, int | None],
    page_shift: int,
) -> Node:
    """A node as its ranges and its span tell it, in pages."""
    pgdat, movable = others
    start = min((each.start for each in ranges), default=span.start if span else 0)
    end = max((each.end for each in ranges), default=span.end if span else 0)
    pages = [(-(-each.start >> page_shift), each.end >> page_shift) for each in ranges]
    first, last = -(-start >> page_shift), end >> page_shift
    limit = last if movable is None else movable >> page_shift
    made: list[Zone] = []
    for zone in zones:
        if zone.name == DEVICE:
            made.append(_zone(MOVABLE, limit, last, pages))
        low, high = (zone.start or 0) >> page_shift, (zone.end or 0) >> page_shift
        made.append(_zone(zone.name, max(low, first), min(high, limit), pages))
    if not any(zone.name == MOVABLE for zone in made):
        made.append(_zone(MOVABLE, limit, last, pages))
    populated = [at for at, zone in enumerate(made, 1) if zone.present]
    present = sum(zone.present for zone in made)
    return Node(nid, pgdat, max(populated, default=0), first, last - first, present, tuple(made))


def _zone(name: str, start: int, end: int, pages: Sequence[tuple[int, int]]) -> Zone:
    if start >= end:
        return Zone(name)
    present = sum(max(min(last, end) - max(first, start), 0) for first, last in pages)
    return Zone(name, start, end - start, present) if present else Zone(name)


def _set(node: Node) -> Callable[[State], None]:
    def do(state: State) -> None:
        state.zones.set_node(node)

    return do

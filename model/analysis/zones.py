"""Nodes and zones as people look at them: maps by address, free lists by order, the kernel's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ..index.calls import CallIndex
from ..language.words import tr
from ..memory.buddy import FreeRun
from ..memory.memblock.regions import Region
from ..memory.zones import Node, Zone
from ..trace.changes import Assign, Change
from ..trace.events import Kind, Trace

SPEAKERS = (
    "free_area_init",
    "free_area_init_node",
    "memmap_init_zone_range",
    "memmap_init",
    "init_unavailable_range",
    "build_zonelists",
    "build_all_zonelists",
)
"""The functions whose log lines are about zones."""

HOLE, TAKEN, OUTSIDE = "·", "▒", " "
LETTERS = {"DMA": "D", "DMA32": "3", "Normal": "N", "Movable": "M", "Device": "V"}
"""The letters of zones in a map."""


class NodeScale(Struct, frozen=True):
    """Physical addresses from `start` up to `end` on `columns` columns."""

    start: int
    end: int
    columns: int

    @property
    def bytes_per_column(self) -> int:
        """How much of memory a column stands for, rounded up."""
        return -(-(self.end - self.start) // self.columns)

    def column_range(self, start: int, end: int) -> range:
        """The columns that any of [start, end) falls into."""
        size = self.bytes_per_column
        first = max((start - self.start) // size, 0)
        return range(first, min(-(-(end - self.start) // size), self.columns))


class OrderRow(Struct, frozen=True):
    """The free blocks of one order: how many, and the bytes of all of them."""

    order: int
    blocks: int
    size: int


def scale_of(nodes: Iterable[Node], page_size: int, columns: int) -> NodeScale | None:
    """All that the nodes span; None if they span nothing."""
    spans = [(node.start_pfn, node.end_pfn) for node in nodes if node.spanned]
    if not spans or columns < 1:
        return None
    start, end = min(first for first, _ in spans), max(last for _, last in spans)
    return NodeScale(start * page_size, end * page_size, columns)


def memory_of(node: Node, memory: Iterable[Region], nodes: Mapping[int, Node]) -> list[Region]:
    """The regions of memory on a node; those on none are on the first."""
    return [region for region in memory if (region.nid if region.nid in nodes else 0) == node.nid]


def node_map(
    node: Node, memory: Iterable[Region], free: Sequence[FreeRun], scale: NodeScale, page_size: int
) -> str:
    """A node's `memory`, a character a column: the letter of the zone it is in, `TAKEN` where nothing is free
    although the buddy allocator has taken over, `HOLE` in what the node spans without having it."""
    cells = [OUTSIDE] * scale.columns
    for at in scale.column_range(node.start_pfn * page_size, node.end_pfn * page_size):
        cells[at] = HOLE
    for region in memory:
        for zone in node.zones:
            start = max(region.base, zone.start_pfn * page_size)
            end = min(region.end, zone.end_pfn * page_size)
            if start < end:
                letter = TAKEN if free else LETTERS.get(zone.name, "?")
                for at in scale.column_range(start, end):
                    cells[at] = letter
    for run in free:
        if run.nid == node.nid:
            letter = LETTERS.get(node.zones[run.zone].name, "?")
            for at in scale.column_range(run.start_pfn * page_size, run.end_pfn * page_size):
                cells[at] = letter
    return "".join(cells)


def orders(zone: Zone, page_size: int) -> list[OrderRow]:
    """A zone's free lists."""
    return [
        OrderRow(order, blocks, (blocks << order) * page_size) for order, blocks in enumerate(zone.nr_free)
    ]


def fallback_words(node: Node, nodes: Mapping[int, Node]) -> str:
    """A node's fallback list: the zones that an allocation tries, in order."""
    parts = [
        tr("{name} of node {nid}", name=nodes[ref.nid].zones[ref.zone].name, nid=ref.nid)
        for ref in node.zonelist
    ]
    return " › ".join(parts)


def zone_log(occurrences: CallIndex, stop: int) -> list[int]:
    """The lines of the log before the position `stop` that are about zones: their events, in order."""
    trace = occurrences.trace
    found: list[int] = []
    for name in SPEAKERS:
        for function in occurrences.functions_named(name):
            for enter in occurrences.enters(function.number):
                if enter >= stop:
                    break
                found += _own_lines(trace, enter, min(trace.partner(enter) or stop, stop))
    return sorted(found)


def _own_lines(trace: Trace, enter: int, stop: int) -> Iterator[int]:
    """The log lines of a call itself, not of the calls made from it."""
    return (event for event in trace.of_kind(Kind.LOG, enter, stop) if trace.parent(event) == enter)


def buddyinfo_lines(nodes: Iterable[Node]) -> Iterator[str]:
    """The file ``/proc/buddyinfo`` (mm/vmstat.c: ``frag_show_print()``)."""
    for node in nodes:
        for zone in node.zones:
            if zone.present:
                counts = "".join(f"{count:6} " for count in zone.nr_free)
                yield f"Node {node.nid}, zone {zone.name:>8} {counts}"


def zoneinfo_lines(nodes: Iterable[Node]) -> Iterator[str]:
    """What ``/proc/zoneinfo`` says of the sizes of zones (mm/vmstat.c: ``zoneinfo_show_print()``)."""
    for node in nodes:
        for zone in node.zones:
            if not zone.present:
                continue
            yield f"Node {node.nid}, zone {zone.name:>8}"
            yield f"  pages free     {zone.free_pages}"
            yield f"        spanned  {zone.spanned}"
            yield f"        present  {zone.present}"
            yield f"        managed  {zone.managed}"
            yield f"        cma      {zone.cma_pages}"


def last_change(trace: Trace, nid: int, zone: str, stop: int) -> int | None:
    """The last event before `stop` that changed a node, or, if it is given, that zone of it."""
    event = trace.last_of_kind(Kind.ZONE, stop)
    while event >= 0:
        if any(_is_about(change, nid, zone) for change in trace.payload(event)):
            return event
        event = trace.last_of_kind(Kind.ZONE, event)
    return None


def spanned_by(trace: Trace, nid: int, zone: str, stop: int) -> int | None:
    """The last event before `stop` by which that zone of a node, or, without a name, the first of its zones
    that has pages, got the pages that it spans."""
    event, found = trace.last_of_kind(Kind.ZONE, stop), None
    while event >= 0:
        if any(_spans(change, nid, zone) for change in trace.payload(event)):
            if zone:
                return event
            found = event
        event = trace.last_of_kind(Kind.ZONE, event)
    return found


def _spans(change: Change, nid: int, zone: str) -> bool:
    if change.target != "zones.nodes" or not isinstance(change, Assign) or change.key != nid:
        return False
    if change.new is None:
        return False
    old = {each.name: (each.start_pfn, each.spanned) for each in change.old.zones} if change.old else {}
    return any(
        each.spanned and old.get(each.name) != (each.start_pfn, each.spanned)
        for each in change.new.zones
        if not zone or each.name == zone
    )


def _is_about(change: Change, nid: int, zone: str) -> bool:
    if change.target != "zones.nodes" or not isinstance(change, Assign) or change.key != nid:
        return False
    return not zone or _zone(change.old, zone) != _zone(change.new, zone)


def _zone(node: Node | None, name: str) -> Zone | None:
    return next((zone for zone in node.zones if zone.name == name), None) if node else None

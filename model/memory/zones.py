"""Nodes and zones: what they span, what is present, what the buddy allocator manages.

Mirrors ``struct pglist_data`` and ``struct zone`` of include/linux/mmzone.h, and the arrays of
mm/page_alloc.c (mm/mm_init.c since 6.4) that decide the zones' limits.
"""

from __future__ import annotations

from typing import NamedTuple

from ..trace.changes import Assign, Splice
from ..trace.events import Kind
from .buddy import Exchange
from .recorded import RecordedDict, RecordedList

ULONG_MAX = (1 << 64) - 1


class Zone(NamedTuple):
    """One ``struct zone``, sizes in pages; `nr_free` counts the free blocks of each order."""

    name: str
    start_pfn: int = 0
    spanned: int = 0
    present: int = 0
    managed: int = 0
    cma_pages: int = 0
    nr_free: tuple[int, ...] = ()

    @property
    def end_pfn(self) -> int:
        """``zone_end_pfn()``: the pfn after the zone's last."""
        return self.start_pfn + self.spanned

    @property
    def free_pages(self) -> int:
        """The pages on the zone's free lists."""
        return sum(count << order for order, count in enumerate(self.nr_free))


class ZoneRef(NamedTuple):
    """One ``struct zoneref`` of a zonelist: the zone `zone` (an index) of node `nid`."""

    nid: int
    zone: int


class Node(NamedTuple):
    """One ``pg_data_t``, sizes in pages; `pgdat_pa` is its physical address.  `zonelist` is its fallback
    list, the zones an allocation tries in turn.  Where the kernel defers the initialisation of page
    structs, those from `first_deferred_pfn` on wait."""

    nid: int
    pgdat_pa: int
    nr_zones: int = 0
    start_pfn: int = 0
    spanned: int = 0
    present: int = 0
    zones: tuple[Zone, ...] = ()
    zonelist: tuple[ZoneRef, ...] = ()
    first_deferred_pfn: int = ULONG_MAX

    @property
    def end_pfn(self) -> int:
        """``pgdat_end_pfn()``: the pfn after the node's last."""
        return self.start_pfn + self.spanned

    def with_zone(self, index: int, zone: Zone) -> Node:
        """This node with another zone at `index`."""
        return self._replace(zones=(*self.zones[:index], zone, *self.zones[index + 1 :]))


class Zones:
    """Every node, by nid; the limits ``arch_zone_lowest_possible_pfn``,
    ``arch_zone_highest_possible_pfn``, ``zone_movable_pfn`` and ``max_zone_pfns``, each a tuple of pfns;
    and `free`, the `FreeRun`s of pages that the buddy allocator has, in address order."""

    def __init__(self) -> None:
        self.limits = RecordedDict("zones.limits", Kind.ZONE)
        self.nodes = RecordedDict("zones.nodes", Kind.ZONE)
        self.free = RecordedList("zones.free", Kind.ZONE)

    def set_node(self, node: Node) -> None:
        """Put a node's new state in place of its old one.  Recorded."""
        self.nodes.put(node.nid, node, depth=2)

    def set_limit(self, name: str, pfns: tuple[int, ...]) -> None:
        """Set one of the arrays that decide the zones' limits.  Recorded."""
        self.limits.put(name, pfns, depth=2)

    def exchange_pages(self, exchange: Exchange, node: Node) -> None:
        """Free or take pages; `node` has the counts of free blocks that come of it.  Recorded as one
        event."""
        old = self.nodes[node.nid]
        self.free.splice(exchange.at, len(exchange.removed), exchange.inserted)
        self.nodes[node.nid] = node
        changes = (
            Splice(self.free.target, exchange.at, exchange.removed, exchange.inserted),
            Assign(self.nodes.target, node.nid, old, node),
        )
        self.free.trace.change(Kind.ZONE, changes, depth=2)

"""Nodes and zones at a position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from msgspec import Struct

from ..base.units import hex_address, readable_size
from ..language.words import tr
from ..memory.zones import Node
from .html import table


class ZoneView(Struct, frozen=True):
    """One ``struct zone`` of node `nid`; all but `name`, `start_pfn` and `page_size` (bytes) counts pages.
    `nr_free` are the free blocks of each order."""

    nid: int
    name: str
    start_pfn: int
    spanned: int
    present: int
    managed: int
    cma_pages: int
    nr_free: tuple[int, ...]
    page_size: int

    @property
    def end_pfn(self) -> int:
        """The pfn behind the last."""
        return self.start_pfn + self.spanned

    @property
    def free_pages(self) -> int:
        """The pages on its free lists."""
        return sum(count << order for order, count in enumerate(self.nr_free))


class NodeView(Struct, frozen=True):
    """One ``pg_data_t``, sizes in pages; `pgdat` is its physical address."""

    nid: int
    start_pfn: int
    spanned: int
    present: int
    pgdat: int
    zones: tuple[ZoneView, ...]

    @property
    def end_pfn(self) -> int:
        """The pfn behind the last."""
        return self.start_pfn + self.spanned


class NodesView(Sequence[NodeView]):
    """The nodes, by number."""

    def __init__(self, nodes: Sequence[NodeView]) -> None:
        self._nodes = tuple(nodes)

    @overload
    def __getitem__(self, index: int) -> NodeView: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[NodeView, ...]: ...
    def __getitem__(self, index: int | slice) -> NodeView | tuple[NodeView, ...]:
        return self._nodes[index]

    def __len__(self) -> int:
        return len(self._nodes)

    def __repr__(self) -> str:
        return f"NodesView({list(self._nodes)!r})"

    def _repr_html_(self) -> str:
        headings = ("node", tr("first pfn"), tr("end pfn"), "spanned", "present", "pg_data_t")
        rows = (
            (
                each.nid,
                hex(each.start_pfn),
                hex(each.end_pfn),
                each.spanned,
                each.present,
                hex_address(each.pgdat),
            )
            for each in self._nodes
        )
        return table(tr("nodes (pages)"), headings, rows)


class ZonesView(Sequence[ZoneView]):
    """The zones of all nodes, in the kernel's order."""

    def __init__(self, zones: Sequence[ZoneView]) -> None:
        self._zones = tuple(zones)

    @overload
    def __getitem__(self, index: int) -> ZoneView: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ZoneView, ...]: ...
    def __getitem__(self, index: int | slice) -> ZoneView | tuple[ZoneView, ...]:
        return self._zones[index]

    def __len__(self) -> int:
        return len(self._zones)

    def named(self, name: str, nid: int = 0) -> ZoneView:
        """The zone of that name on a node.  Raises KeyError if there is none."""
        found = next((zone for zone in self._zones if (zone.name, zone.nid) == (name, nid)), None)
        if found is None:
            raise KeyError(tr("node {nid} has no zone {name}", nid=nid, name=name))
        return found

    def __repr__(self) -> str:
        return f"ZonesView({list(self._zones)!r})"

    def _repr_html_(self) -> str:
        headings = ("node", "zone", tr("first pfn"), tr("end pfn"), "spanned", "present", "managed", "free")
        rows = (
            (
                *(zone.nid, zone.name, hex(zone.start_pfn), hex(zone.end_pfn)),
                *(zone.spanned, zone.present, zone.managed),
                readable_size(zone.free_pages * zone.page_size),
            )
            for zone in self._zones
        )
        return table(tr("zones (pages)"), headings, rows)


def node_views(nodes: Mapping[int, Node], page_size: int) -> Iterator[NodeView]:
    """The nodes of a state."""
    for nid in sorted(nodes):
        node = nodes[nid]
        zones = tuple(
            ZoneView(
                *(nid, zone.name, zone.start_pfn, zone.spanned, zone.present, zone.managed, zone.cma_pages),
                nr_free=zone.nr_free,
                page_size=page_size,
            )
            for zone in node.zones
        )
        yield NodeView(nid, node.start_pfn, node.spanned, node.present, node.pgdat_pa, zones)

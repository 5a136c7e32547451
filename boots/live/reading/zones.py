"""Nodes and zones of a running kernel: ``struct pglist_data``, ``struct zone``, the fallback lists, where the
lists of free blocks begin, and the arrays that decide the zones' limits.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ....model.language.words import tr
from ....model.memory.zones import ULONG_MAX, Node, Zone, ZoneRef
from ...remote.target import Range
from ..memory import WORD, KernelMemory
from .free_lists import LINKS, FreeList
from .layouts import Layouts
from .said_once import SaidOnce

MOST_NODES = 1 << 10
"""More nodes than any kernel has."""
MOST_ZONES = 8
MOST_ORDERS = 32
MEMBERS = ("nr_zones", "node_start_pfn", "node_spanned_pages", "node_present_pages")
LIMITS: tuple[str, ...] = (
    "arch_zone_lowest_possible_pfn",
    "arch_zone_highest_possible_pfn",
    "zone_movable_pfn",
)
"""The arrays; ``max_zone_pfns`` stands on the stack of a function only."""
LONGEST_NAME = 16
U64 = ULONG_MAX


class ZonesValues(NamedTuple):
    """Nodes by number, and the limits by name: nothing before the kernel has made them.  `lists` are those
    of free blocks that are not empty."""

    nodes: Mapping[int, Node]
    limits: Mapping[str, tuple[int, ...]]
    lists: Sequence[FreeList] = ()


class _Shape(NamedTuple):
    """Bytes of a zone, of a node, of a `free_area` and where its count is; zones of a node, orders, nodes."""

    zone: int
    node: int
    free_area: int
    nr_free: int
    zones: int
    orders: int
    nodes: int


class ZonesReader:
    """Reads nodes and zones.  `physical` tells the physical address of a virtual one, None if it cannot;
    `missing` has a sentence for each thing that can never be read of this kernel."""

    def __init__(self, memory: KernelMemory, physical: Callable[[int], int | None]) -> None:
        self.memory = memory
        self._said = SaidOnce()
        self._physical = physical
        self._layouts = Layouts(memory)
        self._names: tuple[str, ...] = ()
        self._shape = self._found_shape()
        if self._shape is None:
            self._said.say(tr("the kernel's types do not tell how its nodes and zones are laid out"))
        if memory.address("node_data") is None and memory.address("contig_page_data") is None:
            self._said.say(tr("the kernel's symbols do not tell where its nodes are"))
        for name in LIMITS:
            if memory.address(name) is None:
                self._said.say(tr("the kernel has no symbol {name}", name=name))

    @property
    def max_numnodes(self) -> int:
        """MAX_NUMNODES, as the length of the fallback lists tells it; 1 if nobody does."""
        return self._shape.nodes if self._shape is not None and self._has_nodes() else 1

    @property
    def missing(self) -> list[str]:
        """What cannot be read of this kernel, in sentences."""
        return self._said.sentences

    def _found_shape(self) -> _Shape | None:
        size, place = self._layouts.size, self._layouts.place
        zone, node = size("zone"), size("pglist_data")
        zones, areas = place("pglist_data", "node_zones"), place("zone", "free_area")
        lists = place("pglist_data", "node_zonelists")
        if not zone or not node or zones is None or areas is None or lists is None:
            return None
        count = zones[1] // zone
        area, nr_free = size("free_area"), self._layouts.offset("free_area", "nr_free")
        if not area or not 0 < count <= MOST_ZONES:
            return None
        if nr_free is None:
            # It stands behind the lists.
            nr_free = area - WORD
        # With NUMA there are two lists, one of them with all zones of all nodes and one more.
        each = 2 if self._has_nodes() else 1
        nodes = (lists[1] // each // (2 * WORD) - 1) // count
        orders = min(areas[1] // area, MOST_ORDERS)
        return _Shape(zone, node, area, nr_free, count, orders, min(max(nodes, 1), MOST_NODES))

    def _has_nodes(self) -> bool:
        return self.memory.address("node_data") is not None

    # ---- reading ----

    async def read(self) -> ZonesValues | None:
        """Ask for it now.  None if nothing can be read."""
        shape = self._shape
        if shape is None:
            return None
        pointers, limits = await asyncio.gather(self._pointers(shape), self._limits(shape))
        if pointers is None:
            return None
        if not self._names:
            self._names = await self._zone_names(shape)
        lists: list[FreeList] = []
        nodes = await self._nodes(shape, pointers, lists)
        if not self._has_nodes():
            # The one node is in the image from the start; it counts once it is set up.
            nodes = {nid: node for nid, node in nodes.items() if node.zones}
        return ZonesValues(nodes, limits, [each for each in lists if each.nid in nodes])

    async def _pointers(self, shape: _Shape) -> dict[int, int] | None:
        """The virtual address of each node's data, by node."""
        whole = self.memory.address("contig_page_data")
        array = self.memory.address("node_data")
        if array is None:
            return None if whole is None else {0: whole}
        data = await self.memory.bytes_at(array, shape.nodes * WORD)
        if data is None:
            return None
        found = struct.unpack(f"<{shape.nodes}Q", data)
        return {nid: address for nid, address in enumerate(found) if address}

    async def _zone_names(self, shape: _Shape) -> tuple[str, ...]:
        address = self.memory.address("zone_names")
        data = await self.memory.bytes_at(address, shape.zones * WORD) if address is not None else None
        if data is None:
            return ()
        pointers = struct.unpack(f"<{shape.zones}Q", data)
        words = await self.memory.many([Range(pointer, LONGEST_NAME) for pointer in pointers])
        return tuple(_word(each) for each in words) if None not in words else ()

    async def _nodes(
        self, shape: _Shape, pointers: Mapping[int, int], free: list[FreeList]
    ) -> dict[int, Node]:
        """The nodes; their lists of free blocks come to `free`."""
        lists = self._layouts.place("pglist_data", "node_zonelists") or (0, 0)
        longest = min(len(pointers) * shape.zones + 1, shape.nodes * shape.zones + 1) * 2 * WORD
        zones_at = self._layouts.offset("pglist_data", "node_zones") or 0
        tail = lists[0] + lists[1]
        ranges: list[Range] = []
        for address in pointers.values():
            ranges.append(Range(address + zones_at, shape.zones * shape.zone))
            ranges.append(Range(address + lists[0], longest))
            ranges.append(Range(address + tail, self._last(shape) - tail))
        data = await self.memory.many(ranges)
        found: dict[int, Node] = {}
        for number, (nid, address) in enumerate(pointers.items()):
            zones, zonelist, members = data[3 * number : 3 * number + 3]
            if zones is None or zonelist is None or members is None:
                continue
            numbers = [self._layouts.number(bytes(tail) + members, "pglist_data", each) for each in MEMBERS]
            nr_zones, start_pfn, spanned, present = (each or 0 for each in numbers)
            free += self._free_lists(shape, zones, nid, address + zones_at)
            deferred = self._layouts.number(bytes(tail) + members, "pglist_data", "first_deferred_pfn")
            found[nid] = Node(
                nid,
                self._physical(address) or 0,
                nr_zones,
                start_pfn,
                spanned,
                present,
                await self._zones(shape, zones),
                self._zonelist(shape, zonelist, pointers, zones_at),
                # 0 only before the node is set up.
                deferred or ULONG_MAX,
            )
        return found

    def _last(self, shape: _Shape) -> int:
        """The byte behind the last member of a node that is read."""
        places = (self._layouts.place("pglist_data", member) for member in (*MEMBERS, "first_deferred_pfn"))
        return min(max((sum(place) for place in places if place is not None), default=0), shape.node)

    async def _zones(self, shape: _Shape, data: bytes) -> tuple[Zone, ...]:
        """The zones of a node; none before they are set up."""
        found: list[Zone] = []
        begun = False
        for index in range(shape.zones):
            at = index * shape.zone
            names = ("zone_start_pfn", "spanned_pages", "present_pages", "managed_pages", "cma_pages")
            start, spanned, present, managed, cma = (
                self._layouts.number(data, "zone", member, at) or 0 for member in names
            )
            pointer = self._layouts.number(data, "zone", "name", at)
            begun = begun or bool(pointer or spanned or present)
            name = self._names[index] if self._names else await self._name_at(pointer)
            free = self._nr_free(shape, data, at)
            found.append(Zone(name, start, spanned, present, managed, cma, free))
        return tuple(found) if begun else ()

    async def _name_at(self, pointer: int | None) -> str:
        return _word(await self.memory.bytes_at(pointer, LONGEST_NAME)) if pointer else ""

    def _nr_free(self, shape: _Shape, data: bytes, at: int) -> tuple[int, ...]:
        first = at + (self._layouts.offset("zone", "free_area") or 0) + shape.nr_free
        ends = (first + order * shape.free_area for order in range(shape.orders))
        return tuple(int.from_bytes(data[end : end + WORD], "little") for end in ends)

    def _free_lists(self, shape: _Shape, data: bytes, nid: int, address: int) -> Iterator[FreeList]:
        """The lists that are not empty, in the zones of a node, which are at an address."""
        areas = self._layouts.offset("zone", "free_area") or 0
        for zone in range(shape.zones):
            for order, count in enumerate(self._nr_free(shape, data, zone * shape.zone)):
                first = zone * shape.zone + areas + order * shape.free_area
                for at in range(first, first + shape.nr_free if count else first, LINKS):
                    head = address + at & U64
                    links = struct.unpack_from("<QQ", data, at) if at + LINKS <= len(data) else (0, 0)
                    if links[0] not in (0, head):
                        yield FreeList(head, *links, nid, zone, order)

    def _zonelist(
        self, shape: _Shape, data: bytes, pointers: Mapping[int, int], zones_at: int
    ) -> tuple[ZoneRef, ...]:
        """The fallback list up to its end; a zone of no known node ends it too."""
        found: list[ZoneRef] = []
        zones = {
            address + zones_at + index * shape.zone: ZoneRef(nid, index)
            for nid, address in pointers.items()
            for index in range(shape.zones)
        }
        for pointer, _ in struct.iter_unpack("<QQ", data):
            if pointer not in zones:
                break
            found.append(zones[pointer])
        return tuple(found)

    async def _limits(self, shape: _Shape) -> dict[str, tuple[int, ...]]:
        counts = dict(zip(LIMITS, (shape.zones, shape.zones, shape.nodes), strict=True))
        places = {
            name: Range(address, count * WORD)
            for name, count in counts.items()
            if (address := self.memory.address(name)) is not None
        }
        read = await self.memory.many(list(places.values()))
        found = {
            name: struct.unpack(f"<{counts[name]}Q", data)
            for name, data in zip(places, read, strict=True)
            if data is not None
        }
        # All of them are set at once, and some zone ends somewhere.
        return found if any(found.get("arch_zone_highest_possible_pfn", ())) else {}


def _word(data: bytes | None) -> str:
    return (data or b"").partition(b"\0")[0].decode("ascii", "replace")

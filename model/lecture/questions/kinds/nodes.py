"""Nodes and zones: who gets a page frame, what a zone spans, what is there of it, what the buddy has."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from ....base.units import address_range, hex_address, readable_size
from ....language.words import tr, translatable
from ....memory.memblock.regions import Region
from ....memory.state import State
from ....memory.zones import Node, Zone
from ..choosing import around, choices_of
from ..kind import Kind, Places
from ..material import Material
from ..question import AMOUNT, EASY, HARD, MIDDLING, NAME, Choice, Cursor, Question, Value
from .frames import some_pfn

HOLE = "none"
"""The answer where no zone, or no node, has it."""
SET_NODE = "memblock_set_node"
HANDOVER = ("memblock_free_all", "mem_init")


class Place(NamedTuple):
    """A zone of a node."""

    node: Node
    zone: Zone


def zones_of(state: State) -> list[Place]:
    """The zones that span anything, by node and in their order."""
    nodes: Iterator[Node] = iter(state.zones.nodes.values())
    return [Place(node, zone) for node in nodes for zone in node.zones if zone.spanned]


def zone_of(state: State, pfn: int) -> Place | None:
    """The zone that a page frame is in."""
    return next((each for each in zones_of(state) if each.zone.start_pfn <= pfn < each.zone.end_pfn), None)


def _no_zone() -> str:
    return tr("no zone")


def _name_text(value: Value) -> str:
    return _no_zone() if value == HOLE else str(value)


# ---- which zone ----


def zone_places(material: Material) -> Places:
    """The call that makes the zones."""
    return {} if material.zones_start is None else {"zones": [material.zones_start]}


def _edges(state: State) -> list[int]:
    """Page frames at the edges of zones, where one has to know."""
    found: list[int] = []
    for _, zone in zones_of(state):
        found += [zone.start_pfn, zone.end_pfn - 1]
    return found


def make_zone(material: Material, event: int, chance: Random) -> Question | None:
    """The question which zone a page frame comes to."""
    reveal = material.after(event)
    there, edges = zones_of(material.at(reveal)), _edges(material.debugger.state)
    names = list(dict.fromkeys(zone.name for node in _nodes(material) for zone in node.zones))
    if not there or len(names) < 2:
        return None
    pfn = chance.choice(edges) if chance.random() < 0.5 else some_pfn(material, reveal, chance)
    found = zone_of(material.at(reveal), pfn) if pfn is not None else None
    if pfn is None or found is None:
        return None
    zone, address = found.zone, pfn << material.facts.page_shift
    return Question(
        kind=ZONE.name,
        difficulty=MIDDLING if pfn in edges or len(there) > 2 else EASY,
        position=event,
        reveal=reveal,
        subject=event,
        moment=material.moment(event),
        text=tr(
            "{function} is called. Which zone gets pfn {pfn}, that is physical address {address}?",
            function=material.name(event),
            pfn=hex(pfn),
            address=hex_address(address),
        ),
        form=NAME,
        answer=zone.name,
        shown=zone.name,
        choices=choices_of(chance, zone.name, [*names, HOLE], _name_text),
        explanation=tr(
            "Zone {zone} of node {node} goes from pfn {first} to {last}, that is below physical address"
            " {end}.",
            zone=zone.name,
            node=found.node.nid,
            first=hex(zone.start_pfn),
            last=hex(zone.end_pfn - 1),
            end=hex_address(zone.end_pfn << material.facts.page_shift),
        ),
        place=material.place(event),
        cursor=Cursor("zones"),
    )


def _nodes(material: Material) -> list[Node]:
    """The nodes, where the material stands."""
    return list(material.debugger.state.zones.nodes.values())


# ---- present and spanned ----


def make_present(material: Material, event: int, chance: Random) -> Question | None:
    """The question how many of the pages that a zone spans are there."""
    reveal = material.after(event)
    there = [each for each in zones_of(material.at(reveal)) if each.zone.present]
    if not there:
        return None
    chosen = chance.choice(there)
    node, zone = chosen
    others = [each.zone.present for each in there if each != chosen]
    hole = zone.spanned - zone.present
    wrong = [zone.spanned, zone.spanned - hole // 2, zone.present - 1, *others, zone.present + 1]
    wrong += [zone.present + (1 << 8), zone.present - (1 << 8)]
    page = material.facts.page_size
    return Question(
        kind=PRESENT.name,
        difficulty=HARD if hole else EASY,
        position=event,
        reveal=reveal,
        subject=event,
        moment=material.moment(event),
        text=tr(
            "Zone {zone} of node {node} will span {spanned} pages, from pfn {first} on. How many of them will"
            " be present, that is have memory behind them?",
            zone=zone.name,
            node=node.nid,
            spanned=zone.spanned,
            first=hex(zone.start_pfn),
        ),
        form=AMOUNT,
        unit=page,
        answer=zone.present,
        shown=_pages_text(zone.present, page),
        choices=_page_choices(chance, zone.present, wrong, page),
        explanation=tr(
            "spanned is where the zone begins and ends, present what memblock.memory has in it: {present} of"
            " {spanned} pages; {hole} ({size}) are holes.",
            present=zone.present,
            spanned=zone.spanned,
            hole=hole,
            size=readable_size(hole * page),
        ),
        place=material.place(event),
    )


def _pages_text(pages: int, page: int) -> str:
    return tr("{pages} pages ({size})", pages=pages, size=readable_size(pages * page))


def _page_choices(chance: Random, answer: int, wrong: list[int], page: int) -> tuple[Choice, ...]:
    return choices_of(chance, answer, wrong, lambda value: _pages_text(int(value), page))


# ---- managed ----


def managed_places(material: Material) -> Places:
    """The call that hands memory over to the buddy allocator."""
    found = material.first_call(*HANDOVER)
    return {} if found is None else {"handover": [found]}


def make_managed(material: Material, event: int, chance: Random) -> Question | None:
    """The question how many pages of a zone the buddy allocator gets."""
    reveal = material.after(event)
    before = {(node.nid, zone.name): zone for node, zone in zones_of(material.at(event))}
    there = [
        (node, zone, old)
        for node, zone in zones_of(material.at(reveal))
        if (old := before.get((node.nid, zone.name))) is not None and zone.managed != old.managed
    ]
    if not there:
        return None
    node, zone, old = chance.choice(there)
    page = material.facts.page_size
    taken = zone.present - zone.managed
    wrong = [zone.present, zone.spanned, old.managed, zone.present - taken // 2, zone.managed - taken]
    wrong += [zone.managed - taken // 2, *around(zone.managed, 256)]
    return Question(
        kind=MANAGED.name,
        difficulty=HARD,
        position=event,
        reveal=reveal,
        subject=event,
        moment=material.moment(event),
        text=tr(
            "{function} gives what nobody reserved to the buddy allocator. Zone {zone} of node {node} has"
            " {present} present pages. How many will it manage then?",
            function=material.name(event),
            zone=zone.name,
            node=node.nid,
            present=zone.present,
        ),
        form=AMOUNT,
        unit=page,
        answer=zone.managed,
        shown=_pages_text(zone.managed, page),
        choices=_page_choices(chance, zone.managed, wrong, page),
        explanation=tr(
            "{taken} pages ({size}) stay reserved: the image, the device tree, page tables, page structs,"
            " whatever memblock.reserved has there; a CMA area for now: managed is present without them.",
            taken=taken,
            size=readable_size(taken * page),
        ),
        place=material.place(event),
    )


# ---- which node ----


def node_places(material: Material) -> Places:
    """The first call that gives memory to a node."""
    found = material.first_call(SET_NODE, "setup_node_data")
    return {} if found is None else {"nodes": [found]}


def node_of(regions: list[Region], address: int) -> Region | None:
    """The region of memory that an address is in."""
    return next((region for region in regions if region.base <= address < region.end), None)


def make_node(material: Material, event: int, chance: Random) -> Question | None:
    """The question which node has an address."""
    reveal = material.zones_start
    if reveal is None or reveal <= event:
        return None
    regions = list(material.at(reveal).memblock.memory.regions)
    maximum = material.debugger.state.memblock.max_numnodes
    nodes = sorted({region.nid for region in regions if 0 <= region.nid < maximum})
    if len(nodes) < 2:
        return None
    region = chance.choice([each for each in regions if each.nid in nodes])
    page = material.facts.page_size
    address = chance.choice((region.base, region.end - page, region.base + region.size // 2 & -page))
    found = node_of(regions, address)
    if found is None:
        return None
    own = [each for each in regions if each.nid == found.nid]
    answer = str(found.nid)

    def words(value: Value) -> str:
        return tr("no node") if value == HOLE else tr("node {nid}", nid=value)

    return Question(
        kind=NODE.name,
        difficulty=EASY if len(own) == 1 else MIDDLING,
        position=event,
        reveal=reveal,
        subject=event,
        moment=material.moment(event),
        text=tr(
            "The nodes are about to be told to memblock. Which node will have the memory at {address}?",
            address=hex_address(address),
        ),
        form=NAME,
        answer=answer,
        shown=words(answer),
        choices=choices_of(chance, answer, [*(str(nid) for nid in nodes), HOLE], words),
        explanation=tr(
            "memblock_set_node gives {range} to node {nid}, which has {count} regions of memory.",
            range=address_range(found.base, found.size),
            nid=found.nid,
            count=len(own),
        ),
        place=material.place(event),
        cursor=Cursor("memblock", found.base, found.end),
    )


ZONE = Kind("zone", translatable("which zone gets a page frame"), ("zones",), zone_places, make_zone)
PRESENT = Kind(
    "present", translatable("how many pages of a zone are present"), ("zones",), zone_places, make_present
)
MANAGED = Kind(
    "managed",
    translatable("how many pages of a zone the buddy allocator manages"),
    ("zones", "exact_state"),
    managed_places,
    make_managed,
)
NODE = Kind("node", translatable("which node has an address"), (), node_places, make_node)

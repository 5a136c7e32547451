"""Zones and nodes as they are told when they are made.

Mirrors ``free_area_init`` and what it calls (mm/page_alloc.c, mm/mm_init.c since 6.3); kernels before 3.7
print page frame numbers, later ones ``[mem …]``.
"""

from __future__ import annotations

import re

from ..log_line import LogLine
from ..records.summary import Fact
from ..records.zones import MovableStart, NodePages, NodeRange, NodeSpan, Zonelists, ZonePages, ZoneRange
from .form import HEX, Form, Said, exclusive, inclusive, nothing
from .setting import Setting

ZONE = r"(?P<zone>DMA|DMA32|Normal|HighMem|Movable|Device)"
ZONES = ("DMA", "DMA32", "Normal", "HighMem", "Movable", "Device")


def bytes_of(match: re.Match[str], setting: Setting) -> tuple[int, int]:
    """Base and size of the range in a line, printed as bytes (``mem``, ``last``) or as page frames (``pfn``,
    ``pfn_end``)."""
    if match["mem"] is not None:
        return inclusive(match["mem"], match["last"])
    base, size = exclusive(match["pfn"], match["pfn_end"])
    return base << setting.page_shift, size << setting.page_shift


SPAN = (
    r"(?:\[mem (?:0x)?(?P<mem>[0-9a-f]+)-(?:0x)?(?P<last>[0-9a-f]+)\]"
    r"|(?:0x)?(?P<pfn>[0-9a-f]+) -> (?:0x)?(?P<pfn_end>[0-9a-f]+))"
)


def zone_range(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What a zone may span.  Old kernels print an empty zone as one that ends where it begins."""
    if match["empty"]:
        return ZoneRange(line, match["zone"], None, None)
    base, size = bytes_of(match, setting)
    return ZoneRange(line, match["zone"], base, base + size) if size else empty(line, match["zone"])


def empty(line: LogLine, zone: str) -> ZoneRange:
    """A zone that spans nothing."""
    return ZoneRange(line, zone, None, None)


def node_range(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A range of a node's memory; of "Movable zone start" it is where that begins."""
    base, size = bytes_of(match, setting)
    return NodeRange(line, int(match["nid"]), base, base + size)


def movable(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Where a node's movable zone begins: bytes, page frames in old kernels."""
    start = int(match["start"], 16)
    shift = 0 if "PFN" not in setting.heading else setting.page_shift
    return MovableStart(line, int(match["nid"]), start << shift)


def node_span(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What a node spans."""
    setting.nid = int(match["nid"])
    if match["mem"] is None:
        return NodeSpan(line, setting.nid, 0, 0)
    base, size = inclusive(match["mem"], match["last"])
    return NodeSpan(line, setting.nid, base, base + size)


def old_node_span(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What a node spans, of x86 before 3.5: the end is not included."""
    setting.nid = int(match["nid"])
    base, size = exclusive(match[2], match[3])
    return NodeSpan(line, setting.nid, base, base + size)


def node_pages(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The present pages of a node."""
    setting.nid = int(match["nid"])
    return NodePages(line, setting.nid, int(match["pages"]))


def zone_memmap(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What a zone's page structs take."""
    return ZonePages(line, match["zone"], setting.nid, memmap=int(match["pages"]))


def zone_reserved(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """``dma_reserve``."""
    return ZonePages(line, match["zone"], setting.nid, reserved=int(match["pages"]))


def zone_pages(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The pages of a zone: all that are present, before 3.7 less its page structs."""
    return ZonePages(line, match["zone"], setting.nid, pages=int(match["pages"]))


def unavailable(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Page structs of a hole."""
    return ZonePages(line, match["zone"], int(match["nid"]), unavailable=int(match["pages"]))


def zonelists(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What the zones hold together."""
    return Zonelists(line, int(match["lists"]), int(match["pages"]))


def heading(line: LogLine, match: re.Match[str], setting: Setting) -> None:
    """A line that rows belong to."""
    setting.heading = line.text.strip()


def node_of(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The node that the next lines are about."""
    setting.nid = int(match["nid"])
    return Fact(line, "page structs of a node", (setting.nid, int(match["map"], 16)))


def zeroed(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Page structs of holes that nothing initialised."""
    return Fact(line, "page structs of holes", (int(match[1]),))


ANY_ZONE = r"(?P<zone>\w+) zone: "
FORMS = (
    Form(("Zone",), r"Zone (?:PFN )?ranges:", heading),
    Form(ZONES, rf"{ZONE}\s+(?:(?P<empty>empty)|{SPAN})", zone_range),
    Form(("Movable",), r"Movable zone start (?:PFN )?for each node", heading),
    Form(("Early",), r"[Ee]arly memory (?:PFN|node) ranges", heading),
    Form(("early_node_map[",), r"early_node_map\[\d+\] active PFN ranges", heading),
    Form(("node", "Node", "#"), rf"(?:[Nn]ode\s+)?(?P<nid>\d+): {SPAN}", node_range),
    Form(("Node", "node"), r"[Nn]ode (?P<nid>\d+): (?:0x)?(?P<start>[0-9a-f]+)", movable),
    Form(
        ("Initmem",),
        r"Initmem setup node (?P<nid>\d+)"
        r"(?: \[mem (?:0x)?(?P<mem>[0-9a-f]+)-(?:0x)?(?P<last>[0-9a-f]+)\]| as memoryless)",
        node_span,
    ),
    Form(("Initmem", "Bootmem"), rf"(?:Init|Boot)mem setup node (?P<nid>\d+) {HEX}-{HEX}", old_node_span),
    Form(
        ("On",),
        r"On node (?P<nid>\d+),? totalpages: (?P<pages>\d+)(?: \(\d+ present\))?",
        node_pages,
    ),
    Form(
        ("On",),
        r"On node (?P<nid>\d+), zone (?P<zone>\w+): (?P<pages>\d+) pages in unavailable ranges",
        unavailable,
    ),
    Form((), ANY_ZONE + r"(?P<pages>\d+) pages? used for memmap", zone_memmap, holds=" zone: "),
    Form((), ANY_ZONE + r"(?P<pages>\d+) pages? reserved", zone_reserved, holds=" zone: "),
    Form(
        (),
        ANY_ZONE + r"(?P<pages>\d+) pages?(?P<batch>, LIFO batch:\d+)?",
        zone_pages,
        holds=" zone: ",
        tail="batch",
    ),
    Form((), ANY_ZONE + r"\d+ pages used for memmap exceeds (?P<pages>\d+) .*", nothing, holds=" zone: "),
    Form(
        ("Built",),
        r"Built (?P<lists>\d+) zonelists(?: in \w+ order)?, mobility grouping (?:on|off)\."
        r" +Total pages: (?P<pages>\d+)",
        zonelists,
    ),
    Form(("Built",), r"Built (?P<lists>\d+) zonelists\. +Total pages: (?P<pages>\d+)", zonelists),
    Form(
        ("free_area_init_node",),
        r"free_area_init_node: node (?P<nid>\d+), pgdat [0-9a-f]+, node_mem_map (?P<map>[0-9a-f]+)",
        node_of,
    ),
    Form(
        ("Zeroed", "Zeroing"),
        r"Zero(?:ed|ing) struct page in unavailable ranges: (\d+) pages",
        zeroed,
    ),
    Form(("Policy",), r"Policy zone: \w+", nothing),
    Form(("Fallback",), r"Fallback order for Node \d+: [\d ]+", nothing),
)

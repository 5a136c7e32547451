"""Nodes and zones: maps by address, free lists, and the kernel's own words."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.analysis.zones import (
    OrderRow,
    buddyinfo_lines,
    fallback_words,
    last_change,
    memory_of,
    node_map,
    orders,
    scale_of,
    zone_log,
    zoneinfo_lines,
)
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.memblock import Region
from bootstep.model.memory.zones import Node, Zone

NUMA2 = Path(__file__).parents[2] / "data" / "oracle" / "6.1-4k48" / "numa2"
PAGE = 4096
DMA = Zone("DMA", 0x40000, 0x40000, 0x40000, 0x3F000, 0, (3, 0, 1))
NODE = Node(0, 0x7FDE_6B40, 1, 0x40000, 0x40000, 0x40000, (DMA, Zone("DMA32")))


@cache
def booted() -> Debugger:
    kernel = load_kernel(read_machine("virt-2g-numa2"))
    boot(kernel)
    debugger = debugger_of(kernel)
    debugger.until("memblock_free_all:return")
    return debugger


def test_the_kernels_lines_about_zones_are_those_of_the_real_log() -> None:
    trace = booted().trace
    ours = [trace.log_text(event) for event in zone_log(booted().occurrences, len(trace))]
    real = gzip.decompress((NUMA2 / "dmesg.log.gz").read_bytes()).decode().splitlines()
    plain = [re.sub(r"^\[ *\d+\.\d+\] ", "", line) for line in real]
    first = plain.index("Zone ranges:")
    assert ours[:9] == plain[first : first + 9]
    assert any(line.startswith("Built 2 zonelists") for line in ours)
    assert set(ours) <= set(plain)


def test_lines_after_the_position_are_not_there_yet() -> None:
    debugger = booted()
    events = zone_log(debugger.occurrences, len(debugger.trace))
    assert zone_log(debugger.occurrences, events[3]) == events[:3]


def test_the_files_in_proc() -> None:
    assert list(buddyinfo_lines([NODE])) == ["Node 0, zone      DMA      3      0      1 "]
    assert list(zoneinfo_lines([NODE]))[:4] == [
        "Node 0, zone      DMA",
        "  pages free     7",
        "        spanned  262144",
        "        present  262144",
    ]


def test_free_lists_add_up_to_what_is_free_in_the_buddy_allocator() -> None:
    state = booted().state
    for node in state.zones.nodes.values():
        for zone in node.zones:
            runs = [run for run in state.zones.free if (run.nid, node.zones[run.zone]) == (node.nid, zone)]
            free = sum(run.end_pfn - run.start_pfn for run in runs)
            assert sum(row.size for row in orders(zone, PAGE)) == free * PAGE == zone.managed * PAGE


def test_orders_double() -> None:
    assert orders(DMA, PAGE) == [OrderRow(0, 3, 3 * PAGE), OrderRow(1, 0, 0), OrderRow(2, 1, 4 * PAGE)]


def test_a_map_shows_zones_holes_and_what_is_not_free() -> None:
    holes = NODE._replace(present=0x20000, zones=(DMA._replace(present=0x20000),))
    memory = [Region(0x4000_0000, 0x1000_0000, 0, 0), Region(0x7000_0000, 0x1000_0000, 0, 0)]
    scale = scale_of([holes], PAGE, 8)
    assert scale is not None and scale.bytes_per_column == 0x800_0000
    assert node_map(holes, memory, [], scale, PAGE) == "DD····DD"
    state = booted().state
    nodes = state.zones.nodes
    wide = scale_of(nodes.values(), PAGE, 16)
    assert wide is not None
    regions = memory_of(nodes[1], state.memblock.memory.regions, nodes)
    drawn = node_map(nodes[1], regions, state.zones.free, wide, PAGE)
    assert drawn.startswith(" " * 8 + "D") and "N" not in drawn


def test_memory_on_no_node_is_on_the_first() -> None:
    regions = [Region(0, PAGE, 0, 16)]
    assert memory_of(NODE, regions, {0: NODE}) == regions
    assert memory_of(NODE._replace(nid=1), regions, {0: NODE, 1: NODE}) == []


def test_nothing_spanned_no_scale() -> None:
    assert scale_of([Node(0, 0)], PAGE, 40) is None


def test_the_fallback_list_in_words() -> None:
    nodes = booted().state.zones.nodes
    assert fallback_words(nodes[1], nodes) == "DMA of node 1 › DMA of node 0"


def test_the_last_change_of_a_zone_is_not_that_of_another_node() -> None:
    trace, end = booted().trace, len(booted().trace)
    first, second = last_change(trace, 0, "DMA", end), last_change(trace, 1, "DMA", end)
    assert first is not None and second is not None and first < second
    assert last_change(trace, 0, "Movable", end) != first
    assert last_change(trace, 7, "", end) is None

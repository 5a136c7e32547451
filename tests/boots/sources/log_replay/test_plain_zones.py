"""Nodes and zones of a log."""

from __future__ import annotations

from bootstep.model.logs.records.reserved import NodeData
from bootstep.model.logs.records.zones import MovableStart, NodeRange, NodeSpan, ZoneRange
from bootstep.model.source.provenance import Inferred, Logged, provenance
from bootstep.model.trace.events import Kind
from logs_of_our_own import MIB, LogOfOurOwn

GIB = 1 << 30
PAGES = GIB >> 12


def two_nodes(movable: int | None = None) -> LogOfOurOwn:
    log = LogOfOurOwn()
    log.records.append(NodeData(log.says("NODE_DATA(1) allocated"), 1, 5 * GIB - 0x4000, 0x4000))
    log.records.append(ZoneRange(log.says("  DMA32"), "DMA32", 0x1000, 4 * GIB))
    log.records.append(ZoneRange(log.says("  Normal"), "Normal", 4 * GIB, 5 * GIB))
    if movable is not None:
        log.records.append(MovableStart(log.says("  Node 1:"), 1, movable))
    log.records.append(NodeRange(log.says("  node   0:"), 0, MIB, 2 * GIB))
    log.records.append(NodeRange(log.says("  node   1:"), 1, 2 * GIB, 3 * GIB))
    log.records.append(NodeRange(log.says("  node   1:"), 1, 4 * GIB, 5 * GIB))
    log.records.append(NodeSpan(log.says("Initmem setup node 0"), 0, MIB, 2 * GIB))
    log.records.append(NodeSpan(log.says("Initmem setup node 1"), 1, 2 * GIB, 5 * GIB))
    return log


def test_a_nodes_zones_span_what_it_has_of_theirs() -> None:
    nodes = two_nodes().replayed().state.zones.nodes
    first, second = nodes[0], nodes[1]
    assert (first.start_pfn, first.present, first.nr_zones) == (256, 2 * PAGES - 256, 1)
    assert [(zone.name, zone.spanned, zone.present) for zone in second.zones] == [
        ("DMA32", 2 * PAGES, PAGES),
        ("Normal", PAGES, PAGES),
        ("Movable", 0, 0),
    ]
    assert (second.spanned, second.present, second.pgdat_pa) == (3 * PAGES, 2 * PAGES, 5 * GIB - 0x4000)


def test_the_movable_zone_takes_the_end_of_its_node() -> None:
    nodes = two_nodes(4 * GIB + 512 * MIB).replayed().state.zones.nodes
    assert [zone.present for zone in nodes[1].zones] == [PAGES, PAGES // 2, PAGES // 2]


def test_limits_are_logged_and_nodes_are_inferred() -> None:
    trace = two_nodes().replayed().trace
    known = [type(provenance(trace, event)) for event in trace.of_kind(Kind.ZONE)]
    assert known == [Logged, Inferred, Inferred]


def test_without_zone_ranges_there_are_no_zones() -> None:
    log = LogOfOurOwn()
    log.records.append(NodeRange(log.says("  node   0:"), 0, MIB, 2 * GIB))
    assert not log.replayed().state.zones.nodes

"""Nodes and zones."""

from __future__ import annotations

from bootstep.model.memory.zones import Node, Zone


def test_free_pages_of_a_zone_are_its_blocks_pages() -> None:
    # Node 0 of a 2 GiB, two-node QEMU machine after memblock_free_all(), all its managed pages being free.
    zone = Zone("DMA", 0x40000, 0x40000, 0x40000, 254534, nr_free=(2, 2, 2, 1, 3, 2, 3, 2, 2, 3, 246))
    assert zone.free_pages == zone.managed
    assert zone.end_pfn == 0x80000


def test_replacing_a_zone_leaves_the_others() -> None:
    node = Node(0, 0, zones=(Zone("DMA"), Zone("Normal"), Zone("Movable")))
    changed = node.with_zone(1, Zone("Normal", spanned=7))
    assert [zone.spanned for zone in changed.zones] == [0, 7, 0]
    assert [zone.spanned for zone in node.zones] == [0, 0, 0]

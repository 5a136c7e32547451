"""free_area_init()

Covers early_pfn.py, zones/movable.py, zones/sizes.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.mm.mm_init import free_area_init
from bootstep.boots.mm.sparse.sparse import sparse_init
from bootstep.boots.mm.zones.movable import (
    cmdline_parse_kernelcore,
    cmdline_parse_movable_node,
    cmdline_parse_movablecore,
)
from bootstep.model.memory.memblock import MEMBLOCK_HOTPLUG
from memory_map import GIB, MIB, Bank, kernel_with, log, max_zone_pfns


def set_up_zones(k: Kernel) -> None:
    sparse_init(k)
    free_area_init(k, max_zone_pfns(k))


def movable_starts(k: Kernel) -> list[int]:
    """Where ZONE_MOVABLE starts on each node, in MiB."""
    return [k.zones.limits["zone_movable_pfn"][nid] >> 8 for nid in k.numa.node_online_map]


def test_zones_of_a_machine_with_memory_on_both_sides_of_4_gib() -> None:
    k = kernel_with(Bank(GIB, 4 * GIB))
    set_up_zones(k)
    assert log(k) == [
        "Zone ranges:",
        "  DMA      [mem 0x0000000040000000-0x00000000ffffffff]",
        "  DMA32    empty",
        "  Normal   [mem 0x0000000100000000-0x000000013fffffff]",
        "Movable zone start for each node",
        "Early memory node ranges",
        "  node   0: [mem 0x0000000040000000-0x000000013fffffff]",
        "Initmem setup node 0 [mem 0x0000000040000000-0x000000013fffffff]",
    ]
    node = k.zones.nodes[0]
    assert [zone.present for zone in node.zones] == [3 * GIB >> 12, 0, GIB >> 12, 0]
    assert node.nr_zones == 3
    # What the page structs take, 64 bytes of 4096, is not counted as managed.
    assert [zone.managed for zone in node.zones] == [786432 * 63 // 64, 0, 262144 * 63 // 64, 0]


def test_a_hole_in_a_section_has_page_structs_for_no_memory() -> None:
    k = kernel_with(Bank(GIB, 100 * MIB), Bank(GIB + 110 * MIB, 18 * MIB))
    set_up_zones(k)
    assert log(k)[-1] == f"On node 0, zone DMA: {10 * 256} pages in unavailable ranges"
    zone = k.zones.nodes[0].zones[0]
    assert zone.spanned - zone.present == 10 * 256


def test_a_node_without_memory_has_empty_zones() -> None:
    k = kernel_with(Bank(GIB, GIB, 0), Bank(2 * GIB, 128 * MIB, 1))
    k.memblock.memory.splice(1, 1, [k.memblock.memory.regions[1]._replace(nid=0)])
    set_up_zones(k)
    assert "Initmem setup node 1 as memoryless" in log(k)
    assert k.zones.nodes[1].present == 0


@pytest.mark.parametrize("size", ["512M", "25%", "0x20000000"])
def test_kernelcore_leaves_the_rest_to_zone_movable(size: str) -> None:
    k = kernel_with(Bank(GIB, 2 * GIB))
    assert cmdline_parse_kernelcore(k, size) == 0
    set_up_zones(k)
    assert movable_starts(k) == [1536]
    assert [zone.present >> 8 for zone in k.zones.nodes[0].zones] == [512, 0, 0, 1536]
    assert "  Node 0: 0x0000000060000000" in log(k)


def test_kernelcore_is_spread_over_nodes_and_what_one_lacks_comes_from_the_other() -> None:
    k = kernel_with(Bank(GIB, 256 * MIB, 0), Bank(2 * GIB, 2 * GIB, 1))
    cmdline_parse_kernelcore(k, "1G")
    set_up_zones(k)
    # Node 0 has no more than its 256 MiB, so it keeps no ZONE_MOVABLE; node 1 gives 768 MiB.
    assert movable_starts(k) == [0, 2048 + 768]


def test_movablecore_is_rounded_up_to_the_largest_block() -> None:
    k = kernel_with(Bank(GIB, GIB))
    cmdline_parse_movablecore(k, "129M")
    set_up_zones(k)
    assert movable_starts(k) == [2048 - 132]


def test_kernelcore_of_all_memory_leaves_no_zone_movable() -> None:
    k = kernel_with(Bank(GIB, GIB))
    cmdline_parse_kernelcore(k, "2G")
    set_up_zones(k)
    assert movable_starts(k) == [0]


def test_movable_node_gives_hotpluggable_memory_to_zone_movable() -> None:
    k = kernel_with(Bank(GIB, GIB, 0), Bank(2 * GIB, GIB, 0, MEMBLOCK_HOTPLUG))
    cmdline_parse_movable_node(k, None)
    cmdline_parse_kernelcore(k, "512M")
    set_up_zones(k)
    assert movable_starts(k) == [2048]


def test_kernelcore_mirror_needs_no_zone_movable_below_4_gib() -> None:
    k = kernel_with(Bank(GIB, GIB))
    cmdline_parse_kernelcore(k, "mirror")
    set_up_zones(k)
    assert log(k)[0] == "This configuration results in unmirrored kernel memory."
    assert movable_starts(k) == [0]


def test_nonsense_for_kernelcore_is_no_limit() -> None:
    k = kernel_with(Bank(GIB, GIB))
    assert cmdline_parse_kernelcore(k, "lots") == 0
    assert cmdline_parse_kernelcore(k, None) < 0
    set_up_zones(k)
    assert movable_starts(k) == [0]

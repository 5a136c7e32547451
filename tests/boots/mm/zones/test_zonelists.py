"""build_all_zonelists()"""

from __future__ import annotations

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.mm.mm_init import free_area_init
from bootstep.boots.mm.sparse.sparse import sparse_init
from bootstep.boots.mm.zones.zonelists import build_all_zonelists
from memory_map import GIB, MIB, Bank, kernel_with, log, max_zone_pfns


def zonelists_log(k: Kernel) -> list[str]:
    sparse_init(k)
    free_area_init(k, max_zone_pfns(k))
    before = len(log(k))
    build_all_zonelists(k)
    return [line.rstrip() for line in log(k)[before:]]


def test_two_nodes_fall_back_on_each_other() -> None:
    k = kernel_with(Bank(GIB, GIB, 0), Bank(2 * GIB, GIB, 1))
    assert zonelists_log(k) == [
        "Fallback order for Node 0: 0 1",
        "Fallback order for Node 1: 1 0",
        "Built 2 zonelists, mobility grouping on.  Total pages: 516096",
        "Policy zone: DMA",
    ]


def test_nodes_equally_far_take_turns() -> None:
    # The machine of the commit that made the loads accumulate: before it, node 3's order was 3 2 0 1.
    k = kernel_with(*(Bank((nid + 1) * GIB, GIB, nid) for nid in range(4)))
    rows = [tuple(10 if a == b else 12 if a // 2 == b // 2 else 32 for b in range(4)) for a in range(4)]
    k.state.numa.distance.replace(0, 0, rows)
    assert zonelists_log(k)[:4] == [
        "Fallback order for Node 0: 0 1 2 3",
        "Fallback order for Node 1: 1 0 3 2",
        "Fallback order for Node 2: 2 3 0 1",
        "Fallback order for Node 3: 3 2 1 0",
    ]


def test_zones_are_tried_from_the_highest_down() -> None:
    k = kernel_with(Bank(GIB, 4 * GIB))
    assert zonelists_log(k)[-1] == "Policy zone: Normal"
    assert k.zones.nodes[0].zonelist == ((0, 2), (0, 0))


def test_a_machine_of_few_page_blocks_does_not_group_by_mobility() -> None:
    k = kernel_with(Bank(GIB, 20 * MIB))
    assert "mobility grouping off" in zonelists_log(k)[1]

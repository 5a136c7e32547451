"""Page structs that waited are initialised when all CPUs run, and gigantic pages count again.

Covers hugetlb/late.py.
"""

from __future__ import annotations

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.core.subsystems import BootPage
from bootstep.boots.mm.deferred import page_alloc_init_late
from bootstep.boots.mm.memblock_free import memblock_free_all
from bootstep.boots.mm.mm_init import free_area_init
from bootstep.boots.mm.sparse.sparse import sparse_init
from bootstep.model.build.release import Release
from bootstep.model.memory.state import Replica
from bootstep.model.memory.zones import ULONG_MAX
from memory_map import GIB, MIB, Bank, kernel_with, log, max_zone_pfns

DEFERRED = "CONFIG_DEFERRED_STRUCT_PAGE_INIT=y"


def handed_over(*banks: Bank, reserved: tuple[tuple[int, int], ...] = (), options: str = DEFERRED) -> Kernel:
    k = kernel_with(*banks, reserved=reserved, options=options)
    sparse_init(k)
    free_area_init(k, max_zone_pfns(k))
    memblock_free_all(k)
    return k


def managed(k: Kernel) -> list[tuple[int, ...]]:
    return [tuple(zone.managed for zone in k.zones.nodes[nid].zones) for nid in sorted(k.zones.nodes)]


def test_the_zones_end_up_as_if_nothing_had_waited() -> None:
    reserved = ((5 * GIB - 3 * MIB, 5 * MIB + 123), (4 * GIB + 512 * MIB, 4096))
    late = handed_over(Bank(GIB, 3 * GIB), Bank(4 * GIB, 2 * GIB), reserved=reserved)
    at_once = handed_over(Bank(GIB, 3 * GIB), Bank(4 * GIB, 2 * GIB), reserved=reserved, options="")
    assert managed(late) != managed(at_once)
    page_alloc_init_late(late)
    assert managed(late) == managed(at_once)
    assert [zone.nr_free for zone in late.zones.nodes[0].zones] == [
        zone.nr_free for zone in at_once.zones.nodes[0].zones
    ]
    assert late.zones.nodes[0].first_deferred_pfn == ULONG_MAX


def test_every_node_is_done() -> None:
    k = handed_over(Bank(GIB, 2 * GIB, 0), Bank(3 * GIB, 3 * GIB, 1))
    page_alloc_init_late(k)
    assert sum(map(sum, managed(k))) == k.totalram_pages


def test_the_memory_line_has_all_that_is_free() -> None:
    k = handed_over(Bank(GIB, 4 * GIB))
    page_alloc_init_late(k)
    assert log(k)[-1].startswith(f"Memory: {k.totalram_pages * 4}K/{4 << 20}K available")


def test_gigantic_pages_count_again_since_6_12_114() -> None:
    for release, back in ((Release(6, 12, 113), 0), (Release(6, 12, 114), 1), (Release(6, 13), 0)):
        k = handed_over(Bank(GIB, 4 * GIB), reserved=((3 * GIB, GIB),))
        k.hugetlb.boot_pages.append(BootPage(3 * GIB, GIB, 0))
        k.release = release
        before = k.totalram_pages
        page_alloc_init_late(k)
        assert k.totalram_pages - before == back * (GIB >> 12)
        assert sum(map(sum, managed(k))) == k.totalram_pages


def test_the_trace_holds_what_was_done() -> None:
    k = handed_over(Bank(GIB, 4 * GIB))
    page_alloc_init_late(k)
    k.trace.finish()
    replica = Replica(k.trace)
    replica.move(len(k.trace))
    assert dict(replica.state.zones.nodes) == dict(k.zones.nodes)

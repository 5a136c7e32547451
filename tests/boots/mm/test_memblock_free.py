"""memblock_free_all(), and what is said of it.

Covers mem_init.py, model/memory/memblock/free_all.py, page_alloc.py.
"""

from __future__ import annotations

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.mm.mem_init import (
    early_init_on_free,
    early_page_poison_param,
    init_mem_debugging_and_hardening,
    mem_init_print_info,
    report_meminit,
)
from bootstep.boots.mm.memblock_free import memblock_free_all
from bootstep.boots.mm.mm_init import free_area_init
from bootstep.boots.mm.sparse.sparse import sparse_init
from bootstep.model.memory.memblock import MEMBLOCK_HOTPLUG, MEMBLOCK_NOMAP
from bootstep.model.memory.state import Replica
from memory_map import GIB, MIB, Bank, kernel_with, log, max_zone_pfns


def free_all(k: Kernel) -> None:
    sparse_init(k)
    free_area_init(k, max_zone_pfns(k))
    memblock_free_all(k)


def test_all_that_is_not_reserved_is_managed_and_free() -> None:
    k = kernel_with(Bank(GIB, 4 * GIB), reserved=((GIB + 64 * MIB, 4096 + 17),))
    free_all(k)
    reserved = {
        pfn
        for region in k.memblock.reserved.regions
        for pfn in range(region.base >> 12, (region.base + region.size + 4095) >> 12)
    }
    managed = sum(zone.managed for zone in k.zones.nodes[0].zones)
    assert managed == k.totalram_pages == (4 * GIB >> 12) - len(reserved)
    assert all(zone.free_pages == zone.managed for zone in k.zones.nodes[0].zones)


def test_free_memory_does_not_merge_across_zones() -> None:
    k = kernel_with(Bank(GIB, 4 * GIB))
    free_all(k)
    boundary = 4 * GIB >> 12
    assert next(run.start_pfn for run in k.zones.free if run.zone == 2) == boundary
    assert all(not run.start_pfn < boundary < run.end_pfn for run in k.zones.free)


def test_nomap_memory_is_never_free() -> None:
    k = kernel_with(Bank(GIB, 64 * MIB), Bank(GIB + 64 * MIB, 64 * MIB, 0, MEMBLOCK_NOMAP))
    free_all(k)
    assert max(run.end_pfn for run in k.zones.free) <= (GIB + 64 * MIB) >> 12


def test_memory_loses_its_hotplug_flag() -> None:
    k = kernel_with(Bank(GIB, GIB), Bank(2 * GIB, GIB, 0, MEMBLOCK_HOTPLUG))
    free_all(k)
    assert [tuple(region) for region in k.memblock.memory.regions] == [(GIB, 2 * GIB, 0, 0)]


def test_deferred_page_structs_leave_one_section_of_the_highest_zone_to_free() -> None:
    k = kernel_with(Bank(GIB, 4 * GIB), options="CONFIG_DEFERRED_STRUCT_PAGE_INIT=y")
    free_all(k)
    node = k.zones.nodes[0]
    assert node.first_deferred_pfn == (4 * GIB + 128 * MIB) >> 12
    assert node.zones[2].managed == 128 * MIB >> 12
    assert k.totalram_pages > sum(zone.managed for zone in node.zones) + (800 * MIB >> 12)


def test_the_memory_line_accounts_for_every_page() -> None:
    k = kernel_with(Bank(GIB, GIB))
    free_all(k)
    mem_init_print_info(k)
    free, total = (word.rstrip("K") for word in log(k)[-1].split()[1].split("/"))
    assert int(total) == 1 << 20
    assert int(free) == k.totalram_pages * 4
    assert "2816K kernel code, 7338K rwdata, 760K rodata, 704K init, 2239K bss" in log(k)[-1]
    assert f"{(1 << 20) - int(free)}K reserved, 0K cma-reserved" in log(k)[-1]


def test_poisoning_goes_before_clearing() -> None:
    k = kernel_with(Bank(GIB, GIB))
    assert early_init_on_free(k, "1") == 0
    assert early_init_on_free(k, "perhaps") < 0
    early_page_poison_param(k, "on")
    init_mem_debugging_and_hardening(k)
    report_meminit(k)
    assert log(k) == [
        "mem auto-init: CONFIG_PAGE_POISONING is on, will take precedence over "
        "init_on_alloc and init_on_free",
        "mem auto-init: stack:all(zero), heap alloc:off, heap free:off",
    ]


def test_going_back_takes_the_free_lists_away_again() -> None:
    k = kernel_with(Bank(GIB, GIB, 0), Bank(2 * GIB, GIB, 1))
    free_all(k)
    replica = Replica(k.trace)
    replica.move(len(k.trace))
    assert replica.state.zones.nodes == k.zones.nodes
    assert replica.state.zones.free == k.zones.free
    replica.move(0)
    assert replica.state.zones.free == []
    assert replica.state.zones.limits == {}

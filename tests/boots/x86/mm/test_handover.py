"""Zones, bounce buffers, and how memory goes to the buddy allocator on a PC.

Covers paging.py, mem_init.py, boots/x86/kernel/pci_dma.py, boots/x86/kernel/alternative.py.
"""

from __future__ import annotations

from bootstep.boots.init.main import boot
from bootstep.model.firmware.pc_firmware import Mtrr
from e820_machine import RAM, pc_kernel
from msgspec.structs import replace

from tests.support.booted_pc import EIGHT_GIB, GIB, TWO_GIB, booted_pc, log, state_at


def test_zones_end_where_devices_reach_no_further():
    k = booted_pc(EIGHT_GIB)
    assert k.zones.limits["max_zone_pfns"][:3] == (0x1000, 0x100000, 0x240000)
    assert booted_pc(TWO_GIB).zones.limits["max_zone_pfns"][:3] == (0x1000, 0x7FFE0, 0x7FFE0)


def test_what_is_reserved_below_16_mib_is_taken_off_the_lowest_zone_until_6_9():
    k = booted_pc()
    dma = state_at(k, "free_area_init:return").zones.nodes[0].zones[0]
    # The first MiB but page 0 and the hole is reserved; 56 pages hold the zone's page structs.
    assert k.dma_reserve == 0x9E
    assert dma.managed == dma.present - 56 - k.dma_reserve
    assert booted_pc(release="6.12").dma_reserve == 0


def test_bounce_buffers_are_for_memory_above_4_gib_or_if_they_are_forced():
    def has_buffer(*arguments):
        return any("software IO TLB: area num" in line for line in log(booted_pc(*arguments)))

    assert has_buffer(EIGHT_GIB)
    assert not has_buffer(EIGHT_GIB, "iommu=off")
    assert not has_buffer(TWO_GIB)
    assert has_buffer(TWO_GIB, "swiotlb=force")
    assert has_buffer(TWO_GIB, "iommu=soft")
    assert not has_buffer(TWO_GIB, "iommu=usedac,soft")


def test_tables_for_the_vmalloc_area_are_the_first_pages_that_leave_the_buddy_allocator():
    k = booted_pc(EIGHT_GIB)
    start, end, pgdir = k.layout.vmalloc.start, k.layout.vmalloc.end, k.layout.pgdir_size
    tables = [k.page_tables.table(1, address) for address in range(start, end, pgdir)]
    # The lowest block of the highest zone is split from below.
    assert tables == [4 * GIB + number * 4096 for number in range(64)]
    assert k.zones.free[-1].start_pfn >= 0x100040


def test_what_patches_locks_is_freed_before_the_last_word_on_memory_since_6_11():
    lines = log(booted_pc(release="6.12"))
    freed = lines.index("Freeing SMP alternatives memory: 12K")
    assert any(line.startswith("Memory: ") for line in lines[freed:])
    assert not any("SMP alternatives" in line for line in log(booted_pc()))


def test_a_kernel_whose_own_memory_is_not_in_the_direct_map_ends_when_it_frees_of_it():
    # No register caches what is below 4 GiB, and the kernel leaves it alone: itself, too.
    cached = (Mtrr(0, 4 * GIB, 4 * GIB, "write-back"),)
    k = pc_kernel(((0, 2 * GIB, RAM), (4 * GIB, 6 * GIB, RAM)), release="6.12", mtrr=cached).again()
    features = k.machine.cpu_features
    k.machine = replace(k.machine, cpu_features=replace(features, flags=features.flags | {"mtrr"}))
    boot(k)
    *_, fault, last = log(k)
    direct_map = k.phys_to_virt(k.pa_symbol("__smp_locks"))
    assert fault == f"BUG: unable to handle page fault for address: {direct_map:016x}"
    assert last == "Kernel panic - not syncing: Attempted to kill the idle task!"

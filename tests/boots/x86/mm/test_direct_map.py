"""How memory is mapped at its place in the direct map.

Covers init.py, init_64.py, map_ranges.py, kernel_physical_mapping.py, low_pages.py, levels.py, physaddr.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.x86.mm.init import add_pfn_range_mapped, get_new_step_size
from bootstep.boots.x86.mm.kernel_physical_mapping import kernel_physical_mapping_init
from bootstep.boots.x86.mm.map_ranges import split_mem_range
from bootstep.model.arch.x86.entry_format import GLOBAL, PAGE_KERNEL, PSE
from bootstep.model.base.errors import InputError
from bootstep.model.memory.memblock import memblock_add, memblock_is_reserved
from bootstep.model.trace.events import Kind

from tests.support.booted_pc import (
    EIGHT_GIB,
    GIB,
    LOW,
    MIB,
    TWO_GIB,
    booted_pc,
    leaves,
    loaded_pc,
    log,
    state_at,
)

PIB = 1 << 50
BASE = 0xFFFF888000000000
END_OF_MAP = 0xFFFFC88000000000


def direct_map(k, state=None):
    """The direct map's runs as (physical start, physical end, level)."""
    tree = state.page_tables if state else k.page_tables
    found = leaves(tree, BASE, END_OF_MAP)
    assert all(start - pa == BASE for start, _, pa, _ in found)
    return [(start - BASE, end - BASE, level) for start, end, _, level in found]


def test_ram_is_mapped_and_nothing_else_but_the_first_megabyte():
    k = booted_pc(EIGHT_GIB)
    assert direct_map(k) == [
        (0, 2 * MIB, 3),
        (2 * MIB, 0xBFE00000, 2),
        (0xBFE00000, 0xBFFE0000, 3),
        (4 * GIB, 9 * GIB, 2),
    ]
    assert k.pfn_mapped == (0, 0xBFFE0, 4 * GIB >> 12, 9 * GIB >> 12)
    assert (k.max_pfn_mapped, k.max_low_pfn_mapped) == (9 * GIB >> 12, 0xBFFE0)


def test_a_cpu_with_gigabyte_pages_gets_them_where_a_whole_gigabyte_is_ram():
    k = booted_pc(EIGHT_GIB, cpu="qemu64,+pdpe1gb")
    assert "Using GB pages for direct mapping" in log(k)
    assert (GIB, 2 * GIB, 1) in direct_map(k)
    assert (4 * GIB, 9 * GIB, 1) in direct_map(k)


def test_a_hole_of_sixty_terabytes_is_one_step():
    far = 60 << 40
    k = booted_pc((*TWO_GIB, (far, far + 2 * MIB, "usable")))
    calls = [k.trace.function(event).name for event in k.trace.of_kind(Kind.ENTER)]
    assert 1 < calls.count("init_range_memory_mapping") < 20
    assert (far, far + 2 * MIB, 2) in direct_map(k)
    assert (k.max_pfn_mapped, k.min_pfn_mapped) == (far + 2 * MIB >> 12, MIB >> 12)


def test_nogbpages_forbids_them():
    k = booted_pc(EIGHT_GIB, "nogbpages", cpu="qemu64,+pdpe1gb")
    assert (4 * GIB, 9 * GIB, 2) in direct_map(k)
    assert k.direct_gbpages == 0


def test_debug_pagealloc_maps_by_pages():
    k = booted_pc(TWO_GIB, options={"DEBUG_PAGEALLOC": "y", "DEBUG_PAGEALLOC_ENABLE_DEFAULT": "y"})
    assert direct_map(k) == [(0, 0x7FFE0000, 3)]


@pytest.mark.parametrize(
    ("end", "cmdline", "cpu", "by_pages"),
    [
        (PIB, "", "qemu64", "n"),
        (512 * GIB, "", "qemu64,-pse", "n"),
        (512 * GIB, "", "qemu64", "y"),
        (2 * GIB, "memtest=99999999", "qemu64", "n"),
    ],
)
def test_a_boot_that_is_too_long_to_record_is_refused_before_anything_is_mapped(
    end: int, cmdline: str, cpu: str, by_pages: str
) -> None:
    options = {"DEBUG_PAGEALLOC": by_pages, "DEBUG_PAGEALLOC_ENABLE_DEFAULT": by_pages}
    k = loaded_pc((*LOW, (MIB, end, "usable")), cmdline, cpu, options=options)
    with pytest.raises(InputError, match="this boot is too long to record"):
        boot(k)
    assert not direct_map(k)


def test_memory_above_all_that_the_kernel_can_address_does_not_make_a_boot_long() -> None:
    """It is on no node that is, and that ends the boot soon."""
    k = booted_pc((*TWO_GIB, (128 * PIB, 256 * PIB, "usable")))
    assert k.trace.last_of_kind(Kind.PANIC) >= 0


def test_a_cpu_without_nx_or_global_pages_has_no_such_entries():
    k = booted_pc(TWO_GIB, cpu="qemu64,-nx,-pge")
    assert {run.attrs & ~PSE for run in k.page_tables.leaves(BASE, END_OF_MAP)} == {0x63}


def test_the_first_tables_are_of_brk_and_the_next_of_memory_that_is_mapped():
    k = booted_pc(EIGHT_GIB)
    tree = k.page_tables
    buffer = range(k.pgt_buf_start << 12, k.pgt_buf_top << 12)
    assert tree.table(1, BASE) in buffer
    assert tree.table(2, BASE + GIB) not in buffer
    assert memblock_is_reserved(k.memblock, tree.table(2, BASE + GIB))


def test_a_block_at_the_top_tells_where_to_begin_and_is_free_again():
    k = booted_pc(TWO_GIB, "memblock=debug")
    lines = [line for line in log(k) if "init_mem_mapping" in line or "memory_map_top_down" in line]
    assert any("2097152 bytes align=0x200000 from=0x0000000000100000" in line for line in lines)


def test_steps_grow_by_what_one_step_s_pages_can_hold_tables_for():
    k = loaded_pc()
    assert get_new_step_size(k, 2 * MIB) == 512 * MIB


def test_parts_get_the_largest_pages_that_fit_in():
    k = loaded_pc()
    k.page_size_mask = 1 << 2 | 1 << 3
    parts = [tuple(part) for part in split_mem_range(k, 3 * MIB, 3 * GIB + 5 * MIB)]
    assert parts == [
        (3 * MIB, 4 * MIB, 0),
        (4 * MIB, GIB, 1 << 2),
        (GIB, 3 * GIB, 1 << 2 | 1 << 3),
        (3 * GIB, 3 * GIB + 4 * MIB, 1 << 2),
        (3 * GIB + 4 * MIB, 3 * GIB + 5 * MIB, 0),
    ]


def test_a_part_may_have_larger_pages_if_its_neighbours_are_ram():
    k = loaded_pc()
    k.page_size_mask = 1 << 2
    memblock_add(k.memblock, 0, GIB)
    assert [tuple(part) for part in split_mem_range(k, 3 * MIB, 9 * MIB)] == [(3 * MIB, 9 * MIB, 1 << 2)]


def test_what_is_mapped_is_noted_as_ranges_that_do_not_touch():
    k = loaded_pc()
    for start, end in ((100, 200), (300, 400), (200, 300), (500, 600)):
        add_pfn_range_mapped(k, start, end)
    assert k.pfn_mapped == (100, 400, 500, 600)
    assert k.max_pfn_mapped == 600


def test_what_is_mapped_stays_as_it_is_and_the_rest_of_its_table_is_filled():
    k = booted_pc()
    tree = k.page_tables
    far = 64 * GIB
    kernel_physical_mapping_init(k, far, far + MIB, 0, PAGE_KERNEL)
    kernel_physical_mapping_init(k, far, far + 2 * MIB, 0, PAGE_KERNEL & ~GLOBAL)
    runs = [(run.va_end - run.va_start, run.attrs) for run in tree.leaves(BASE + far, BASE + far + 2 * MIB)]
    assert runs == [(MIB, PAGE_KERNEL), (MIB, PAGE_KERNEL & ~GLOBAL)]


def test_a_large_page_is_split_for_smaller_ones_and_keeps_its_protection():
    k = booted_pc()
    far = 64 * GIB
    kernel_physical_mapping_init(k, far, far + 2 * MIB, 1 << 2, PAGE_KERNEL & ~GLOBAL)
    kernel_physical_mapping_init(k, far, far + 2 * MIB, 0, PAGE_KERNEL)
    (run,) = k.page_tables.leaves(BASE + far, BASE + far + 2 * MIB)
    assert (run.level, run.attrs) == (3, PAGE_KERNEL & ~GLOBAL)


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_ram_of_many_pieces_is_mapped_piece_by_piece(release: str) -> None:
    pieces = [((100 + 8 * at) * MIB, (101 + 8 * at) * MIB, "usable") for at in range(40)]
    k = booted_pc((*LOW, (MIB, 90 * MIB, "usable"), *pieces), release=release)
    assert [part[:2] for part in direct_map(k)[2:]] == [piece[:2] for piece in pieces]


def test_bottom_up_maps_what_lies_above_the_image_first():
    k = booted_pc(
        TWO_GIB, "movable_node", options={"MEMORY_HOTPLUG": "y", "MEMORY_HOTREMOVE": "y", "MOVABLE_NODE": "y"}
    )
    assert direct_map(k)[-1][1] == 0x7FFE0000


def test_the_image_s_mapping_ends_where_brk_does():
    k = booted_pc()
    ((_, end, _, _),) = leaves(state_at(k, "cleanup_highmap:return").page_tables, 0xFFFFFFFF80000000)
    assert end - 2 * MIB < k._brk_end <= end


def test_vmemmap_is_backed_by_two_megabytes_at_a_time():
    k = booted_pc(EIGHT_GIB)
    start = k.layout.vmemmap.start
    found = leaves(k.page_tables, start, start + (1 << 40))
    assert {level for *_, level in found} == {2}
    page = k.sizes.sizeof("struct page")
    assert k.page_tables.leaf(start + (9 * GIB >> 12) * page - 1) is not None
    assert k.page_tables.leaf(start + (7 * GIB >> 13) * page) is None


def test_a_cpu_without_large_pages_has_a_vmemmap_of_small_ones():
    k = booted_pc(TWO_GIB, cpu="qemu64,-pse")
    assert {level for *_, level in leaves(k.page_tables, BASE, 0xFFFFFE0000000000)} == {3}

"""What a kernel for x86-64 runs on from its first instruction until it has mapped memory.

Covers early_pgtable.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.init.main import boot, prepare
from bootstep.boots.x86.kernel.head64 import __startup_64, startup_64
from bootstep.model.arch.x86.entry_format import GLOBAL, NX

from tests.support.booted_pc import (
    GIB,
    MIB,
    TWO_GIB,
    add_symbols,
    booted_pc,
    leaves,
    loaded_pc,
    state_at,
)

TEXT = 0xFFFFFFFF81000000
DIRECT_MAP = 0xFFFF888000000000
TREE = "boot_page_tables"


def test_the_identity_map_lies_below_two_entries_of_each_level():
    k = booted_pc()
    tree = state_at(k, "x86_64_start_kernel").trees[TREE]
    size = leaves(tree)[0][1] - 16 * MIB
    places = [16 * MIB + offset for offset in (0, GIB, 512 * GIB, 513 * GIB)]
    assert leaves(tree, 0, 1 << 47) == [(at, at + size, 16 * MIB, 2) for at in places]
    assert not any(run.attrs & GLOBAL for run in tree.leaves(0, 1 << 47))
    assert {tree.table(2, at) for at in places} == {k.pa_symbol("early_dynamic_pgts") + 4096}


def test_of_the_image_s_table_only_the_image_s_entries_are_left():
    k = booted_pc()
    tree = state_at(k, "x86_64_start_kernel").trees[TREE]
    ((start, end, pa, level),) = leaves(tree, 0xFFFFFFFF80000000)
    assert (start, pa, level) == (TEXT, 16 * MIB, 2)
    assert end - 2 * MIB <= k.va_symbol("_end") < end


def test_an_image_across_a_gigabyte_is_mapped_on_both_sides():
    k = loaded_pc()
    prepare(k)
    load = GIB - 4 * MIB
    __startup_64(k, load)
    tree = k.pgdirs["early_top_pgt"]
    first, *_ = leaves(tree, load, 2 * GIB)
    assert first[:3] == (load, first[1], load)
    assert first[1] > GIB
    assert tree.table(2, load) == tree.table(2, GIB)


def test_five_levels_give_the_identity_map_eight_places():
    k = loaded_pc(cpu="max", options={"X86_5LEVEL": "y", "DYNAMIC_MEMORY_LAYOUT": "y"})
    add_symbols(k, {"level4_kernel_pgt": k.image.symbol("level3_kernel_pgt") - 4096})
    prepare(k)
    assert k.page_offset_base == DIRECT_MAP
    __startup_64(k, 16 * MIB)
    tree = k.pgdirs["early_top_pgt"]
    assert len(leaves(tree, 0, 1 << 56)) == 8
    assert tree.table(0, TEXT) == k.pa_symbol("level4_kernel_pgt")
    assert (k.pgtable_l5_enabled, k.page_offset_base) == (1, 0xFF11000000000000)


def test_the_identity_map_is_gone_when_c_begins_and_both_roots_share_the_image_s_tables():
    k = loaded_pc()
    prepare(k)
    startup_64(k)
    early, kernel = k.pgdirs["early_top_pgt"], k.page_tables
    assert not leaves(early, 0, 1 << 47)
    assert leaves(kernel) == leaves(early, TEXT)
    assert kernel.table(1, TEXT) == early.table(1, TEXT) == k.pa_symbol("level3_kernel_pgt")


def test_a_fault_maps_two_megabytes_of_the_direct_map():
    k = loaded_pc()
    prepare(k)
    startup_64(k)
    early = k.pgdirs["early_top_pgt"]
    before = leaves(early, DIRECT_MAP, TEXT)
    k.access(5 * MIB, 8)
    assert leaves(early, DIRECT_MAP, TEXT) == [
        *before,
        (DIRECT_MAP + 4 * MIB, DIRECT_MAP + 6 * MIB, 4 * MIB, 2),
    ]
    assert early.leaf(DIRECT_MAP + 4 * MIB).attrs & NX
    k.access(5 * MIB, 8)
    assert k.next_early_pgt == 2


def test_what_both_boot_loader_and_bios_left_has_been_looked_at_by_then():
    tree = state_at(booted_pc(), "cleanup_highmap:return").trees[TREE]
    assert (DIRECT_MAP, DIRECT_MAP + 2 * MIB, 0, 2) in leaves(tree)


def test_when_the_pages_for_tables_are_used_up_all_is_begun_anew():
    k = loaded_pc()
    prepare(k)
    startup_64(k)
    for number in range(64):
        k.access(number * GIB, 8)
    tree = k.pgdirs["early_top_pgt"]
    assert leaves(tree, DIRECT_MAP, TEXT)[0][0] > DIRECT_MAP
    assert k.next_early_pgt < 64
    assert leaves(tree, TEXT)


def test_no_memory_is_mapped_by_faults_once_there_is_a_direct_map():
    k = booted_pc()
    assert k.cr3 == "init_top_pgt"
    assert not k.arch.do_early_exception(k, 5 * MIB, 8)


@pytest.mark.parametrize("text", [0xFFFFFFFFA1200000, TEXT])
def test_kaslr_moves_the_image_apart_from_where_it_lies(text: int) -> None:
    k = booted_pc(kaslr=f"{{ text = {text:#x} }}", options={"RANDOMIZE_BASE": "y"})
    assert k.va_symbol("_text") == text
    ((start, _, pa, _),) = leaves(k.page_tables, 0xFFFFFFFF80000000, 0xFFFFFFFFC0000000)
    assert (start, pa) == (text, 16 * MIB)
    assert k.phys_base == (16 * MIB - (text - 0xFFFFFFFF80000000)) % (1 << 64)


def test_a_kernel_that_cannot_start_prints_nothing():
    k = loaded_pc(TWO_GIB)
    k.cannot_start = "it loops for ever"
    boot(k)
    assert not list(k.trace.logs)

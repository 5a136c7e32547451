"""The grid of sections, what is told of one, and what page structs cost."""

from __future__ import annotations

from functools import cache

from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.analysis.sections import (
    Fact,
    GridRow,
    cost_told,
    grid_rows,
    roots_told,
    section_told,
    walks_told,
)
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.memory_model import MemoryModel
from bootstep.model.memory.memory_model_cost import costs
from bootstep.model.memory.sparsemem import SECTION_IS_ONLINE, SECTION_MARKED_PRESENT, MemSection


@cache
def booted() -> Debugger:
    kernel = load_kernel(read_machine("virt-1g"))
    boot(kernel)
    debugger = debugger_of(kernel)
    debugger.until("free_area_init:return")
    return debugger


def shape() -> MemoryModel:
    found = booted().facts.memory_model
    assert found is not None
    return found


def words(told: list[Fact]) -> dict[str, str]:
    return {each.label.strip(): each.text for each in told}


def test_rows_begin_at_multiples_of_their_length() -> None:
    assert grid_rows(range(8, 24), 16) == [GridRow(0, 16), GridRow(16, 16)]


def test_one_row_of_nothing_is_shown_and_more_are_cut() -> None:
    assert grid_rows([0, 16], 8) == [GridRow(0, 8), GridRow(8, 8), GridRow(16, 8)]
    assert grid_rows([0, 800], 8) == [GridRow(0, 8), GridRow(8, 792, True), GridRow(800, 8)]


def test_no_sections_no_rows() -> None:
    assert grid_rows([], 8) == []


def test_a_section_tells_its_encoded_and_its_decoded_mem_map() -> None:
    section: MemSection = booted().state.sections.sections[9]
    told = words(section_told(booted().state, shape(), 9))
    assert told["section 9"] == "0x48000000-0x4fffffff"
    assert told["pfns"] == "0x48000-0x4ffff, 32768 pages"
    assert told["state"] == "PRESENT HAS_MEM_MAP ONLINE EARLY"
    raw = section.section_mem_map
    assert told["section_mem_map"] == f"{raw:#x} = {raw & ~15:#x} | 0xf"
    assert told["mem_map"].startswith("0xfffffc0000200000-0xfffffc00003fffff, 2.0 MiB, in memory at 0x")
    assert told["subsections"] == "all 64 of 2 MiB have pages"
    assert told["node"] == "0"


def test_the_struct_of_a_section_lies_in_its_root() -> None:
    root = booted().state.sections.roots[0]
    place = words(section_told(booted().state, shape(), 9))["mem_section"]
    assert place == f"mem_section[0][9] at {root + 9 * shape().sizeof_mem_section:#x}"


def test_an_absent_section_says_so() -> None:
    assert words(section_told(booted().state, shape(), 7))["state"] == "absent: no memory there"


def test_before_its_page_structs_a_section_holds_its_node() -> None:
    debugger, bits = booted(), shape().map_last_bit
    flags = SECTION_MARKED_PRESENT | SECTION_IS_ONLINE
    sections = debugger.state.sections.sections
    kept = sections[9]
    sections[9] = MemSection(3 << bits | flags, 0, ((1 << 40) - 1,))
    told = words(section_told(debugger.state, shape(), 9))
    sections[9] = kept
    assert told["node"].startswith("3, which section_mem_map holds until")
    assert told["subsections"] == "0-39 of 64 of 2 MiB have pages"


def test_roots_are_counted() -> None:
    told = roots_told(booted().state, shape())
    assert told[0].text == f"1 of {shape().nr_section_roots}, each of 256 sections, 32.0 GiB"
    assert told[1].text.startswith("64.0 KiB of pointers at 0x")
    assert told[2].label == "root 0"


def test_without_holes_being_sparse_saves_nothing() -> None:
    found = costs(shape(), ((0x4000_0000, 0x8000_0000),))
    told = words(cost_told(shape(), found))
    assert told["page structs"] == "16.0 MiB, 64 bytes a page"
    assert told["as flatmem"].endswith("less than this")


def test_a_hole_of_31_gib_saves_its_page_structs() -> None:
    memory = ((0x4000_0000, 0x8000_0000), (33 << 30, 34 << 30))
    told = words(cost_told(shape(), costs(shape(), memory)))
    assert told["as flatmem"].startswith("528.0 MiB: 495.9 MiB saved")


def test_the_way_to_a_struct_page_and_back() -> None:
    pages = booted().page_structs()
    assert pages is not None
    told = walks_told(pages, 0x48000)
    assert told[0].label == "pfn_to_page(0x48000)"
    assert [each.text for each in told if each.label == "  page"] == [
        "vmemmap + 0x48000 * 64 = 0xfffffc0000200000"
    ]
    assert told[-1].label == "  pfn" and told[-1].text.endswith("= 0x48000")


def test_where_there_is_no_memory_the_way_ends_with_a_doubt() -> None:
    pages = booted().page_structs()
    assert pages is not None
    assert any("not present" in each.text for each in walks_told(pages, 7 * 32768))

"""pfn_to_page() and page_to_pfn() in each memory model, both ways, and the steps they take."""

from __future__ import annotations

import pytest
from bootstep.model.memory.memory_model import (
    FLATMEM,
    MODELS,
    SPARSEMEM,
    SPARSEMEM_STATIC,
    VMEMMAP,
    MemoryModel,
)
from bootstep.model.memory.page_structs import NoStructPage, page_structs
from bootstep.model.memory.sparsemem import (
    SECTION_HAS_MEM_MAP,
    SECTION_MARKED_PRESENT,
    MemSection,
    Sections,
    sparse_encode_mem_map,
)
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

MIB, GIB = 1 << 20, 1 << 30
U64 = (1 << 64) - 1
FLAGS = SECTION_MARKED_PRESENT | SECTION_HAS_MEM_MAP

FOUR_KIB = MemoryModel(
    model=VMEMMAP,
    page_shift=12,
    section_size_bits=27,
    max_physmem_bits=48,
    pmd_shift=21,
    pgdir_shift=39,
    page_offset=0xFFFF_0000_0000_0000,
    vmemmap_start=0xFFFF_FC00_0000_0000,
    pageblock_order=10,
    max_order_pages=1024,
    vmemmap_align=GIB,
    sizeof_page=64,
    sizeof_mem_section=16,
    map_last_bit=4,
)
SIXTEEN_KIB = replace(FOUR_KIB, page_shift=14, pmd_shift=25, pgdir_shift=36, pageblock_order=11)
SIXTY_FOUR_KIB = replace(
    FOUR_KIB, page_shift=16, section_size_bits=29, pmd_shift=29, pgdir_shift=42, pageblock_order=13
)
SHAPES = st.sampled_from([FOUR_KIB, SIXTEEN_KIB, SIXTY_FOUR_KIB])


def linear(shape: MemoryModel, pa: int, memstart: int) -> int:
    """The address of a physical address in the linear map."""
    return (shape.page_offset + pa - memstart) & U64


def sections_at(shape: MemoryModel, arrays: dict[int, int], memstart: int = 0) -> Sections:
    """Present sections by number, with the physical addresses of their page arrays; roots a page each."""
    sections = Sections()
    for number, pa in arrays.items():
        start_pfn = number * shape.pages_per_section
        coded = sparse_encode_mem_map(linear(shape, pa, memstart), start_pfn, shape.sizeof_page)
        sections.sections[number] = MemSection(coded | FLAGS)
        root = number // shape.sections_per_root
        sections.roots[root] = memstart + GIB + root * 4096
    return sections


@given(
    SHAPES,
    st.sampled_from([SPARSEMEM, SPARSEMEM_STATIC]),
    st.lists(st.integers(0, (1 << 18) - 1), min_size=1, max_size=12, unique=True),
    st.sampled_from([56, 64, 80]),
    st.data(),
)
def test_classic_sparse_memory_goes_there_and_back(
    shape: MemoryModel, model: str, numbers: list[int], sizeof_page: int, data: st.DataObject
) -> None:
    shape = replace(shape, model=model, sizeof_page=sizeof_page)
    memstart = min(numbers) << shape.section_size_bits
    # The page arrays lie anywhere, in any order, but not on each other.
    size = shape.section_map_size
    order = data.draw(st.permutations(range(len(numbers))))
    places = {nr: memstart + at * size for nr, at in zip(numbers, order, strict=True)}
    pages = page_structs(shape, sections_at(shape, places, memstart), memstart)
    number = data.draw(st.sampled_from(numbers))
    offset = data.draw(st.integers(0, shape.pages_per_section - 1))
    pfn = number * shape.pages_per_section + offset
    page = pages.page(pfn)
    assert page == linear(shape, places[number], memstart) + offset * sizeof_page
    assert pages.pfn(page) == pfn
    assert pages.start_of(page + data.draw(st.integers(0, sizeof_page - 1))) == page


@given(SHAPES, st.integers(0, 1 << 30), st.integers(0, 1 << 12), st.sampled_from([56, 64, 80]))
def test_vmemmap_goes_there_and_back(
    shape: MemoryModel, pfn: int, memstart_gib: int, sizeof_page: int
) -> None:
    shape = replace(shape, sizeof_page=sizeof_page)
    memstart = memstart_gib * GIB
    pages = page_structs(shape, Sections(), memstart)
    page = pages.page(pfn)
    assert pages.pfn(page) == pfn
    assert page == (shape.vmemmap_start + (pfn - (memstart >> shape.page_shift)) * sizeof_page) & U64


@given(SHAPES, st.integers(0, 1 << 20), st.integers(0, 1 << 20), st.sampled_from([56, 64, 80]))
def test_flat_memory_goes_there_and_back(
    shape: MemoryModel, first: int, offset: int, sizeof_page: int
) -> None:
    shape = replace(shape, model=FLATMEM, sizeof_page=sizeof_page)
    memstart = first << shape.page_shift
    mem_map = linear(shape, memstart + 64, memstart)
    sections = Sections()
    found = {"mem_map": mem_map, "node_mem_map": mem_map, "mem_map_pages": offset + 1}
    for name, value in found.items():
        sections.fields[name] = value
    pages = page_structs(shape, sections, memstart)
    walk = pages.to_page(first + offset)
    assert walk.result == mem_map + offset * sizeof_page
    assert walk.problem == ""
    assert pages.pfn(walk.result) == first + offset
    assert pages.to_page(first + offset + 1).problem == "this lies outside mem_map, the macro does not look"


def test_512_mib_at_0_fill_four_sections_of_the_first_of_8192_roots() -> None:
    """The worked example of the documents: memory from 0 to 512 MiB, sections of 128 MiB."""
    shape = replace(FOUR_KIB, model=SPARSEMEM)
    assert shape.nr_mem_sections == 1 << 21
    assert shape.sections_per_root == 256
    assert shape.nr_section_roots == 8192
    arrays = {number: 256 * MIB + number * 2 * MIB for number in range(4)}
    pages = page_structs(shape, sections_at(shape, arrays), 0)
    walk = pages.to_page(0x18001)
    assert [(step.name, step.shown) for step in walk.steps] == [
        ("section", "3"),
        ("root", "0"),
        ("mem_section", "0xffff000040000030"),
        ("section_mem_map", "0xffff000010000003"),
        ("coded", "0xffff000010000000"),
        ("page", "0xffff000010600040"),
    ]
    assert pages.pfn(0xFFFF_0000_1060_0040) == 0x18001
    last = pages.to_page(0x1FFFF)
    assert last.result == linear(shape, 256 * MIB + 8 * MIB - 64, 0)


def test_512_mib_across_two_roots() -> None:
    """A root spans 32 GiB: memory around that boundary needs two of them."""
    shape = replace(FOUR_KIB, model=SPARSEMEM)
    arrays = {number: 40 * GIB + number * 2 * MIB for number in (254, 255, 256, 257)}
    pages = page_structs(shape, sections_at(shape, arrays), 0)
    boundary = 32 * GIB >> 12
    below, above = pages.to_page(boundary - 1), pages.to_page(boundary)
    assert [step.shown for step in below.steps[:2]] == ["255", "0"]
    assert [step.shown for step in above.steps[:2]] == ["256", "1"]
    assert above.steps[2].formula == "&mem_section[1][0]"


def test_without_roots_a_section_is_its_own_root() -> None:
    shape = replace(FOUR_KIB, model=SPARSEMEM_STATIC)
    pages = page_structs(shape, sections_at(shape, {3: GIB}), 0)
    formulas = [step.formula for step in pages.to_page(0x18000).steps]
    assert formulas[:2] == ["pfn_to_section_nr: 0x18000 >> 15", "mem_section[3][0].section_mem_map"]


def test_what_has_no_struct_page_says_why() -> None:
    shape = replace(FOUR_KIB, model=SPARSEMEM)
    sections = sections_at(shape, {8: GIB})
    sections.sections[9] = MemSection(SECTION_MARKED_PRESENT)
    pages = page_structs(shape, sections, 0)
    assert pages.to_page(0x48000).problem == "section 9 has no page structs yet, only its node's number"
    assert pages.to_page(0x50000).problem == "section 10 is not present: it holds no memory"
    absent = pages.to_page(256 * 0x8000)
    assert absent.problem == "mem_section[1] is NULL: none of its sections holds memory"
    assert [step.name for step in absent.steps] == ["section", "root"]
    with pytest.raises(NoStructPage, match="lies in no section's array"):
        pages.pfn(0xFFFF_0000_0000_0000)
    with pytest.raises(NoStructPage, match="one begins 8 bytes below"):
        pages.pfn(pages.page(0x40001) + 8)


def test_vmemmap_has_an_address_for_what_is_not_there() -> None:
    pages = page_structs(FOUR_KIB, sections_at(FOUR_KIB, {8: GIB}), GIB)
    assert pages.to_page(0x40000).problem == ""
    missing = pages.to_page(0x50000)
    assert missing.result == 0xFFFF_FC00_0040_0000
    assert missing.problem == "nothing is mapped there, section 10 is not present: it holds no memory"


@pytest.mark.parametrize("model", MODELS)
def test_before_memory_is_known_there_are_no_struct_pages(model: str) -> None:
    pages = page_structs(replace(FOUR_KIB, model=model), Sections(), None)
    assert pages.to_page(0x40000).result is None
    assert pages.to_pfn(0xFFFF_FC00_0000_0000).result is None
    assert not pages.has_page(0xFFFF_FC00_0000_0000)

"""Flat memory and classic sparse memory: what they allocate, and what is given back of it.

Covers boots/mm/free_unused_memmap.py, boots/mm/memmap_alloc.py, boots/mm/memmap_init.py.
"""

from __future__ import annotations

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.mm.free_unused_memmap import free_unused_memmap
from bootstep.boots.mm.memmap_init import init_unavailable_range
from bootstep.boots.mm.mm_init import free_area_init
from bootstep.boots.mm.sparse.flatmem import usemap_size
from bootstep.boots.mm.sparse.sparse import sparse_init, subsection_map_init
from bootstep.model.build.kconfig import KConfig
from bootstep.model.memory.memblock import memblock_reserve
from bootstep.model.memory.memory_model import MemoryModel
from bootstep.model.memory.memory_model_choice import sizes_with_memory_model, with_memory_model
from bootstep.model.memory.page_structs import page_structs
from bootstep.model.memory.state import Replica
from memory_map import GIB, MIB, Bank, kernel_with, log, max_zone_pfns, memblock_log

PFN_VALID = "HAVE_ARCH_PFN_VALID"
OUTSIDE = "this lies outside mem_map, the macro does not look"


def kernel_of(model: str, *banks: Bank, arch_pfn_valid: bool = False) -> Kernel:
    """A 6.1 kernel with this memory and memory model, in bootmem_init()."""
    k = kernel_with(*banks)
    config = with_memory_model(k.config, model)
    k.config = KConfig({**config.options, **({PFN_VALID: "y"} if arch_pfn_valid else {})})
    k.shape = MemoryModel.of(k.release, k.config, k.sizes, k.layout)
    k.sizes = sizes_with_memory_model(k.sizes, k.shape)
    if model == "flatmem":
        k.zones.nodes.clear()
    return k


def flat(*banks: Bank, arch_pfn_valid: bool = False) -> Kernel:
    k = kernel_of("flatmem", *banks, arch_pfn_valid=arch_pfn_valid)
    free_area_init(k, max_zone_pfns(k))
    return k


def test_mem_map_spans_the_node_from_largest_block_to_largest_block() -> None:
    k = flat(Bank(GIB + MIB, 5 * MIB))
    fields = k.sections.fields
    # 1 GiB + 1 MiB … + 6 MiB touches two blocks of 4 MiB.
    assert fields["mem_map_pages"] == 2 * 1024
    pages = page_structs(k.shape, k.sections, k.memstart_addr)
    assert fields["mem_map"] == fields["node_mem_map"] == pages.page(GIB >> 12)
    assert pages.to_page((GIB + MIB) >> 12).problem == ""
    assert (
        pages.to_page((GIB + 8 * MIB) >> 12).problem == "this lies outside mem_map, the macro does not look"
    )


def test_mem_map_is_allocated_for_holes_too_and_the_log_says_by_whom() -> None:
    k = flat(Bank(GIB, 128 * MIB), Bank(3 * GIB, 128 * MIB))
    size = (2 * GIB + 128 * MIB) // 64
    asked = [line for line in memblock_log(k) if "alloc_try_nid_raw" in line]
    assert asked == [
        f"memblock_alloc_try_nid_raw: {size} bytes align=0x40 nid=0 from=0x0000000000000000 "
        "max_addr=0x0000000000000000 free_area_init_node"
    ]


def test_where_memstart_addr_is_not_where_memory_begins_mem_map_does_not_fit() -> None:
    """arm64 rounds memstart_addr down to 1 GiB, mem_map begins with memory: pfn_to_page() is wrong then."""
    k = flat(Bank(GIB + 512 * MIB, 128 * MIB))
    walk = page_structs(k.shape, k.sections, k.memstart_addr).to_page((GIB + 512 * MIB) >> 12)
    assert walk.problem == OUTSIDE


def test_each_zone_has_flags_for_the_page_blocks_it_touches() -> None:
    k = flat(Bank(GIB, GIB))
    assert k.layout.pageblock_order == 10
    assert usemap_size(k, 0, 16 * 1024) == 8
    assert usemap_size(k, 1, 16 * 1024) == 16, "17 blocks are touched"
    asked = [line for line in memblock_log(k) if "memblock_alloc_try_nid: 128 bytes" in line]
    assert len(asked) == 1


def test_a_hole_of_flat_memory_is_not_initialised() -> None:
    k = flat(Bank(GIB, 100 * MIB), Bank(2 * GIB, 100 * MIB))
    assert not any("unavailable" in line for line in log(k))


def test_an_architectures_own_pfn_valid_finds_the_rest_of_a_block_only() -> None:
    k = kernel_of("sparsemem", Bank(GIB, 129 * MIB), Bank(2 * GIB, 128 * MIB), arch_pfn_valid=True)
    init_unavailable_range(k, (GIB + 129 * MIB) >> 12, 2 * GIB >> 12, 0, 0)
    assert log(k) == ["On node 0, zone DMA: 768 pages in unavailable ranges"]


def test_classic_sparse_memory_cuts_each_array_off_one_buffer_in_the_linear_map() -> None:
    k = kernel_of("sparsemem", Bank(GIB, 200 * MIB), Bank(2 * GIB, 128 * MIB))
    sparse_init(k)
    pages = page_structs(k.shape, k.sections, k.memstart_addr)
    starts = [k.virt_to_phys(pages.page(nr << 15)) for nr in (8, 9, 16)]
    assert [start - starts[0] for start in starts] == [0, 2 * MIB, 4 * MIB]
    assert k.page_tables.runs == []
    subsection_map_init(k, GIB >> 12, 1024)
    assert all(section.subsection_map == () for section in k.sections.sections.values())


def test_an_array_that_its_node_has_no_room_for_is_taken_from_another() -> None:
    k = kernel_of("sparsemem", Bank(GIB, 128 * MIB, 0), Bank(2 * GIB, 128 * MIB, 1))
    memblock_reserve(k.memblock, 2 * GIB + MIB, 126 * MIB)
    sparse_init(k)
    pages = page_structs(k.shape, k.sections, k.memstart_addr)
    assert GIB <= k.virt_to_phys(pages.page(16 << 15)) < GIB + 128 * MIB


def test_static_sections_take_nothing_of_memblock_but_maps_and_arrays() -> None:
    k = kernel_of("sparsemem-static", Bank(GIB, 128 * MIB))
    sparse_init(k)
    asked = [line.partition(" align")[0] for line in memblock_log(k) if "alloc_" in line.partition(":")[0]]
    assert asked == ["memblock_alloc_try_nid: 32 bytes", "memblock_alloc_exact_nid_raw: 2097152 bytes"]
    assert k.sections.fields["mem_section_pa"] == 0
    assert dict(k.sections.roots) == {}


def test_page_structs_of_holes_are_given_back_but_a_page_block_keeps_its_own() -> None:
    k = flat(Bank(GIB, 129 * MIB), Bank(2 * GIB + MIB, 127 * MIB), arch_pfn_valid=True)
    before = len(memblock_log(k))
    free_unused_memmap(k)
    (freed,) = memblock_log(k)[before:]
    node_mem_map = k.virt_to_phys(k.sections.fields["node_mem_map"])
    # From the end of the block of 4 MiB that has the first bank's end, to the start of the second bank's.
    start = -(-(node_mem_map + 132 * MIB // 64) // 4096) * 4096
    end = (node_mem_map + GIB // 64) // 4096 * 4096
    assert freed.startswith(f"memblock_phys_free: [{start:#018x}-{end - 1:#018x}] ")


def test_of_classic_sections_the_part_behind_memory_is_given_back() -> None:
    k = kernel_of("sparsemem", Bank(GIB, 160 * MIB), arch_pfn_valid=True)
    sparse_init(k)
    before = len(memblock_log(k))
    free_unused_memmap(k)
    array = k.virt_to_phys(page_structs(k.shape, k.sections, k.memstart_addr).page(9 << 15))
    start, end = array + 32 * MIB // 64, array + 128 * MIB // 64
    (freed,) = memblock_log(k)[before:]
    assert freed.startswith(f"memblock_phys_free: [{start:#018x}-{end - 1:#018x}] ")


def test_without_an_own_pfn_valid_nothing_is_given_back() -> None:
    k = flat(Bank(GIB, 128 * MIB), Bank(2 * GIB, 128 * MIB))
    before = len(memblock_log(k))
    free_unused_memmap(k)
    assert memblock_log(k)[before:] == []


def test_going_back_takes_mem_map_away() -> None:
    k = flat(Bank(GIB, 128 * MIB))
    replica = Replica(k.trace)
    replica.move(len(k.trace))
    assert replica.state.sections.fields == k.sections.fields
    assert replica.state.sections.fields["mem_map"] != 0
    replica.move(0)
    assert set(replica.state.sections.fields.values()) == {0}

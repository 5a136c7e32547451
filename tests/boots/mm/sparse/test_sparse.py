"""sparse_init()

Covers boots/mm/mmzone.py, buffer.py, usage.py, vmemmap.py.
"""

from __future__ import annotations

from bootstep.boots.mm.mmzone import PAGES_PER_SECTION
from bootstep.boots.mm.sparse.sparse import sparse_init, subsection_map_init
from bootstep.model.memory.sparsemem import sparse_decode_mem_map
from bootstep.model.memory.state import Replica
from memory_map import GIB, MIB, Bank, kernel_with, log, memblock_log


def test_every_section_that_holds_memory_gets_its_page_array_and_usage_map() -> None:
    k = kernel_with(Bank(GIB, 200 * MIB), Bank(2 * GIB, 128 * MIB))
    sparse_init(k)
    sections = k.sections.sections
    assert sorted(sections) == [8, 9, 16]
    for nr, section in sections.items():
        assert section.flag_names() == ("PRESENT", "HAS_MEM_MAP", "ONLINE", "EARLY")
        start_pfn = nr * PAGES_PER_SECTION(k)
        page_array = sparse_decode_mem_map(section.section_mem_map, start_pfn, 64, 4)
        assert page_array == k.layout.vmemmap.start + (start_pfn - (GIB >> 12)) * 64
    assert [sections[nr].usage_pa - sections[8].usage_pa for nr in (8, 9, 16)] == [0, 40, 80]


def test_sections_of_different_nodes_have_their_usage_maps_on_their_node() -> None:
    k = kernel_with(Bank(GIB, GIB, 0), Bank(2 * GIB, GIB, 1))
    sparse_init(k)
    assert GIB <= k.sections.sections[15].usage_pa < 2 * GIB <= k.sections.sections[16].usage_pa


def test_sections_without_room_for_their_page_array_are_not_present() -> None:
    # All but the first and last MiB is in use: room for a usage map, none for a page array.
    k = kernel_with(Bank(GIB, 256 * MIB), reserved=((GIB + MIB, 254 * MIB),))
    sparse_init(k)
    assert dict(k.sections.sections) == {}
    assert log(k) == [
        "sparse_init_nid: node[0] memory map backing failed. Some memory will not be available."
    ]


def test_usage_maps_go_to_the_section_of_the_nodes_data_where_memory_can_be_removed() -> None:
    k = kernel_with(Bank(GIB, 2 * GIB), options="CONFIG_MEMORY_HOTREMOVE=y")
    sparse_init(k)
    wanted = "640 bytes align=0x40 nid=0 from=0x0000000040000000 max_addr=0x0000000048000000"
    assert any(wanted in line for line in memblock_log(k))
    assert {section.usage_pa // (128 * MIB) for section in k.sections.sections.values()} == {8}


def test_a_full_section_of_the_nodes_data_makes_sections_depend_on_each_other() -> None:
    k = kernel_with(Bank(GIB, 512 * MIB), reserved=((GIB, 128 * MIB),), options="CONFIG_MEMORY_HOTREMOVE=y")
    sparse_init(k)
    usage_section = k.sections.sections[8].usage_pa // (128 * MIB)
    assert usage_section != 8
    assert log(k) == [
        f"Section {usage_section} and 8 (node 0) have a circular dependency on usemap and pgdat allocations"
    ]


def test_subsections_are_two_mib_of_memory() -> None:
    k = kernel_with(Bank(GIB, 256 * MIB))
    sparse_init(k)
    subsection_map_init(k, (GIB + 126 * MIB) >> 12, 4 * MIB >> 12)
    assert k.sections.sections[8].subsection_map == (1 << 63,)
    assert k.sections.sections[9].subsection_map == (1,)


def test_going_back_undoes_every_step() -> None:
    k = kernel_with(Bank(GIB, GIB))
    sparse_init(k)
    replica = Replica(k.trace)
    replica.move(len(k.trace))
    assert replica.state.sections.sections == k.sections.sections
    replica.move(0)
    assert replica.state.sections.sections == {}
    assert replica.state.sections.roots == {}
    assert set(replica.state.sections.fields.values()) == {0}

"""Events in words, and how numbers look.

Covers changes.py, results.py, model/base/units.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.arch.arm64.entry_format import ENTRIES
from bootstep.model.base.units import address_range, parse_size, readable_size, value_text
from bootstep.model.memory.memblock.regions import Region
from bootstep.model.memory.pagetable.tables import Run, TableRun
from bootstep.model.memory.sparsemem import MemSection
from bootstep.model.memory.zones import Node, Zone
from bootstep.model.text.changes import changes_text
from bootstep.model.text.events import describe, range_of
from bootstep.model.text.results import result_json, result_text
from bootstep.model.trace.changes import Assign, Change, Splice
from hypothesis import given
from hypothesis import strategies as st
from small_boot import recorded

TRACE = recorded()

LOW, HIGH = Region(0x4000_0000, 1 << 20, 0, 16), Region(0x4010_0000, 1 << 20, 0, 16)
BOTH = Region(0x4000_0000, 2 << 20, 0, 16)
PAGE = 0x0068_0000_0000_0703


def regions(removed: tuple[Region, ...], inserted: tuple[Region, ...]) -> Change:
    return Splice("memblock.reserved", 2, removed, inserted)


def mapped(start: int, end: int, pa: int, attrs: int = PAGE) -> Run:
    return Run(start, end, pa, 3, 4096, False, attrs)


class TestEvents:
    def test_a_boot_in_words(self) -> None:
        words = [describe(TRACE, event, ENTRIES) for event in range(len(TRACE))]
        assert words[:4] == [
            "start_kernel()",
            "Booting Linux on physical CPU 0x0",
            "setup_arch()",
            'parse_early_param cmdline="mem=600M"',
        ]
        assert "memblock_reserve [0x48000000-0x480fffff] 1.0 MiB" in words
        assert "reserved[1] is new: [0x48000000-0x480fffff] 1.0 MiB" in words
        assert "dma_contiguous_reserve returned 0x7c000000" in words
        assert "memstart_addr = 0x40000000" in words
        assert words[-1] == "start_kernel returned"

    def test_an_allocation_is_about_no_memory_yet(self) -> None:
        assert range_of({"size": 4096, "align": 64, "start": 0, "end": 1}) is None

    def test_a_call_is_about_the_memory_its_arguments_name(self) -> None:
        assert range_of({"base": 0x1000, "size": 0x2000}) == (0x1000, 0x3000)
        assert range_of({"addr": 0x1000, "end": 0x2000, "phys": 5}) == (0x1000, 0x2000)
        assert range_of({"nid": 0}) is None


class TestChanges:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (regions((), (LOW,)), "reserved[2] is new: [0x40000000-0x400fffff] 1.0 MiB"),
            (regions((Region(0, 0, 0, 16),), (LOW,)), "reserved[2] is new: [0x40000000-0x400fffff] 1.0 MiB"),
            (regions((LOW,), (BOTH,)), "reserved[2] grew to [0x40000000-0x401fffff] 2.0 MiB"),
            (regions((BOTH,), (LOW,)), "reserved[2] shrank to [0x40000000-0x400fffff] 1.0 MiB"),
            (regions((LOW, HIGH), (BOTH,)), "reserved[2]: 2 regions became [0x40000000-0x401fffff] 2.0 MiB"),
            (
                regions((BOTH,), (LOW, HIGH)),
                "reserved[2] was split into [0x40000000-0x400fffff] 1.0 MiB, [0x40100000-0x401fffff] 1.0 MiB",
            ),
            (regions((LOW,), ()), "reserved[2] is gone: [0x40000000-0x400fffff] 1.0 MiB"),
            (
                regions((LOW,), (LOW._replace(flags=4),)),
                "reserved[2] has flags 0x4, not 0x0: [0x40000000-0x400fffff] 1.0 MiB",
            ),
            (
                regions((LOW,), (LOW._replace(nid=1),)),
                "reserved[2] is on node 1: [0x40000000-0x400fffff] 1.0 MiB",
            ),
            (Assign("variables", "max_pfn", 0, 0x80000), "max_pfn = 0x80000"),
            (Assign("memblock", "bottom_up", False, True), "memblock.bottom_up = True"),
            (
                Assign("sections.sections", 8, None, MemSection(5)),
                "section 8: PRESENT ONLINE",
            ),
            (
                Assign("sections.sections", 8, MemSection(5), MemSection(0xFC00_000D, 0x7FFF_0000, (7,))),
                "section 8: EARLY, section_mem_map 0xfc00000d, usage map at 0x7fff0000, 3 subsections",
            ),
            (Assign("sections.roots", 0, None, 0x7FFF_1000), "section root 0 at 0x7fff1000"),
            (Assign("zones.limits", "max_zone_pfns", (), (0x80000, 0)), "max_zone_pfns = 0x80000, 0x0"),
            (Assign("zones.nodes", 0, None, Node(0, 0x7FFF_0000)), "node 0: pgdat at 0x7fff0000"),
            (
                Assign(
                    "zones.nodes",
                    0,
                    Node(0, 1, zones=(Zone("DMA"),)),
                    Node(0, 1, spanned=512, zones=(Zone("DMA", present=512),)),
                ),
                "node 0: spanned 512; zone DMA present 512",
            ),
        ],
    )
    def test_a_change_says_what_became_of_what(self, change: Change, words: str) -> None:
        assert changes_text((change,), ENTRIES) == words

    def test_the_sum_of_sizes_goes_without_saying_beside_its_regions(self) -> None:
        total = Assign("memblock.reserved", "total_size", 0, 1 << 20)
        assert "total_size" not in changes_text((regions((), (LOW,)), total), ENTRIES)
        assert changes_text((total,), ENTRIES) == "memblock.reserved.total_size = 1.0 MiB"

    def test_a_mapping_that_joins_its_neighbour_is_the_new_part_only(self) -> None:
        change = Splice("page_tables.runs", 0, (mapped(0, 0x1000, 0),), (mapped(0, 0x3000, 0),))
        assert changes_text((change,), ENTRIES).startswith(
            "map 0x1000 to 0x1000, 2 pages of 4.0 KiB, level 3"
        )

    def test_a_mapping_whose_attributes_change_is_written_anew(self) -> None:
        read_only = PAGE | 1 << 7
        change = Splice(
            "page_tables.runs",
            0,
            (mapped(0, 0x3000, 0),),
            (mapped(0, 0x1000, 0), mapped(0x1000, 0x3000, 0x1000, read_only)),
        )
        words = changes_text((change,), ENTRIES)
        assert words.startswith("map 0x1000 to 0x1000, 2 pages of 4.0 KiB, level 3, ro")

    def test_a_mapping_taken_away(self) -> None:
        change = Splice("init_pg_dir.runs", 0, (mapped(0, 0x3000, 0),), (mapped(0, 0x1000, 0),))
        assert changes_text((change,), ENTRIES) == "init_pg_dir: unmap 0x1000, 8.0 KiB"

    def test_a_new_table_page_is_the_last_of_its_run(self) -> None:
        one = TableRun(0, 3, 0x7FFF_F000, 0, 1, 0, 3)
        two = TableRun(0, 3, 0x7FFF_F000, -0x1000, 2, 2 << 20, 3)
        change = Splice("page_tables.tables", 1, (one,), (two,))
        assert changes_text((change,), ENTRIES) == "level 3 table at 0x7fffe000 for 0x200000"


class TestText:
    @pytest.mark.parametrize(
        ("size", "text"),
        [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (3 << 19, "1.5 MiB"), (1 << 40, "1.0 TiB")],
    )
    def test_sizes_have_the_largest_unit_that_leaves_one(self, size: int, text: str) -> None:
        assert readable_size(size) == text

    @pytest.mark.parametrize(
        ("text", "size"),
        [
            ("1M", 1 << 20),
            ("64k", 64 << 10),
            ("0x200000", 2 << 20),
            ("1.5G", 3 << 29),
            ("12", 12),
            ("2 MiB", 2 << 20),
        ],
    )
    def test_sizes_are_read_as_memparse_does(self, text: str, size: int) -> None:
        assert parse_size(text) == size

    @pytest.mark.parametrize("text", ["", "M", "1X", "-4K", "0x", "1M2"])
    def test_what_is_no_size_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not a size"):
            parse_size(text)

    @given(st.integers(0, 1 << 50))
    def test_a_size_read_back_is_off_by_rounding_only(self, size: int) -> None:
        assert abs(parse_size(readable_size(size).replace(" B", "")) - size) <= size * 0.06

    def test_a_range_has_both_ends(self) -> None:
        assert address_range(0x4000_0000, 1 << 30) == "[0x40000000-0x7fffffff]"

    @pytest.mark.parametrize(
        ("name", "value", "text"),
        [
            ("size", 4096, "4.0 KiB"),
            ("nid", 16, "16"),
            ("nid", -1, "-1"),
            ("limit", 0x1_0000, "0x10000"),
            ("cmdline", "mem=1G", '"mem=1G"'),
            ("exact_nid", True, "True"),
            ("value", None, "None"),
        ],
    )
    def test_values_read_as_their_names_suggest(self, name: str, value: object, text: str) -> None:
        assert value_text(name, value) == text


@pytest.mark.parametrize(
    ("function", "value", "text", "plain"),
    [
        ("e820__end_of_ram_pfn", 0x240000, "pfn 0x240000", 0x240000),
        ("__absent_pages_in_range", 0x4C00, "19456 pages", 0x4C00),
        ("__absent_pages_in_range", 1, "1 page", 1),
        ("fixmap_remap_fdt", 1 << 20, "1.0 MiB", 1 << 20),
        ("memblock_phys_alloc_range", 0x7FFFA000, "0x7fffa000", "0x7fffa000"),
        ("acpi_numa_init", -2, "-2", -2),
        ("get_zeroed_page", True, "True", True),
    ],
)
def test_what_a_function_returns_is_what_its_name_says(
    function: str, value: int, text: str, plain: object
) -> None:
    assert result_text(function, value) == text
    assert result_json(function, value) == plain

"""A state of x86-64 in reports: levels as x86 counts them, both trees, tables that several entries share."""

from typing import Any

from bootstep.model.arch.x86.address_map import address_map_of
from bootstep.model.arch.x86.entry_format import KERNPG_TABLE, PAGE_KERNEL_LARGE_EXEC, PAGE_TABLE
from bootstep.model.arch.x86.record import X86_64
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release
from bootstep.model.memory.pagetable.entries import TABLE, TreeView
from bootstep.model.memory.pagetable.tables import Geometry, PageTables
from bootstep.model.source.facts import Facts
from bootstep.model.text.state_json import report

LAYOUT = address_map_of(Release(6, 1), KConfig({"X86_64": "y"}))
FACTS = Facts(arch=X86_64, address_map=LAYOUT)
GEOMETRY = Geometry(12, 48, 4, both_halves=True)
IMAGE = 0xFFFFFFFF81000000


def early_tree(tree: PageTables) -> PageTables:
    """early_top_pgt as a 6.1 kernel enters x86_64_start_kernel with it."""
    tree.set_root(0x21C0000, 0, GEOMETRY)
    for far in (0, 0x8000000000):
        tree.add_table(1, far, 0x21C1000, KERNPG_TABLE)
        for near in (far, far + 0x40000000):
            tree.add_table(2, near, 0x21C2000, KERNPG_TABLE)
            tree.set_leaves(near + 0x1000000, near + 0x2800000, 0x1000000, 2, 0xE3)
    tree.add_table(1, IMAGE, 0x1A0A000, PAGE_TABLE)
    tree.add_table(2, IMAGE, 0x1A0B000, KERNPG_TABLE)
    tree.add_table(2, 0xFFFFFFFFC0000000, 0x1A0C000, PAGE_TABLE)
    tree.add_table(3, 0xFFFFFFFFFF400000, 0x1A0D000, PAGE_TABLE)
    tree.add_table(3, 0xFFFFFFFFFF600000, 0x1A0E000, PAGE_TABLE)
    tree.set_leaves(IMAGE, IMAGE + 0x1800000, 0x1000000, 2, PAGE_KERNEL_LARGE_EXEC)
    return tree


def reported() -> dict[str, Any]:
    state = X86_64.state()
    early_tree(state.trees["boot_page_tables"])
    state.page_tables.set_root(0x1A0F000, 0, GEOMETRY)
    return report(state, FACTS)


def test_the_tree_that_the_kernel_starts_on_is_reported_as_it_was_captured() -> None:
    found = reported()["boot_page_tables"]
    assert (found["root_pa"], found["start_level"], found["table_count"]) == ("0x21c0000", 4, 12)
    runs = [(run["va_start"], run["level"], run["page_size"], run["attrs"]) for run in found["runs"]]
    assert runs[1] == ("0x0000000041000000", 2, "0x200000", "0x00000000000000e3")
    assert runs[-1] == ("0xffffffff81000000", 2, "0x200000", "0x00000000000001e3")
    tables = [(table["level"], table["pa_first"], table["count"]) for table in found["table_runs"]]
    assert tables == [
        *((4, "0x21c0000", 1), (3, "0x21c1000", 1), (2, "0x21c2000", 1), (2, "0x21c2000", 1)),
        *((3, "0x21c1000", 1), (2, "0x21c2000", 1), (2, "0x21c2000", 1)),
        *((3, "0x1a0a000", 1), (2, "0x1a0b000", 2), (1, "0x1a0d000", 2)),
    ]
    counts = [(each["level"], each["attrs"][-2:], each["count"]) for each in found["table_attrs"]]
    assert counts == [(2, "67", 2), (3, "63", 5), (3, "67", 1), (4, "63", 2), (4, "67", 1)]


def test_the_kernels_own_tree_is_reported_beside_it() -> None:
    found = reported()["page_tables"]
    assert (found["root_pa"], found["start_level"], found["runs"]) == ("0x1a0f000", 4, [])


def test_where_the_direct_map_begins_is_what_the_kernel_has_drawn() -> None:
    state = X86_64.state()
    assert report(state, FACTS)["kernel"]["page_offset"] == "0xffff888000000000"
    state.variables["page_offset_base"] = 0xFFFF9A1740000000
    assert report(state, FACTS)["kernel"]["page_offset"] == "0xffff9a1740000000"


def test_ranges_of_page_frames_are_pairs() -> None:
    state = X86_64.state()
    state.variables["pfn_mapped"] = (0, 0x7FFE0, 0x100000, 0x240000)
    state.variables["code_resource"] = (0x1000000, 0x16000FF)
    found = report(state, FACTS)["kernel"]
    assert found["pfn_mapped"] == [[0, 0x7FFE0], [0x100000, 0x240000]]
    assert found["code_resource"] == ["0x1000000", "0x16000ff"]


def test_each_half_of_the_addresses_has_half_of_the_roots_entries() -> None:
    tree = early_tree(PageTables("boot_page_tables"))
    assert GEOMETRY.entry(0, IMAGE) == 511
    assert GEOMETRY.offset(0, 0xFFFF888000000000) == 273 * 8
    view = TreeView(tree.geometry, 0x21C0000, 0, tree.runs, tree.tables)
    entries = view.entries(0, IMAGE)
    assert sum(item.number for item in entries) == 512
    assert [(item.first, item.number) for item in entries] == [(0, 1), (1, 1), (2, 254), (256, 255), (511, 1)]
    assert [item.kind == TABLE for item in entries] == [True, True, False, False, True]
    assert entries[2].va_end == 1 << 47 and entries[3].va == (1 << 64) - (1 << 47)
    assert view.path(IMAGE) == [(0, 0), (1, 0xFFFFFF8000000000), (2, 0xFFFFFFFF80000000)]


def test_a_walk_through_a_shared_table_finds_the_same_memory() -> None:
    tree = early_tree(PageTables("boot_page_tables"))
    for address in (0x1000000, 0x41000000, 0x8001000000, IMAGE):
        leaf = tree.leaf(address)
        assert leaf is not None and leaf.pa_start + address - leaf.va_start == 0x1000000
    assert tree.table(0, IMAGE) == tree.table(0, 0) == 0x21C0000
    assert tree.table(2, 0x40000000) == tree.table(2, 0x8000000000) == 0x21C2000
    assert tree.table(3, 0xFFFFFFFFFF600000) == 0x1A0E000


def test_five_levels_have_their_root_below_level_0() -> None:
    tree = PageTables("page_tables")
    tree.set_root(0x1000, 0, Geometry(12, 57, 5, both_halves=True))
    tree.add_table(0, 0xFF11000000000000, 0x2000, KERNPG_TABLE)
    assert tree.geometry.entry(-1, 0xFF11000000000000) == 273
    assert X86_64.entries.level_number(tree.geometry.start_level) == 5
    assert tree.table(-1, 0xFF11000000000000) == 0x1000
    assert tree.table(0, 0xFF11888000000000) == 0x2000

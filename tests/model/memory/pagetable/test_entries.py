"""A tree of page tables entry by entry: entries, rows that open, and what a move changed.

Covers model/analysis/pagetable_changes.py, model/analysis/pagetable_rows.py, model/base/common_ends.py,
runs.py.
"""

from __future__ import annotations

from bootstep.model.analysis.pagetable_changes import MappingChange, last_write, mapping_changes
from bootstep.model.analysis.pagetable_rows import Key, TreeRows
from bootstep.model.arch.arm64.entry_format import PAGE_KERNEL, PROT_SECT_NORMAL, PTE_CONT, TYPE_TABLE
from bootstep.model.index.affected import Shifts
from bootstep.model.memory.pagetable.entries import EMPTY, LEAF, TABLE, Entries, TreeView
from bootstep.model.memory.pagetable.tables import Geometry, Run, TableRun
from bootstep.model.memory.state import State
from bootstep.model.trace.recorder import BootTrace

GEOMETRY = Geometry(12, 48, 4)
BASE = 0xFFFF_0000_0000_0000
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
ROOT: Key = ("table", 0, BASE)


def page_run(start: int, size: int, pa: int, level: int = 3, attrs: int = PAGE_KERNEL) -> Run:
    return Run(start, start + size, pa, level, GEOMETRY.size(level), bool(attrs & PTE_CONT), attrs)


def tables_for(size: int) -> list[TableRun]:
    """The table pages of `size` bytes from `BASE` on that are mapped by pages."""
    found = [TableRun(BASE, 0, 0x1000, 0, 1, 0, 0)]
    for level in (1, 2, 3):
        step = GEOMETRY.table_size(level)
        count = -(-size // step)
        found.append(TableRun(BASE, level, 0x100_0000 * level, -0x1000, count, step, TYPE_TABLE))
    return sorted(found)


def view(runs: list[Run], tables: list[TableRun]) -> TreeView:
    return TreeView(GEOMETRY, 0x1000, BASE, runs, tables)


def gigabyte() -> TreeView:
    """1 GiB by pages, but for a block at 2 MiB."""
    runs = [
        page_run(BASE, 2 * MIB, 0x4000_0000),
        page_run(BASE + 2 * MIB, 2 * MIB, 0x4020_0000, 2, PROT_SECT_NORMAL),
        page_run(BASE + 4 * MIB, GIB - 4 * MIB, 0x4040_0000),
    ]
    tables = [table for table in tables_for(GIB) if table.level < 3]
    tables.append(TableRun(BASE, 3, 0x300_0000, 0, 1, 0, TYPE_TABLE))
    tables.append(TableRun(BASE + 4 * MIB, 3, 0x2FF_F000, -0x1000, 510, 2 * MIB, TYPE_TABLE))
    return view(runs, sorted(tables))


def kinds(entries: list[Entries]) -> list[tuple[str, int, int]]:
    return [(item.kind, item.first, item.number) for item in entries]


def test_the_root_has_one_table_and_nothing_else() -> None:
    assert kinds(gigabyte().entries(0, BASE)) == [(TABLE, 0, 1), (EMPTY, 1, 511)]


def test_a_table_of_blocks_and_tables() -> None:
    entries = gigabyte().entries(2, BASE)
    assert kinds(entries) == [(TABLE, 0, 1), (LEAF, 1, 1), (TABLE, 2, 510)]
    assert entries[1].descriptor == 0x4020_0000 | PROT_SECT_NORMAL
    assert entries[2].descriptor == 0x2FF_F000 | TYPE_TABLE
    assert entries[2].part(509, 510).pa == 0x2FF_F000 - 509 * 0x1000


def test_a_full_table_of_pages_is_one_run_of_entries() -> None:
    (entries,) = gigabyte().entries(3, BASE + 6 * MIB)
    assert (entries.kind, entries.first, entries.number) == (LEAF, 0, 512)
    last = entries.part(511, 512)
    assert (last.first, last.va, last.pa) == (511, BASE + 8 * MIB - 4096, 0x4080_0000 - 4096)


def test_table_pages_and_their_use() -> None:
    tree = gigabyte()
    assert tree.table_pa(3, BASE + 6 * MIB) == 0x2FF_F000 - 0x1000
    assert tree.table_pa(3, BASE + 3 * MIB) is None
    assert [tree.used(level, BASE) for level in range(4)] == [1, 1, 512, 512]
    assert tree.path(BASE + 3 * MIB) == [(0, BASE), (1, BASE), (2, BASE)]
    assert tree.index(2, BASE + 3 * MIB) == 1


def test_an_address_in_an_empty_part_has_the_table_that_says_so() -> None:
    assert gigabyte().path(BASE + 5 * GIB) == [(0, BASE), (1, BASE)]


def test_the_root_of_52_bits_with_64k_pages_has_1024_entries() -> None:
    tree = TreeView(Geometry(16, 52, 3), 0x1000, -(1 << 52) & (1 << 64) - 1, [], [])
    (empty,) = tree.entries(1, 0xFFFF_0000_0000_0000)
    assert (empty.number, empty.va) == (1024, 0xFFF0_0000_0000_0000)
    assert tree.index(1, 0xFFFF_0000_0000_0000) == 960


def text(rows: TreeRows) -> list[str]:
    found: list[str] = []
    for at in range(len(rows)):
        entries = rows[at].entries
        name = f"{entries.kind} {entries.first}-{entries.last}" if entries else "root"
        found.append(" " * rows[at].depth + name)
    return found


def test_a_closed_tree_is_its_root() -> None:
    assert text(TreeRows(gigabyte(), set())) == ["root"]


def test_opening_goes_down_table_by_table() -> None:
    opened: set[Key] = {ROOT, ("table", 1, BASE), ("table", 2, BASE)}
    assert text(TreeRows(gigabyte(), opened)) == [
        "root",
        " table 0-0",
        "  table 0-0",
        "   table 0-0",
        "   leaf 1-1",
        "   table 2-511",
        "  empty 1-511",
        " empty 1-511",
    ]


def test_an_open_table_within_a_run_of_tables_parts_it() -> None:
    opened: set[Key] = {ROOT, ("table", 1, BASE), ("table", 2, BASE), ("table", 3, BASE + 8 * MIB)}
    assert text(TreeRows(gigabyte(), opened))[4:9] == [
        "   leaf 1-1",
        "   table 2-3",
        "   table 4-4",
        "    leaf 0-511",
        "   table 5-511",
    ]


def test_an_open_run_of_entries_shows_each() -> None:
    opened: set[Key] = {ROOT, ("table", 1, BASE), ("table", 2, BASE), ("entries", 2, BASE + 4 * MIB)}
    rows = TreeRows(gigabyte(), opened)
    assert text(rows)[5:8] == ["   table 2-511", "    table 2-2", "    table 3-3"]
    assert rows[5].is_open and rows[6].key == ("table", 3, BASE + 4 * MIB)
    assert len(rows) == 8 + 510


def test_a_closed_tree_of_sixteen_million_pages_costs_a_few_rows() -> None:
    size = 64 * GIB
    tree = view([page_run(BASE, size, 0)], tables_for(size))
    opened: set[Key] = {ROOT, ("table", 1, BASE), ("entries", 1, BASE)}
    rows = TreeRows(tree, opened)
    assert len(rows) == 1 + 1 + 1 + 64 + 1 + 1
    last = rows[66].entries
    assert last is not None and (last.first, last.va) == (63, BASE + 63 * GIB)


def test_rows_are_found_by_address() -> None:
    opened: set[Key] = {ROOT, ("table", 1, BASE), ("table", 2, BASE), ("entries", 2, BASE + 4 * MIB)}
    rows = TreeRows(gigabyte(), opened)
    found = rows[rows.find(BASE + 9 * MIB)].entries
    assert found is not None and (found.level, found.first) == (2, 4)
    assert rows.find(BASE + 5 * GIB) == len(rows) - 2


def changes(before: list[Run], after: list[Run]) -> list[MappingChange]:
    return mapping_changes((before, []), (after, []), GEOMETRY)


def test_a_run_that_grew_changed_where_it_grew() -> None:
    old, new = page_run(BASE, 2 * MIB, 0x4000_0000), page_run(BASE, 3 * MIB, 0x4000_0000)
    assert changes([old], [new]) == [MappingChange(BASE + 2 * MIB, BASE + 3 * MIB, "+", 3)]


def test_other_attributes_are_a_change_and_not_new() -> None:
    old = page_run(BASE, 2 * MIB, 0x4000_0000)
    new = page_run(BASE, 2 * MIB, 0x4000_0000, attrs=PROT_SECT_NORMAL)
    assert changes([old], [new]) == [MappingChange(BASE, BASE + 2 * MIB, "~", 3)]


def test_what_is_taken_away_is_marked_so() -> None:
    old = page_run(BASE, 4 * MIB, 0x4000_0000)
    left, right = page_run(BASE, MIB, 0x4000_0000), page_run(BASE + 3 * MIB, MIB, 0x4030_0000)
    assert changes([old], [left, right]) == [MappingChange(BASE + MIB, BASE + 3 * MIB, "-", 3)]


def test_a_new_table_page_is_a_change_of_the_entry_above() -> None:
    first = TableRun(BASE, 3, 0x9000, 0, 1, 0, TYPE_TABLE)
    longer = first._replace(pa_step=-0x1000, count=2, va_step=2 * MIB)
    assert mapping_changes(([], [first]), ([], [longer]), GEOMETRY) == [
        MappingChange(BASE + 2 * MIB, BASE + 4 * MIB, "+", 2, True)
    ]


def test_the_last_write_is_found_in_its_own_tree_only() -> None:
    state, trace = State(("init_pg_dir",)), BootTrace()
    trees = state.trees
    for tree in trees.values():
        tree.set_root(0x1000, BASE, GEOMETRY)
    state.record_into(trace)
    trace.start()
    trees["page_tables"].add_table(1, BASE, 0x5000, TYPE_TABLE)
    trees["page_tables"].set_leaves(BASE, BASE + 2 * MIB, 0, 3, PAGE_KERNEL)
    trees["init_pg_dir"].set_leaves(BASE, BASE + 2 * MIB, 0, 2, PROT_SECT_NORMAL)
    shifts, end = Shifts(12, 27), len(trace)
    assert last_write(trace, "page_tables", BASE, BASE + 4096, end, shifts) == 1
    assert last_write(trace, "init_pg_dir", BASE, BASE + 4096, end, shifts) == 2
    assert last_write(trace, "page_tables", BASE, BASE + 4096, 1, shifts) == 0
    assert last_write(trace, "page_tables", BASE + GIB * 600, BASE + GIB * 601, end, shifts) is None

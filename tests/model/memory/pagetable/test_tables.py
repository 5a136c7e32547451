"""Page tables held as runs say the same as page tables held entry by entry."""

from collections import Counter

from bootstep.model.arch.arm64.entry_format import ENTRIES, PAGE_KERNEL, PAGE_KERNEL_RO, PTE_CONT, TYPE_TABLE
from bootstep.model.memory.pagetable.tables import Geometry, PageTables, Run, table_attributes
from hypothesis import given
from hypothesis import strategies as st

PAGE = 4096
TOP = 0xFFFF_0000_0000_0000
FOUR_LEVELS = Geometry(12, 48, 4)


def tree() -> PageTables:
    tables = PageTables("page_tables", ENTRIES.is_contiguous)
    tables.set_root(0x1000, TOP, FOUR_LEVELS)
    return tables


def entries(tables: PageTables) -> dict[int, tuple[int, int]]:
    """Every page's output address and attributes, by virtual page."""
    return {
        address: (run.pa_start + address - run.va_start, run.attrs)
        for run in tables.runs
        for address in range(run.va_start, run.va_end, PAGE)
    }


def test_pages_that_continue_each_other_are_one_run():
    tables = tree()
    tables.set_leaves(TOP, TOP + PAGE, 0x4000_0000, 3, PAGE_KERNEL)
    tables.set_leaves(TOP + 2 * PAGE, TOP + 3 * PAGE, 0x4000_2000, 3, PAGE_KERNEL)
    assert len(tables.runs) == 2
    tables.set_leaves(TOP + PAGE, TOP + 2 * PAGE, 0x4000_1000, 3, PAGE_KERNEL)
    assert tables.runs == [Run(TOP, TOP + 3 * PAGE, 0x4000_0000, 3, PAGE, False, PAGE_KERNEL)]


def test_a_change_of_protection_cuts_a_run_in_three():
    tables = tree()
    tables.set_leaves(TOP, TOP + 8 * PAGE, 0, 3, PAGE_KERNEL)
    tables.set_leaves(TOP + 2 * PAGE, TOP + 4 * PAGE, 2 * PAGE, 3, PAGE_KERNEL_RO)
    assert [run.attrs for run in tables.runs] == [PAGE_KERNEL, PAGE_KERNEL_RO, PAGE_KERNEL]
    assert tables.leaf(TOP + 4 * PAGE).pa_start == 4 * PAGE


def test_contiguous_entries_are_a_run_of_their_own():
    tables = tree()
    tables.set_leaves(TOP, TOP + 16 * PAGE, 0, 3, PAGE_KERNEL | PTE_CONT)
    tables.set_leaves(TOP + 16 * PAGE, TOP + 17 * PAGE, 16 * PAGE, 3, PAGE_KERNEL)
    assert [run.cont for run in tables.runs] == [True, False]


writes = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.integers(1, 12),
        st.integers(0, 60),
        st.sampled_from([PAGE_KERNEL, PAGE_KERNEL_RO, 0]),
    ),
    max_size=25,
)


@given(writes)
def test_runs_agree_with_single_entries_after_any_writes(operations):
    tables, naive = tree(), {}
    for first, count, output, attrs in operations:
        start, end = TOP + first * PAGE, TOP + (first + count) * PAGE
        if attrs:
            tables.set_leaves(start, end, output * PAGE, 3, attrs)
        else:
            tables.clear_leaves(start, end)
        for number in range(count):
            if attrs:
                naive[start + number * PAGE] = ((output + number) * PAGE, attrs)
            else:
                naive.pop(start + number * PAGE, None)
        assert entries(tables) == naive
        for left, right in zip(tables.runs, tables.runs[1:], strict=False):
            assert left.va_end <= right.va_start
            joined = left.va_end == right.va_start and left.attrs == right.attrs
            assert not (joined and left.pa_start + left.va_end - left.va_start == right.pa_start)


@given(st.permutations(range(24)), st.integers(1, 3))
def test_tables_are_found_in_whatever_order_they_were_made(order, spacing):
    tables = tree()
    size = FOUR_LEVELS.table_size(3)
    pages = {}
    for number in order:
        address = TOP + number * spacing * size
        pages[address] = 0x8000_0000 - number * PAGE
        tables.add_table(3, address, pages[address], TYPE_TABLE)
    for address, page in pages.items():
        assert tables.table(3, address + 5 * PAGE) == page
    walked = [
        (run.va_first + number * run.va_step, run.pa_first + number * run.pa_step)
        for run in tables.tables
        if run.level == 3
        for number in range(run.count)
    ]
    assert walked == sorted(pages.items())
    assert table_attributes(tables.tables) == Counter({(2, TYPE_TABLE): len(pages)})


def test_a_table_comes_before_those_below_it_in_the_walk():
    tables = tree()
    for level in (3, 1, 2):
        tables.add_table(level, TOP, 0x5000 + level * PAGE, TYPE_TABLE)
    assert [run.level for run in tables.tables] == [0, 1, 2, 3]


@given(st.lists(st.tuples(st.integers(2, 3), st.integers(0, 11), st.integers(0, 11)), max_size=40))
def test_tables_are_walked_as_in_memory_whatever_takes_the_place_of_what(hooked):
    """Level 3 tables lie four to a level 2 table's, so that they fall between the tables of a run."""
    tables, known = tree(), {}
    for level, place, page in hooked:
        address = TOP + place * (FOUR_LEVELS.table_size(2) if level == 2 else FOUR_LEVELS.table_size(2) // 4)
        known[address, level] = 0x8000_0000 + page * PAGE
        tables.add_table(level, address, known[address, level], TYPE_TABLE)
    walked = [
        ((run.va_first + number * run.va_step, run.level), run.pa_first + number * run.pa_step)
        for run in tables.tables[1:]
        for number in range(run.count)
    ]
    assert walked == sorted(known.items())
    for (address, level), page in known.items():
        assert tables.table(level, address) == page


def test_what_lies_below_an_address_can_be_cleared_in_one_go():
    tables = tree()
    for entry in range(4):
        address = TOP + entry * FOUR_LEVELS.size(0)
        tables.add_table(1, address, 0x8000_0000 + entry * PAGE, TYPE_TABLE)
        tables.set_leaves(address, address + PAGE, 0, 3, PAGE_KERNEL)
    last = TOP + 3 * FOUR_LEVELS.size(0)
    tables.clear_below(last)
    assert [run.va_start for run in tables.runs] == [last]
    assert tables.table(1, last) == 0x8000_3000
    assert tables.table(1, TOP) is None
    assert len(tables.tables) == 2


def test_a_terabyte_mapped_by_pages_is_one_run():
    tables = tree()
    for start in range(0, 1 << 40, 1 << 30):
        tables.set_leaves(TOP + start, TOP + start + (1 << 30), start, 3, PAGE_KERNEL)
    assert len(tables.runs) == 1


def test_levels_translate_what_the_granule_says():
    assert [Geometry(12, 48, 4).shift(level) for level in range(4)] == [39, 30, 21, 12]
    assert [Geometry(14, 47, 3).shift(level) for level in (1, 2, 3)] == [36, 25, 14]
    assert [Geometry(16, 42, 2).shift(level) for level in (2, 3)] == [29, 16]
    assert Geometry(16, 48, 3).table_size(1) == 1 << 48

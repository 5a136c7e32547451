"""The call tree: open along the way to where one is, runs of equal calls folded, only asked-for rows made.

Covers folding.py.
"""

from __future__ import annotations

from bootstep.model.arch.arm64.entry_format import ENTRIES
from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.debugger.call_tree import CallTree, CallTreeRow, View
from bootstep.model.index.calls import CallIndex
from bootstep.model.trace.events import Kind
from hypothesis import given
from hypothesis import strategies as st
from small_boot import BLOCK, SmallKernel, alloc_init_cont_pte, recorded, start_kernel

TRACE = recorded()
OCCURRENCES = CallIndex(TRACE, ARM64)


def first_line_of(name: str) -> int:
    event = OCCURRENCES.first(name)
    assert event is not None
    return event + 1


def rows(view: View) -> list[CallTreeRow]:
    return view.rows(0, len(view))


def outline(view: View) -> list[str]:
    return [f"{'  ' * row.depth}{row.label.split()[0]}" for row in rows(view)]


def test_before_the_first_step_only_the_outermost_call_shows() -> None:
    view = CallTree(TRACE, ENTRIES).view(0)
    assert [(row.label, row.place) for row in rows(view)] == [("start_kernel()", "next")]


def test_the_way_to_where_one_is_is_open_and_nothing_else() -> None:
    view = CallTree(TRACE, ENTRIES).view(first_line_of("dma_contiguous_reserve"))
    assert outline(view) == [
        "start_kernel()",
        "  Booting",
        "  setup_arch()",
        "    parse_early_param",
        "    arm64_memblock_init()",
        "      memblock_add",
        "      memblock_reserve",
        "      dma_contiguous_reserve",
        "        memblock_reserve",
        "        cma:",
        "      memblock_reserve",
        "      memstart_addr",
        "    paging_init()",
        "  mem_init()",
    ]
    assert view.rows(view.current, view.current + 1)[0].place == "current"


def test_rows_say_what_is_done_what_comes_next_and_what_is_later() -> None:
    view = CallTree(TRACE, ENTRIES).view(first_line_of("dma_contiguous_reserve"))
    assert [row.place for row in rows(view)] == [
        *("ancestor", "past", "ancestor", "past", "ancestor", "past", "past"),
        *("current", "next", "future", "future", "future", "future", "future"),
    ]


def test_a_call_that_is_over_shows_what_it_returned() -> None:
    view = CallTree(TRACE, ENTRIES).view(
        first_line_of("paging_init"), {first_line_of("arm64_memblock_init") - 1}
    )
    (reserve,) = [row for row in rows(view) if row.label.startswith("dma_contiguous_reserve")]
    assert reserve.label.endswith("→ 0x7c000000")


def test_equal_consecutive_calls_are_folded() -> None:
    paging_init = first_line_of("paging_init") - 1
    view = CallTree(TRACE, ENTRIES).view(0, {0, first_line_of("setup_arch") - 1, paging_init})
    (fold,) = [row for row in rows(view) if row.label.startswith("alloc_init_cont_pte")]
    assert (fold.label, fold.times) == ("alloc_init_cont_pte \N{MULTIPLICATION SIGN}6", 6)
    assert fold.expandable


def test_four_alike_are_folded_and_three_are_not() -> None:
    for blocks, folded in ((3, [1, 1, 1]), (4, [4])):
        k = SmallKernel()
        for block in range(blocks):
            alloc_init_cont_pte(k, 0xFFFF_0000_0000_0000 + block * BLOCK, 0x4000_0000 + block * BLOCK)
        k.trace.finish()
        assert [row.times for row in rows(CallTree(k.trace, ENTRIES).view(len(k.trace)))] == folded


def test_a_fold_opens_by_its_key() -> None:
    above = {0, first_line_of("setup_arch") - 1, first_line_of("paging_init") - 1}
    tree = CallTree(TRACE, ENTRIES)
    (fold,) = [row for row in rows(tree.view(0, above)) if row.times > 1]
    opened = [row for row in rows(tree.view(0, above | {fold.key})) if "alloc_init_cont_pte" in row.label]
    assert [row.times for row in opened] == [1] * 6


def test_a_fold_opens_around_where_one_is() -> None:
    third = OCCURRENCES.enters(TRACE.function_number(first_line_of("alloc_init_cont_pte") - 1))[2]
    view = CallTree(TRACE, ENTRIES).view(third + 1)
    folded = [(row.times, row.place) for row in rows(view) if "alloc_init_cont_pte" in row.label]
    assert folded == [(2, "past"), (1, "current"), (3, "future")]


def test_it_grows_with_the_trace() -> None:
    k = SmallKernel()
    tree = CallTree(k.trace, ENTRIES)
    assert len(tree.view(0)) == 0
    start_kernel(k)
    assert [row.label for row in rows(tree.view(0))] == ["start_kernel()"]


def test_everything_open_shows_every_event_but_returns() -> None:
    everything = {key for event in range(len(TRACE)) for key in (event, ~event)}
    view = CallTree(TRACE, ENTRIES).view(0, everything)
    assert [row.event for row in rows(view)] == [
        event for event in range(len(TRACE)) if TRACE.kind(event) != Kind.LEAVE
    ]


KEYS = st.integers(-len(TRACE), len(TRACE) - 1)


@given(st.integers(0, len(TRACE)), st.sets(KEYS), st.integers(-3, 60), st.integers(0, 20))
def test_a_window_is_a_slice_of_all_rows(position: int, opened: set[int], start: int, height: int) -> None:
    view = CallTree(TRACE, ENTRIES).view(position, opened)
    whole = rows(view)
    assert len(whole) == len(view)
    assert view.rows(start, start + height) == whole[max(start, 0) : max(start + height, 0)]


@given(st.integers(0, len(TRACE)), st.sets(KEYS), st.integers(0, len(TRACE) - 1))
def test_every_event_is_found_in_its_row_or_in_the_one_that_hides_it(
    position: int, opened: set[int], event: int
) -> None:
    view = CallTree(TRACE, ENTRIES).view(position, opened)
    row = view.rows(view.find(event), view.find(event) + 1)[0]
    following = view.rows(view.find(event) + 1, view.find(event) + 2)
    if TRACE.kind(event) != Kind.LEAVE:
        assert row.event <= event
        assert not following or event < following[0].event


@given(st.integers(0, len(TRACE)), st.sets(KEYS))
def test_rows_are_in_the_order_of_events(position: int, opened: set[int]) -> None:
    events = [row.event for row in rows(CallTree(TRACE, ENTRIES).view(position, opened))]
    assert events == sorted(set(events))

"""The buddy allocator's free lists, against freeing page by page as __free_one_page() does."""

from __future__ import annotations

import pytest
from bootstep.model.memory.buddy import (
    FreeRun,
    blocks,
    count_blocks,
    free_pages,
    largest_block,
    recount,
    take_pages,
)
from hypothesis import given
from hypothesis import strategies as st

ORDERS = 5


def merge_page_by_page(pfns: list[int]) -> set[tuple[int, int]]:
    """The free blocks after every page in `pfns` was freed alone, buddies merging."""
    free: set[tuple[int, int]] = set()
    for pfn in pfns:
        order = 0
        while order < ORDERS - 1 and (pfn ^ 1 << order, order) in free:
            free.remove((pfn ^ 1 << order, order))
            pfn &= ~(1 << order)
            order += 1
        free.add((pfn, order))
    return free


def runs_of(pfns: list[int]) -> tuple[list[FreeRun], tuple[int, ...]]:
    runs: list[FreeRun] = []
    counts: tuple[int, ...] = (0,) * ORDERS
    for pfn in pfns:
        freed = free_pages(runs, FreeRun(pfn, pfn + 1, 0, 0))
        counts = recount(counts, freed)
        runs[freed.at : freed.at + len(freed.removed)] = freed.inserted
    return runs, counts


@given(st.lists(st.integers(0, 150), unique=True))
def test_the_free_blocks_follow_from_which_pages_are_free(pfns: list[int]) -> None:
    runs, counts = runs_of(pfns)
    merged = merge_page_by_page(pfns)
    assert {tuple(block) for run in runs for block in blocks(run.start_pfn, run.end_pfn, ORDERS)} == merged
    assert counts == tuple(sum(order == wanted for _, order in merged) for wanted in range(ORDERS))


@given(st.integers(0, 500), st.integers(0, 500))
def test_counting_blocks_agrees_with_listing_them(start: int, size: int) -> None:
    listed = list(blocks(start, start + size, ORDERS))
    assert count_blocks(start, start + size, ORDERS) == tuple(
        sum(block.order == order for block in listed) for order in range(ORDERS)
    )


def test_a_terabyte_is_counted_at_once() -> None:
    assert count_blocks(0x40000, 0x40000 + (1 << 28), 11) == (0,) * 10 + (1 << 18,)


def test_pages_of_different_zones_do_not_merge() -> None:
    first = FreeRun(0, 8, 0, 0)
    freed = free_pages([first], FreeRun(8, 16, 0, 1))
    assert (freed.at, freed.removed) == (1, ())


def test_freeing_free_pages_is_an_error() -> None:
    with pytest.raises(ValueError, match="free already"):
        free_pages([FreeRun(0, 8, 0, 0)], FreeRun(7, 9, 0, 0))


@given(st.integers(0, 60), st.integers(1, 90))
def test_pages_taken_from_a_run_leave_the_blocks_beside_them(start: int, size: int) -> None:
    run = FreeRun(start, start + 100, 0, 0)
    taken = FreeRun(start, min(start + size, run.end_pfn), 0, 0)
    exchange = take_pages([run], taken)
    left = [part for part in exchange.inserted for part in range(part.start_pfn, part.end_pfn)]
    assert left == list(range(taken.end_pfn, run.end_pfn))
    counts = recount(count_blocks(run.start_pfn, run.end_pfn, ORDERS), exchange)
    assert counts == count_blocks(taken.end_pfn, run.end_pfn, ORDERS)


def test_pages_that_are_not_free_cannot_be_taken() -> None:
    runs = [FreeRun(0, 8, 0, 0), FreeRun(8, 16, 0, 1)]
    for pages in (FreeRun(4, 12, 0, 0), FreeRun(8, 9, 0, 0), FreeRun(16, 17, 0, 1)):
        with pytest.raises(ValueError, match="are not free"):
            take_pages(runs, pages)
    assert take_pages(runs, FreeRun(2, 4, 0, 0)).inserted == (FreeRun(0, 2, 0, 0), FreeRun(4, 8, 0, 0))


def test_the_first_of_the_largest_blocks_is_found_in_a_zone() -> None:
    runs = [FreeRun(1, 16, 0, 0), FreeRun(16, 32, 0, 1), FreeRun(40, 64, 0, 1)]
    assert largest_block(runs, 0, 0, ORDERS) == (8, 3)
    assert largest_block(runs, 0, 1, ORDERS) == (16, 4)
    assert largest_block(runs, 1, 0, ORDERS) is None

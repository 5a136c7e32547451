"""The buddy allocator's free memory, as runs of pages.

Mirrors the free lists of ``struct free_area`` (include/linux/mmzone.h) and what ``__free_one_page()`` of
mm/page_alloc.c makes of them.  A block of order n is 2**n pages and stands at a multiple of its size; two
free buddies always merge, up to the largest order.  So which blocks are free follows from which pages are
free, in whatever order they came: a run of free pages is cut into the largest blocks that alignment
allows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

Counts = tuple[int, ...]
"""How many blocks of each order, from order 0."""


class FreeRun(NamedTuple):
    """Free pages of one zone, from `start_pfn` up to but not including `end_pfn`, with none free beside
    them."""

    start_pfn: int
    end_pfn: int
    nid: int
    zone: int


class Block(NamedTuple):
    """One free block: its first pfn, and its order."""

    pfn: int
    order: int


class Freed(NamedTuple):
    """What freeing does to the list of runs: from position `at` on, `removed` gives way to `inserted`."""

    at: int
    removed: tuple[FreeRun, ...]
    inserted: FreeRun


def blocks(start_pfn: int, end_pfn: int, nr_orders: int) -> Iterator[Block]:
    """The blocks that a run of free pages forms, in address order; `nr_orders` counts the orders."""
    while start_pfn < end_pfn:
        aligned = (start_pfn & -start_pfn).bit_length() - 1 if start_pfn else nr_orders - 1
        fitting = (end_pfn - start_pfn).bit_length() - 1
        order = min(nr_orders - 1, aligned, fitting)
        yield Block(start_pfn, order)
        start_pfn += 1 << order


def count_blocks(start_pfn: int, end_pfn: int, nr_orders: int) -> Counts:
    """How many blocks of each order a run of free pages forms.  Its cost does not grow with the run."""
    counts = [0] * nr_orders
    largest = 1 << (nr_orders - 1)
    middle_start = -(-start_pfn // largest) * largest
    middle_end = end_pfn // largest * largest
    if middle_start < middle_end:
        counts[-1] = (middle_end - middle_start) // largest
        ends = ((start_pfn, middle_start), (middle_end, end_pfn))
    else:
        ends = ((start_pfn, end_pfn),)
    for start, end in ends:
        for block in blocks(start, end, nr_orders):
            counts[block.order] += 1
    return tuple(counts)


def recount(counts: Counts, freed: Freed) -> Counts:
    """The blocks of each order after `freed`, from those before."""
    nr_orders = len(counts)
    gone = [count_blocks(run.start_pfn, run.end_pfn, nr_orders) for run in freed.removed]
    new = count_blocks(freed.inserted.start_pfn, freed.inserted.end_pfn, nr_orders)
    return tuple(counts[order] - sum(run[order] for run in gone) + new[order] for order in range(nr_orders))


def free_pages(runs: Sequence[FreeRun], pages: FreeRun) -> Freed:
    """Free `pages`: where in `runs` they go, joined with the free pages of the same zone beside them.
    Raises `ValueError` if some of them are free already."""
    index = bisect_left(runs, pages.start_pfn, key=lambda run: run.start_pfn)
    before = runs[index - 1] if index else None
    after = runs[index] if index < len(runs) else None
    if (before and before.end_pfn > pages.start_pfn) or (after and after.start_pfn < pages.end_pfn):
        raise ValueError(f"pages of [{pages.start_pfn:#x}-{pages.end_pfn:#x}) are free already")
    removed: list[FreeRun] = []
    if before and before.end_pfn == pages.start_pfn and before[2:] == pages[2:]:
        pages = pages._replace(start_pfn=before.start_pfn)
        removed.append(before)
        index -= 1
    if after and after.start_pfn == pages.end_pfn and after[2:] == pages[2:]:
        pages = pages._replace(end_pfn=after.end_pfn)
        removed.append(after)
    return Freed(index, tuple(removed), pages)

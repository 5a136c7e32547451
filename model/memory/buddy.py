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


def _count(counts: list[int], start_pfn: int, end_pfn: int, step: int) -> None:
    """Add `step` to `counts` for every block of a run.  Its cost does not grow with the run."""
    largest = len(counts) - 1
    while start_pfn < end_pfn:
        order = (end_pfn - start_pfn).bit_length() - 1
        if start_pfn:
            order = min(order, (start_pfn & -start_pfn).bit_length() - 1)
        if order < largest:
            counts[order] += step
            start_pfn += 1 << order
        else:
            number = (end_pfn - start_pfn) >> largest
            counts[largest] += step * number
            start_pfn += number << largest


def count_blocks(start_pfn: int, end_pfn: int, nr_orders: int) -> Counts:
    """How many blocks of each order a run of free pages forms."""
    counts = [0] * nr_orders
    _count(counts, start_pfn, end_pfn, 1)
    return tuple(counts)


def recount(counts: Counts, freed: Freed) -> Counts:
    """The blocks of each order after `freed`, from those before."""
    after = list(counts)
    for run in freed.removed:
        _count(after, run.start_pfn, run.end_pfn, -1)
    _count(after, freed.inserted.start_pfn, freed.inserted.end_pfn, 1)
    return tuple(after)


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

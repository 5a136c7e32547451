"""The buddy allocator's free memory, as runs of pages.

Mirrors the free lists of ``struct free_area`` (include/linux/mmzone.h) and what ``__free_one_page()`` of
mm/page_alloc.c makes of them.  A block of order n is 2**n pages and stands at a multiple of its size; two
free buddies always merge, up to the largest order.  So which blocks are free follows from which pages are
free, in whatever order they came: a run of free pages is cut into the largest blocks that alignment
allows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
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


class Exchange(NamedTuple):
    """What freeing or taking pages does to the list of runs: from position `at` on, `removed` gives way to
    `inserted`."""

    at: int
    removed: tuple[FreeRun, ...]
    inserted: tuple[FreeRun, ...]


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


def recount(counts: Counts, exchange: Exchange) -> Counts:
    """The blocks of each order after an exchange, from those before."""
    after = list(counts)
    for run in exchange.removed:
        _count(after, run.start_pfn, run.end_pfn, -1)
    for run in exchange.inserted:
        _count(after, run.start_pfn, run.end_pfn, 1)
    return tuple(after)


def free_pages(runs: Sequence[FreeRun], pages: FreeRun) -> Exchange:
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
    return Exchange(index, tuple(removed), (pages,))


def take_pages(runs: Sequence[FreeRun], pages: FreeRun) -> Exchange:
    """Take free `pages`: what is left of their run in `runs`.  Raises `ValueError` if some are not free."""
    index = bisect_left(runs, pages.end_pfn, key=lambda run: run.start_pfn) - 1
    run = runs[index] if index >= 0 else None
    if run is None or pages.start_pfn < run.start_pfn or run.end_pfn < pages.end_pfn or run[2:] != pages[2:]:
        raise ValueError(f"pages of [{pages.start_pfn:#x}-{pages.end_pfn:#x}) are not free")
    parts = run._replace(end_pfn=pages.start_pfn), run._replace(start_pfn=pages.end_pfn)
    return Exchange(index, (run,), tuple(part for part in parts if part.start_pfn < part.end_pfn))


def largest_block(runs: Iterable[FreeRun], nid: int, zone: int, nr_orders: int) -> Block | None:
    """The first of a zone's largest free blocks, None if the zone has nothing free."""
    largest: Block | None = None
    for run in runs:
        if run[2:] != (nid, zone):
            continue
        for block in blocks(run.start_pfn, run.end_pfn, nr_orders):
            if largest is None or block.order > largest.order:
                largest = block
            if block.order == nr_orders - 1:
                return block
    return largest

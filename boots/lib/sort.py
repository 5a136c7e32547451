"""The kernel's sort.  Mirrors lib/sort.c (``sort``): a heapsort, which keeps no order among equals.

Where equal items matter (reserved memory without an address yet), so does the exact sequence of swaps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ...model.build.release import Release

Item = TypeVar("Item")
Compare = Callable[[Item, Item], int]


def sort(release: Release, items: list[Item], compare: Compare[Item]) -> None:
    """Sort `items` in place, as the kernel of a release does; `compare` returns a number below, at or above
    0, as in C."""
    if release >= (6, 9):
        # Since 6.9 two of the largest are taken out a round, and equals sink differently.
        _sort_two_a_round(items, compare)
    else:
        _sort_one_a_round(items, compare)


def _sort_one_a_round(items: list[Item], compare: Compare[Item]) -> None:
    end = len(items)
    for root in reversed(range(end // 2)):
        _sift_down(items, root, end, compare, ties_go_left=True)
    while end > 1:
        end -= 1
        _swap(items, 0, end)
        _sift_down(items, 0, end, compare, ties_go_left=True)


def _sort_two_a_round(items: list[Item], compare: Compare[Item]) -> None:
    end = len(items)
    if end < 2:
        return
    for root in reversed(range(end // 2)):
        _sift_down(items, root, end, compare, ties_go_left=False)
    while end > 3:
        end -= 1
        _swap(items, 0, end)
        second = 2 if compare(items[1], items[2]) <= 0 else 1
        end -= 1
        _swap(items, second, end)
        _sift_down(items, second, end, compare, ties_go_left=False)
        _sift_down(items, 0, end, compare, ties_go_left=False)
    end -= 1
    _swap(items, 0, end)
    if end == 2 and compare(items[0], items[1]) > 0:
        _swap(items, 0, 1)


def _sift_down(items: list[Item], root: int, end: int, compare: Compare[Item], ties_go_left: bool) -> None:
    """Let the item at `root` sink into the heap ``items[:end]``: go down to a leaf along the larger children,
    come back up to where the item belongs, and move what lies on the way up by one."""
    at = root
    while 2 * at + 2 < end:
        order = compare(items[2 * at + 1], items[2 * at + 2])
        goes_left = order >= 0 if ties_go_left else order > 0
        at = 2 * at + (1 if goes_left else 2)
    if 2 * at + 2 == end:
        at = 2 * at + 1
    while at != root and compare(items[root], items[at]) >= 0:
        at = (at - 1) // 2
    belongs = at
    while at != root:
        at = (at - 1) // 2
        _swap(items, at, belongs)


def _swap(items: list[Item], one: int, other: int) -> None:
    items[one], items[other] = items[other], items[one]

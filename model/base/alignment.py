"""Two lists side by side: what faces what.  Fast for lists of a hundred thousand lines that differ nearly
everywhere, where `difflib` alone would take minutes."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher

SMALL = 250_000
"""Products of two lengths up to which every pair is looked at."""

NEVER = 1 << 60

Stretch = tuple[int, int, int, int]
"""Items [a, b) of one list and [c, d) of the other."""


def equal_pairs(
    one: Sequence[Hashable], other: Sequence[Hashable], rare: int = 1, effort: int | None = None
) -> list[tuple[int, int]]:
    """Indices of equal items that face each other, ascending in both: what begins and ends alike, what occurs
    at most `rare` times in both lists and keeps its order, and as much as can be found between those.  Where
    that would need more than `effort` pairs of items to be looked at, in all, the shorter way to the next
    equal item is taken."""
    found: list[tuple[int, int]] = []
    last = (0, 0)
    for anchor in [*_anchors(one, other, rare), (len(one), len(other))]:
        stretch = last[0], anchor[0], last[1], anchor[1]
        size = (anchor[0] - last[0]) * (anchor[1] - last[1])
        if effort is None:
            found += _between(one, other, stretch)
        elif size <= min(SMALL, effort):
            effort -= size
            found += _between(one, other, stretch)
        else:
            walk = _facing(one, other, stretch)
            found += [(a, c) for a, c in walk if a is not None and c is not None]
        if anchor[0] < len(one) and anchor[1] < len(other):
            found.append(anchor)
        last = (anchor[0] + 1, anchor[1] + 1)
    return found


def _anchors(one: Sequence[Hashable], other: Sequence[Hashable], rare: int) -> list[tuple[int, int]]:
    """The longest series of items that occur at most `rare` times in both lists and stand in the same order
    (Hunt and Szymanski); of several, that which ends first in `other`."""
    mine, its = Counter(one), Counter(other)
    places: dict[Hashable, list[int]] = {}
    for at in range(len(other) - 1, -1, -1):
        if its[other[at]] <= rare:
            places.setdefault(other[at], []).append(at)
    pairs = [
        (at, place) for at, item in enumerate(one) if mine[item] <= rare for place in places.get(item, ())
    ]
    # The longest rising series: `ends[n]` is the lowest end of a series of n + 1, `before` links them.
    # Places of one item come last first, so that a series takes one of them.
    ends: list[int] = []
    indices: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(indices[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        indices[length : length + 1] = [index]
    series: list[tuple[int, int]] = []
    index = indices[-1] if indices else -1
    while index >= 0:
        series.append(pairs[index])
        index = before[index]
    return series[::-1]


def _between(
    one: Sequence[Hashable], other: Sequence[Hashable], stretch: Stretch
) -> Iterator[tuple[int, int]]:
    """The equal items between two anchors."""
    a, b, c, d = stretch
    while a < b and c < d and one[a] == other[c]:
        yield a, c
        a, c = a + 1, c + 1
    end = 0
    while a < b - end and c < d - end and one[b - 1 - end] == other[d - 1 - end]:
        end += 1
    if 0 < (b - end - a) * (d - end - c) <= SMALL:
        matcher = SequenceMatcher(None, one[a : b - end], other[c : d - end], autojunk=False)
        for block in matcher.get_matching_blocks():
            yield from ((a + block.a + at, c + block.b + at) for at in range(block.size))
    yield from ((b - at, d - at) for at in range(end, 0, -1))


def facing(
    one: Sequence[Hashable], other: Sequence[Hashable], pairs: Sequence[tuple[int, int]]
) -> Iterator[tuple[int | None, int | None]]:
    """All items of both lists in order, by their indices: those of `pairs` face each other, and between them
    those whose keys (`one`, `other`) are equal; the rest face nothing (None)."""
    last = (0, 0)
    for pair in [*pairs, (len(one), len(other))]:
        yield from _facing(one, other, (last[0], pair[0], last[1], pair[1]))
        if pair[0] < len(one) and pair[1] < len(other):
            yield pair
        last = (pair[0] + 1, pair[1] + 1)


def _facing(
    one: Sequence[Hashable], other: Sequence[Hashable], stretch: Stretch
) -> Iterator[tuple[int | None, int | None]]:
    """Side by side as long as the keys agree; where they do not, the shorter way to where they do again."""
    a, b, c, d = stretch
    if a < b and c < d:
        mine, its = _places(one, a, b), _places(other, c, d)
        while a < b and c < d:
            if one[a] == other[c]:
                yield a, c
                a, c = a + 1, c + 1
                continue
            skipped, its_skipped = _next(mine, other[c], a) - a, _next(its, one[a], c) - c
            if min(skipped, its_skipped) > NEVER // 2:
                yield a, None
                yield None, c
                a, c = a + 1, c + 1
            elif skipped <= its_skipped:
                yield from ((at, None) for at in range(a, a + skipped))
                a += skipped
            else:
                yield from ((None, at) for at in range(c, c + its_skipped))
                c += its_skipped
    yield from ((at, None) for at in range(a, b))
    yield from ((None, at) for at in range(c, d))


def _places(keys: Sequence[Hashable], start: int, stop: int) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for at in range(start, stop):
        found.setdefault(keys[at], []).append(at)
    return found


def _next(places: dict[Hashable, list[int]], key: Hashable, start: int) -> int:
    """Where a key occurs next from `start` on, or `NEVER`."""
    found = places.get(key, [])
    at = bisect_left(found, start)
    return found[at] if at < len(found) else NEVER

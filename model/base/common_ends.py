"""Where two sequences differ: the part between what they have in common at their ends."""

from __future__ import annotations

from collections.abc import Sequence


def common_ends(before: Sequence[object], after: Sequence[object]) -> tuple[int, int, int]:
    """How many items both begin with, and where in `before` and in `after` begins what both end with."""
    limit = min(len(before), len(after))
    start = 0
    while start < limit and before[start] == after[start]:
        start += 1
    end = 0
    while end < limit - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, len(before) - end, len(after) - end

"""The map as amounts instead of places: a bar of all memory by owner, with a logarithmic scale, so that four
kilobytes beside a gigabyte are still to be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log2

from msgspec import Struct

from ....model.analysis.owner_classes import OwnerClass
from ....model.base.units import readable_size
from ...draw.lines import Line, Span
from ...draw.owner_glyphs import FREE, GLYPHS

LEAST = 512
"""Bytes whose doubling is the first step of the scale: less is drawn as this."""


class Amount(Struct, frozen=True):
    """A part of the bar: what fills it, and the bytes it stands for."""

    fill: Span
    size: int


def amounts(sizes: Mapping[OwnerClass, int], free: int) -> list[Amount]:
    """The parts of the bar, the largest first."""
    found = [Amount(GLYPHS[each].block(), size) for each, size in sizes.items() if size]
    found += [Amount(FREE, free)] if free > 0 else []
    return sorted(found, key=lambda amount: -amount.size)


def amount_lines(parts: Sequence[Amount], width: int) -> list[Line]:
    """The bar in `width` columns, and the sizes below it where they have room."""
    cells = _shares([log2(max(part.size, 2 * LEAST) / LEAST) for part in parts], width)
    bar: Line = []
    below: Line = []
    for part, count in zip(parts, cells, strict=True):
        letter, style = part.fill
        bar.append((letter * count, style))
        words = readable_size(part.size)
        below.append((words.ljust(count) if len(words) < count else " " * count, "dim"))
    return [bar, below] if bar else []


def _shares(weights: Sequence[float], width: int) -> list[int]:
    """Whole columns by weight, at least one each, `width` in all if there are that many."""
    total = sum(weights)
    ends = [0]
    reached = 0.0
    for weight in weights:
        reached += weight
        ends.append(max(round(reached * width / total), ends[-1] + 1))
    return [end - start for start, end in pairwise(ends)]

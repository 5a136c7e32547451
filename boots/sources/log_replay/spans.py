"""Ranges of addresses of memblock's arrays: what one has and another has not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ....model.memory.memblock.regions import Region


class Span(NamedTuple):
    """The addresses from `start` up to `end`, not included."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"[{self.start:#x}-{self.end - 1:#x}]"


def spans(regions: Iterable[Region]) -> list[Span]:
    """The addresses of regions, those that touch as one; regions of no size have none."""
    found: list[Span] = []
    for base, size, _, _ in sorted(regions):
        if size <= 0:
            continue
        if found and base <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, base + size))
        else:
            found.append(Span(base, base + size))
    return found


def without(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What is in `some` and not in `others`; both are sorted and do not touch."""
    found: list[Span] = []
    at = 0
    for start, end in some:
        while at < len(others) and others[at].end <= start:
            at += 1
        look = at
        while look < len(others) and others[look].start < end:
            if others[look].start > start:
                found.append(Span(start, others[look].start))
            start = max(start, others[look].end)
            look += 1
        if start < end:
            found.append(Span(start, end))
    return found


def cut(regions: Sequence[Region], lost: Sequence[Span]) -> list[Region]:
    """Regions without the addresses that are `lost`."""
    if not lost:
        return list(regions)
    kept: list[Region] = []
    for region in regions:
        pieces = without([Span(region.base, region.end)], lost) if region.size else []
        kept += [region._replace(base=piece.start, size=piece.end - piece.start) for piece in pieces]
    return kept


def parts(regions: Sequence[Region], wanted: Sequence[Span]) -> list[Region]:
    """What lies of regions within the addresses that are `wanted`."""
    found: list[Region] = []
    for region in regions:
        for start, end in wanted:
            low, high = max(start, region.base), min(end, region.end)
            if low < high:
                found.append(region._replace(base=low, size=high - low))
    return found


def merged(regions: Iterable[Region]) -> list[Region]:
    """Regions in the order of their addresses, those that touch and are alike as one."""
    found: list[Region] = []
    for region in sorted(regions):
        last = found[-1] if found else None
        if last is not None and last.end == region.base and last[2:] == region[2:]:
            found[-1] = last._replace(size=last.size + region.size)
        else:
            found.append(region)
    return found

"""The free gaps that a search of memblock looks at, in its order, and why each will do or will not.

Mirrors ``__memblock_find_range_top_down``, ``__memblock_find_range_bottom_up`` and ``should_skip_region`` of
mm/memblock.c, for people: what the kernel passes over in silence is named here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from ..base.units import readable_size
from ..language.words import tr, translatable
from ..memory.memblock import Memblock
from ..memory.memblock.iterate import selects_node, should_skip_region
from ..memory.memblock.regions import (
    MEMBLOCK_ALLOC_ACCESSIBLE,
    MEMBLOCK_ALLOC_NOLEAKTRACE,
    MEMBLOCK_HOTPLUG,
    MEMBLOCK_MIRROR,
    MEMBLOCK_NOMAP,
    Region,
)
from ..text.debugfs import flag_names
from ..text.values import node_text

TAKEN = "taken"


class Search(NamedTuple):
    """What ``memblock_find_in_range_node`` is asked for: bytes, between two addresses."""

    size: int
    align: int
    start: int
    end: int
    nid: int
    flags: int


class Gap(NamedTuple):
    """Free memory [start, end) within the limits of a search, which may use `usable` bytes of it.  `verdict`
    is ``taken`` or one word for why it was not, `reason` tells it in a sentence; `at` is the address that was
    or would have been taken."""

    start: int
    end: int
    nid: int
    usable: int
    verdict: str
    reason: str
    at: int = 0

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.end - self.start


def limits(mb: Memblock, search: Search) -> tuple[int, int]:
    """The addresses that a search really looks between."""
    end = search.end
    if end in (MEMBLOCK_ALLOC_ACCESSIBLE, MEMBLOCK_ALLOC_NOLEAKTRACE):
        end = mb.current_limit
    start = max(search.start, mb.page_size)
    return start, max(start, end)


class Outside(NamedTuple):
    """The free gaps that lie wholly outside the limits of a search: how many, and the bytes of the
    largest."""

    number: int
    largest: int


def gaps(mb: Memblock, search: Search) -> Iterator[Gap]:
    """Every free gap, cut to the limits of the search and in its order: the first that would do is taken,
    those after it are judged as if it were not there."""
    start, end = limits(mb, search)
    found = False
    for low, high, region in free_memory(mb, bottom_up=mb.bottom_up):
        first, last = max(low, start), min(high, end)
        if first >= last:
            continue
        reason = _skipped(mb, region, search)
        if reason:
            yield Gap(first, last, region.nid, 0, *reason)
            continue
        usable = last - first
        at = _fit(mb, first, last, search)
        if at is not None and not found:
            found = True
            yield Gap(first, last, region.nid, usable, TAKEN, tr("the first that is large enough"), at)
        elif at is not None:
            yield Gap(
                first,
                last,
                region.nid,
                usable,
                translatable("later"),
                tr("large enough, but looked at later"),
                at,
            )
        else:
            yield Gap(first, last, region.nid, usable, *_too_small(high - low, usable, search))


def outside(mb: Memblock, search: Search) -> Outside:
    """The gaps that the limits of a search leave out."""
    start, end = limits(mb, search)
    sizes = [
        high - low for low, high, _ in free_memory(mb, bottom_up=True) if max(low, start) >= min(high, end)
    ]
    return Outside(len(sizes), max(sizes, default=0))


def borders(mb: Memblock, start: int, end: int) -> Iterator[int]:
    """Where from `start` to `end`, both included, one region of memory begins just where another ends."""
    first, last = bisect_left(mb.memory.bases, start), bisect_right(mb.memory.bases, end)
    for index in range(max(first, 1), last):
        if mb.memory.regions[index].base == mb.memory.regions[index - 1].end:
            yield mb.memory.regions[index].base


def no_memory(mb: Memblock, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of [start, end) that are in no region of memory."""
    at = start
    for index in range(bisect_right(mb.memory.ends, start), bisect_left(mb.memory.bases, end)):
        region = mb.memory.regions[index]
        if region.base > at:
            yield at, region.base
        at = max(at, region.end)
    if at < end:
        yield at, end


def free_memory(mb: Memblock, bottom_up: bool) -> Iterator[tuple[int, int, Region]]:
    """What of each region of memory is not reserved, upwards or downwards."""
    bases, ends = mb.reserved.bases, mb.reserved.ends
    regions = mb.memory.regions if bottom_up else mb.memory.regions[::-1]
    for region in regions:
        first, last = bisect_right(ends, region.base), bisect_left(bases, region.end)
        lows = [region.base, *(ends[first:last])]
        highs = [*(bases[first:last]), region.end]
        found = [(low, high, region) for low, high in zip(lows, highs, strict=True) if low < high]
        yield from found if bottom_up else reversed(found)


def _fit(mb: Memblock, low: int, high: int, search: Search) -> int | None:
    """Where in [low, high) the search would put it."""
    align = max(search.align, 1)
    at = -(-low // align) * align if mb.bottom_up else (high - search.size) // align * align
    fits = low <= at and at + search.size <= high and high - low >= search.size
    return at if fits else None


def _skipped(mb: Memblock, region: Region, search: Search) -> tuple[str, str] | None:
    if not should_skip_region(mb, mb.memory, region, search.nid, search.flags):
        return None
    if region.nid != search.nid and selects_node(mb, search.nid):
        where = node_text(region.nid, mb.max_numnodes)
        return translatable("node"), tr(
            "on {where}, {wanted} is asked for", where=where, wanted=node_text(search.nid, mb.max_numnodes)
        )
    if region.flags & MEMBLOCK_NOMAP and not search.flags & MEMBLOCK_NOMAP:
        return "no-map", tr("marked NOMAP: the kernel must not use it")
    if region.flags & MEMBLOCK_HOTPLUG and mb.movable_node and not search.flags & MEMBLOCK_HOTPLUG:
        return translatable("hotplug"), tr("hotpluggable, and movable_node keeps the kernel off such memory")
    if search.flags & MEMBLOCK_MIRROR and not region.flags & MEMBLOCK_MIRROR:
        return translatable("mirror"), tr("not mirrored, and mirrored memory is tried first")
    return translatable("flags"), tr("marked {flags}", flags=flag_names(region.flags))


def _too_small(whole: int, usable: int, search: Search) -> tuple[str, str]:
    """Why a gap of `whole` bytes, `usable` of them within the limits, will not do."""
    wanted = readable_size(search.size)
    if usable >= search.size:
        return (
            translatable("alignment"),
            tr(
                "too small once aligned: {wanted} must begin at a multiple of {align}",
                wanted=wanted,
                align=_aligned(search.align),
            ),
        )
    if whole >= search.size:
        part = tr("too little of it ({whole} in all) lies within the limits", whole=readable_size(whole))
        return translatable("outside"), tr("{part}: {wanted} are needed", part=part, wanted=wanted)
    return translatable("too small"), tr("too small, {wanted} are needed", wanted=wanted)


def _aligned(align: int) -> str:
    return readable_size(align) if align >= 1 << 10 else str(align)

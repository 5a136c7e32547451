"""Why memory was found where it was: a search of memblock told gap by gap, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.explain import ExplainedSearch
from ...analysis.gaps import TAKEN, Gap
from ...base.units import hex_address, readable_size, sized_range
from ...debugger.inspect.answers import Said
from ...language.words import tr, trn
from ...memory.memblock.regions import (
    MEMBLOCK_ALLOC_ACCESSIBLE,
    MEMBLOCK_ALLOC_NOLEAKTRACE,
    MEMBLOCK_HOTPLUG,
    MEMBLOCK_MIRROR,
)
from .ground import Ground

NAMED = 3
"""Gaps that were passed over that are told one by one."""


def searched(ground: Ground, enter: int, at_most: int = 2) -> Iterator[Said]:
    """The last searches made in a call, and why each came out as it did."""
    found = ground.why.explain(enter).searches
    for each in found[-at_most:]:
        yield from _search(each)


def _search(searched: ExplainedSearch) -> Iterator[Said]:
    search = searched.search
    yield Said(_limits(searched), searched.event)
    if search.end in (MEMBLOCK_ALLOC_ACCESSIBLE, MEMBLOCK_ALLOC_NOLEAKTRACE):
        yield Said(
            tr(
                "No upper limit was given, so memblock.current_limit holds: {limit}.",
                limit=hex_address(searched.end),
            )
        )
    if search.flags & MEMBLOCK_MIRROR:
        yield Said(tr("There is mirrored memory, so only gaps in that are tried first."))
    if search.flags & MEMBLOCK_HOTPLUG:
        yield Said(tr("Memory that may be unplugged will do."))
    yield from (Said(words) for words in _passed(searched))
    yield from (Said(words) for words in _outcome(searched))


def _limits(searched: ExplainedSearch) -> str:
    search = searched.search
    values = {
        "size": readable_size(search.size),
        "align": readable_size(search.align),
        "low": hex_address(searched.start),
        "high": hex_address(searched.end),
    }
    said = (
        tr(
            "memblock looks upwards for {size}, aligned to {align}, between {low} and {high}.",
            **values,
        )
        if searched.bottom_up
        else tr(
            "memblock looks downwards for {size}, aligned to {align}, between {low} and {high}.",
            **values,
        )
    )
    if not 0 <= search.nid < searched.max_numnodes:
        return said
    return said.rstrip(".。") + tr(", on node {nid} only.", nid=search.nid)


def _passed(searched: ExplainedSearch) -> Iterator[str]:
    """The gaps that were looked at before one was taken."""
    before: list[Gap] = []
    for gap in searched.gaps:
        if gap.verdict == TAKEN:
            break
        if gap.verdict != "later":
            before.append(gap)
    if not before:
        return
    yield trn("One gap on the way will not do.", "{count} gaps on the way will not do.", len(before))
    for gap in before[:NAMED]:
        yield tr("{gap}: {reason}.", gap=sized_range(gap.start, gap.size), reason=_reason(gap, searched))


def _reason(gap: Gap, searched: ExplainedSearch) -> str:
    """Why a gap was not taken."""
    size = readable_size(searched.search.size)
    match gap.verdict:
        case "too small":
            return tr("too small, {size} are needed", size=size)
        case "alignment":
            align = readable_size(searched.search.align)
            return tr("too small once the beginning is a multiple of {align}", align=align)
        case "outside":
            return tr("too little of it lies between the limits")
        case "no-map":
            return tr("marked NOMAP, the kernel must not use it")
        case "hotplug":
            return tr("it may be unplugged, and movable_node keeps the kernel off it")
        case "mirror":
            return tr("not mirrored")
        case "node":
            return tr("on another node")
        case _:
            return tr("its flags forbid it")


def _outcome(searched: ExplainedSearch) -> Iterator[str]:
    taken = next((gap for gap in searched.gaps if gap.verdict == TAKEN), None)
    if not searched.found:
        most = max((gap.usable for gap in searched.gaps), default=0)
        yield tr("It finds nothing: the largest gap between the limits has {most}.", most=readable_size(most))
        return
    if taken is None:
        yield tr("It finds {address}.", address=hex_address(searched.found))
        return
    gap, found = sized_range(taken.start, taken.size), hex_address(searched.found)
    size = searched.search.size
    if searched.bottom_up:
        yield tr(
            "The first gap from below that is large enough is {gap}; taken is {found}.", gap=gap, found=found
        )
        if searched.found > taken.start:
            yield _aligned(searched, searched.found - taken.start)
        else:
            yield tr("That is where the gap begins.")
        return
    yield tr(
        "The first gap from above that is large enough is {gap}; taken is {found}.", gap=gap, found=found
    )
    rest = taken.end - searched.found - size
    yield (
        _aligned(searched, rest)
        if rest
        else tr("That is as high in it as {size} fit.", size=readable_size(size))
    )


def _aligned(searched: ExplainedSearch, rest: int) -> str:
    return tr(
        "{rest} of the gap are passed over, since the address must be a multiple of {align}.",
        rest=readable_size(rest),
        align=readable_size(searched.search.align),
    )

"""An explanation in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..base.units import hex_address, readable_size, sized_range
from ..language.words import tr, trn
from ..source.provenance import is_from_log
from ..trace.events import Trace
from .explain import NO_MEMORY, ExplainedSearch, Explanation, Separator
from .gaps import TAKEN, Gap
from .names import said
from .owner_rules import Owner

SHOWN = 20
"""Gaps of one verdict that are listed one by one."""
NAMED = 3
"""Owners of what separates two gaps that are named."""


def explanation_lines(trace: Trace, found: Explanation) -> Iterator[str]:
    """An explanation, line by line."""
    result = "" if found.result is None else tr(" and returned {result}", result=result_words(found.result))
    verb = tr("failed") if found.failed else tr("succeeded") if found.searches else tr("ran")
    yield tr(
        "event {event}: {call}, called from {caller}, {verb}{result}",
        event=found.event,
        call=found.call,
        caller=found.caller,
        verb=verb,
        result=result,
    )
    if found.wanted is not None:
        yield tr("  for {owner}", owner=owner_words(found.wanted))
    yield from (tr("  it said: {line}", line=trace.log_text(event)) for event in found.messages)
    for piece in found.in_the_way:
        where = sized_range(piece.start, piece.end - piece.start)
        yield tr("  in the way: {where} {owner}", where=where, owner=owner_words(piece.value))
    if not found.searches:
        yield f"  {no_search_words(trace)}"
    for searched in found.searches:
        yield from (f"  {line}" for line in _search_lines(searched))
    if found.remedy is not None:
        yield tr("  the caller then asked again (event {remedy}), and got it", remedy=found.remedy)


def no_search_words(trace: Trace) -> str:
    """What to say of a call in which no search is recorded."""
    if is_from_log(trace):
        return tr("how it looked for free memory is in no line of the log")
    return tr("it did not look for free memory")


def owner_words(owner: Owner) -> str:
    """An owner, and what is behind it."""
    return f"{said(owner.name)} ({said(owner.cause)})" if owner.cause else said(owner.name)


def separator_words(between: Separator) -> str:
    """What lies between two gaps, in a line."""
    words = [f"{readable_size(size)} {_who(owner)}" for owner, size in between.owners[:NAMED]]
    if len(between.owners) == 1:
        words = [_who(between.owners[0][0])]
    if len(between.owners) > NAMED:
        words.append(tr("{count} others", count=len(between.owners) - NAMED))
    if between.borders:
        places = ", ".join(map(hex_address, between.borders[:NAMED]))
        words.append(tr("a border between two regions of memblock at {places}", places=places))
    if between.start >= between.end:
        return ", ".join(words)
    return f"{sized_range(between.start, between.end - between.start)}: {', '.join(words)}"


def _who(owner: Owner) -> str:
    return owner_words(owner) if owner != NO_MEMORY else tr("where no memory is")


def limits_words(searched: ExplainedSearch) -> str | None:
    """What is to be said of the limits of a search themselves, if they leave too little."""
    room = searched.end - searched.start
    if searched.found or room >= searched.search.size:
        return None
    if not room:
        return tr("the limits leave nothing to search: both are {start}", start=hex_address(searched.start))
    wanted, apart = readable_size(searched.search.size), readable_size(room)
    if wanted == apart:
        wanted, apart = tr("{size} bytes", size=searched.search.size), tr("{size} bytes", size=room)
    return tr(
        "{wanted} cannot fit between the limits at all, which are {apart} apart", wanted=wanted, apart=apart
    )


def outside_words(searched: ExplainedSearch) -> str | None:
    """What is to be said of free memory outside the limits of a search."""
    count, largest = searched.outside
    if not count:
        return None
    return trn(
        "one free gap lies outside the limits, of {size}",
        "{count} free gaps lie outside the limits, the largest of {size}",
        count,
        size=readable_size(largest),
    )


def result_words(value: Any) -> str:
    """What a call returned: an address, a base and a size, or anything else."""
    match value:
        case (int(base), int(size)):
            return sized_range(base, size)
        case _:
            pass
    return hex_address(value) if isinstance(value, int) and value > 4096 else str(value)


def _search_lines(searched: ExplainedSearch) -> Iterator[str]:
    search = searched.search
    direction = tr("upwards") if searched.bottom_up else tr("downwards")
    node = tr(" on node {nid}", nid=search.nid) if search.nid >= 0 else ""
    yield (
        tr(
            "searched {direction} for {size}, aligned to {align}, between {start} and {end}{node}: ",
            direction=direction,
            size=readable_size(search.size),
            align=readable_size(search.align),
            start=hex_address(searched.start),
            end=hex_address(searched.end),
            node=node,
        )
        + (tr("found {found}", found=hex_address(searched.found)) if searched.found else tr("found nothing"))
    )
    if (words := limits_words(searched)) is not None:
        yield f"  {words}"
    shown: dict[str, int] = {}
    for gap, between in zip(searched.gaps, searched.between, strict=True):
        shown[gap.verdict] = shown.get(gap.verdict, 0) + 1
        if shown[gap.verdict] <= SHOWN:
            if between is not None:
                yield tr("    between: {between}", between=separator_words(between))
            yield f"  {_gap_line(gap)}"
    for verdict, count in shown.items():
        if count > SHOWN:
            yield tr("  and {count} more gaps: {verdict}", count=count - SHOWN, verdict=tr(verdict))
    if not searched.gaps:
        yield tr("  there is no free memory between them")
    if (words := outside_words(searched)) is not None:
        yield f"  {words}"


def _gap_line(gap: Gap) -> str:
    place = sized_range(gap.start, gap.size)
    if gap.verdict == TAKEN:
        return tr("{place} taken at {at}: {reason}", place=place, at=hex_address(gap.at), reason=gap.reason)
    return tr("{place} not taken: {reason}", place=place, reason=gap.reason)

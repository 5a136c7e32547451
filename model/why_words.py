"""An explanation in words."""

from __future__ import annotations

from collections.abc import Iterator

from .gaps import TAKEN, Gap
from .text import hex_address, readable_size, sized_range
from .trace import Trace
from .why import Explanation, Searched

SHOWN = 20
"""Gaps of one verdict that are listed one by one."""


def explanation_lines(trace: Trace, found: Explanation) -> Iterator[str]:
    """An explanation, line by line."""
    result = "" if found.result is None else f" and returned {_result(found.result)}"
    verb = "failed" if found.failed else "succeeded" if found.searches else "ran"
    yield f"event {found.event}: {found.call}, called from {found.caller}, {verb}{result}"
    yield from (f"  it said: {trace.log_text(event)}" for event in found.messages)
    for piece in found.in_the_way:
        cause = f" ({piece.value.cause})" if piece.value.cause else ""
        where = sized_range(piece.start, piece.end - piece.start)
        yield f"  in the way: {where} {piece.value.name}{cause}"
    if not found.searches:
        yield "  it did not look for free memory"
    for searched in found.searches:
        yield from (f"  {line}" for line in _search_lines(searched))
    if found.remedy is not None:
        yield f"  the caller then asked again (event {found.remedy}), and got it"


def _result(value: object) -> str:
    return hex_address(value) if isinstance(value, int) and value > 4096 else str(value)


def _search_lines(searched: Searched) -> Iterator[str]:
    search = searched.search
    direction = "upwards" if searched.bottom_up else "downwards"
    node = f" on node {search.nid}" if search.nid >= 0 else ""
    yield (
        f"searched {direction} for {readable_size(search.size)}, aligned to {readable_size(search.align)}, "
        f"between {hex_address(searched.start)} and {hex_address(searched.end)}{node}: "
        + (f"found {hex_address(searched.found)}" if searched.found else "found nothing")
    )
    shown: dict[str, int] = {}
    for gap in searched.gaps:
        shown[gap.verdict] = shown.get(gap.verdict, 0) + 1
        if shown[gap.verdict] <= SHOWN:
            yield f"  {_gap_line(gap)}"
    for verdict, count in shown.items():
        if count > SHOWN:
            yield f"  and {count - SHOWN} more gaps: {verdict}"
    if not searched.gaps:
        yield "  there is no free memory at all"


def _gap_line(gap: Gap) -> str:
    place = sized_range(gap.start, gap.size)
    if gap.verdict == TAKEN:
        return f"{place} taken at {hex_address(gap.at)}: {gap.reason}"
    return f"{place} not taken: {gap.reason}"

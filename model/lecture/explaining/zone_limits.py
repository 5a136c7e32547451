"""Why a node has the zones it has: where the architecture lets each end, and what is left for the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from ...base.units import hex_address
from ...debugger.inspect.answers import Said
from ...language.words import tr
from ...memory.zones import Node
from ...trace.changes import Assign, Change
from ...trace.events import Kind
from .ground import Ground
from .phrases import listed
from .purposes import sentence

LOWEST, HIGHEST = "arch_zone_lowest_possible_pfn", "arch_zone_highest_possible_pfn"
DECIDED, MOVABLE = "max_zone_pfns", "zone_movable_pfn"


def why_zones(ground: Ground, event: int, node: Node) -> Iterator[Said]:
    """Which zones can have pages at all, at an event by which a node's zones span theirs; nothing where
    nobody said, as in a log."""
    limits = ground.state(event).zones.limits
    if LOWEST not in limits or HIGHEST not in limits:
        return
    lowest = cast("Sequence[int]", limits[LOWEST])
    highest = cast("Sequence[int]", limits[HIGHEST])
    names = [zone.name for zone in node.zones]
    bounded = [at for at in range(min(len(lowest), len(highest), len(names))) if highest[at]]
    if not bounded:
        return
    yield from _decided(ground, event)
    size = ground.page_size
    ranges = [
        tr("{zone} from {start} up to {end}", zone=names[at], start=at_pfn(lowest[at], size), end=end)
        for at in bounded
        if highest[at] > lowest[at] and (end := at_pfn(highest[at], size))
    ]
    yield Said(tr("So zones can have these addresses: {ranges}.", ranges=listed(ranges)))
    empty = [at for at in bounded if highest[at] <= lowest[at]]
    if empty:
        yield Said(_left_over(ground, event, [names[at] for at in empty], highest[empty[0]]))
    movable = cast("Sequence[int]", limits.get(MOVABLE, ()))
    if "Movable" in names and node.nid < len(movable) and not movable[node.nid]:
        yield Said(
            tr(
                "Movable has nothing: no kernelcore=, movablecore= or movable_node keeps memory for it on "
                "this node."
            )
        )


def at_pfn(pfn: int, page_size: int) -> str:
    """The address of a page frame."""
    return hex_address(pfn * page_size)


def _left_over(ground: Ground, event: int, names: Sequence[str], pfn: int) -> str:
    shown, end = listed(names), at_pfn(pfn, ground.page_size)
    regions = [region for region in ground.state(event).memblock.memory.regions if region.size]
    if regions and regions[-1].end <= pfn * ground.page_size:
        return tr(
            "Nothing is left for {zones}: RAM ends at {end}, below their own part.", zones=shown, end=end
        )
    return tr("Nothing is left for {zones}: the zones before reach {end} already.", zones=shown, end=end)


def _decided(ground: Ground, event: int) -> Iterator[Said]:
    """Who told where zones end."""
    trace = ground.trace
    at = trace.last_of_kind(Kind.ZONE, event)
    while at >= 0 and not _decides(cast("tuple[Change, ...]", trace.payload(at))):
        at = trace.last_of_kind(Kind.ZONE, at)
    for enter in [*trace.outwards(at)][1:2] if at >= 0 else ():
        if words := sentence(trace, enter):
            yield Said(words, enter)


def _decides(changes: Sequence[Change]) -> bool:
    return any(
        isinstance(each, Assign) and each.target == "zones.limits" and each.key == DECIDED for each in changes
    )

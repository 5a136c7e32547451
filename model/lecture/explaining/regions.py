"""Changes of memblock's arrays in sentences: whose bytes come or go, and which regions that makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from ...base.units import hex_address, node_words, readable_size, sized_range
from ...debugger.inspect.answers import Said
from ...index.memblock_ops import Operation, Trait
from ...language.words import tr, trn
from ...memory.memblock.regions import Region
from ...text.debugfs import flag_list, flag_names
from ...trace.changes import Assign, Splice
from .ground import Ground
from .phrases import extent, few, whose

MOST = 6
"""Operations of one event that are told one by one."""


def memblock_changes(ground: Ground, event: int) -> Iterator[Said]:
    """What an event did to memblock."""
    operations = ground.occurrences.operations.of_event(event)
    for operation in operations[:MOST]:
        yield Said(operation_words(ground, operation))
    if len(operations) > MOST:
        yield Said(tr("{count} more ranges change in the same way.", count=len(operations) - MOST))
    spliced = False
    for change in ground.trace.payload(event):
        if isinstance(change, Splice):
            spliced = True
            yield from (Said(words) for words in _arrays(ground, event, change))
    for change in ground.trace.payload(event):
        if isinstance(change, Assign) and (words := _field(change, spliced)):
            yield Said(words)


def operation_words(ground: Ground, operation: Operation) -> str:
    """What one operation did to a range of bytes."""
    where = extent(operation.start, operation.end - operation.start)
    names = ground.owners.names
    if operation.array == "reserved":
        if operation.adds:
            owner = whose(names.owner(operation.event, names.reserved))
            return tr("{range} become reserved for {owner}.", range=where, owner=owner)
        if operation.removes:
            claim = ground.owners.reserved_by(operation.start, operation.event)
            if claim is None:
                return tr("{range} are free again.", range=where)
            owner = whose(claim.owner)
            return tr("{range} are free again; they were reserved for {owner}.", range=where, owner=owner)
        return _trait_words(ground, "memblock.reserved", where, operation)
    owner = whose(names.owner(operation.event, names.memory))
    if operation.adds:
        return tr("{range} become memory: {owner}.", range=where, owner=owner)
    if operation.removes:
        return tr(
            "{range} are memory no longer, the kernel will not use them: {owner}.", range=where, owner=owner
        )
    return _trait_words(ground, "memblock.memory", where, operation)


def _trait_words(ground: Ground, array: str, where: str, operation: Operation) -> str:
    """Other flags, or another node, of bytes that stay where they are."""
    old, new = cast("Trait", operation.old), cast("Trait", operation.new)
    if old[1] != new[1]:
        node = node_words(new[1], ground.facts.max_numnodes)
        return tr("{range} in {array} are on {node} from now on.", range=where, array=array, node=node)
    gained, lost = new[0] & ~old[0], old[0] & ~new[0]
    if gained:
        names = flag_names(gained)
        return tr("{range} in {array} are marked {flags}", range=where, array=array, flags=names) + _meaning(
            gained
        )
    return tr(
        "{range} in {array} lose the mark {flags}: that no longer holds for them.",
        range=where,
        array=array,
        flags=flag_names(lost),
    )


def _meaning(flags: int) -> str:
    """What flags mean, behind them in a sentence."""
    from ..glossary.terms import find  # terms are read when the first one is told

    found = [term for name in flag_list(flags) if (term := find(name)) is not None]
    return tr(": {meaning}", meaning=found[0].short) if found else tr(".")


# ---- the regions that come of it ----


def _arrays(ground: Ground, event: int, change: Splice) -> Iterator[str]:
    """What regions there are where others were."""
    removed = [each for each in cast("tuple[Region, ...]", change.removed) if each.size]
    inserted = [each for each in cast("tuple[Region, ...]", change.inserted) if each.size]
    array = change.target
    if not removed and not inserted:
        return
    if not removed:
        yield trn(
            "It is a region of its own: {array}[{index}] {regions}.",
            "They are {count} regions of their own, from {array}[{index}] on: {regions}.",
            len(inserted),
            array=array,
            index=change.index,
            regions=_regions(inserted),
        )
    elif not inserted:
        yield trn(
            "{array}[{index}] is gone with it: {regions}.",
            "{count} regions are gone with it, from {array}[{index}] on: {regions}.",
            len(removed),
            array=array,
            index=change.index,
            regions=_regions(removed),
        )
    elif len(inserted) == 1:
        yield _one(array, change.index, removed, inserted[0])
    elif len(removed) < len(inserted):
        yield tr(
            "{old} is split, since its parts are no longer alike: {new}.",
            old=_regions(removed),
            new=_regions(inserted),
        )
    else:
        yield tr(
            "Where there were {old}, there are now {new}.", old=_regions(removed), new=_regions(inserted)
        )
    yield from _count(ground, event, array)


def _one(array: str, index: int, removed: Sequence[Region], new: Region) -> str:
    """One region where one or more were."""
    where = sized_range(new.base, new.size)
    if len(removed) > 1:
        return tr(
            "It closes the gaps: {old} are now one region with it, {array}[{index}] {new}.",
            old=_regions(removed),
            array=array,
            index=index,
            new=where,
        )
    old = removed[0]
    before = sized_range(old.base, old.size)
    if (old.base, old.size) == (new.base, new.size):
        return tr("The region stays one: {array}[{index}] {new}.", array=array, index=index, new=where)
    if new.size > old.size:
        return tr(
            "It touches {array}[{index}] {old}, which has the same flags and node: both are now one region "
            "with {new}.",
            array=array,
            index=index,
            old=before,
            new=where,
        )
    return tr("Of {array}[{index}] {old} is left {new}.", array=array, index=index, old=before, new=where)


def _regions(regions: Sequence[Region]) -> str:
    return few([sized_range(region.base, region.size) for region in regions])


def _count(ground: Ground, event: int, array: str) -> Iterator[str]:
    """How much an array has after an event."""
    memblock = ground.state(event + 1).memblock
    there = memblock.memory if array == "memblock.memory" else memblock.reserved
    regions = [region for region in there.regions if region.size]
    total = readable_size(sum(region.size for region in regions))
    yield trn(
        "{array} then has one region, {total}.",
        "{array} then has {count} regions, {total} in all.",
        len(regions),
        array=array,
        total=total,
    )


# ---- the variables beside the arrays ----


def _field(change: Assign, spliced: bool) -> str:
    """What a field of memblock says from now on; "" where the arrays say it already."""
    if spliced and change.key in ("total_size", "ordered", "merged"):
        return ""
    match change.key:
        case "bottom_up":
            return (
                tr("Searches go upwards from now on: the lowest gap that is large enough is taken.")
                if change.new
                else tr("Searches go downwards from now on: the highest gap that is large enough is taken.")
            )
        case "current_limit":
            return tr(
                "No search finds anything above {limit} from now on, unless it says so: memory above it may "
                "not be mapped yet.",
                limit=hex_address(change.new),
            )
        case "can_resize":
            return tr("The arrays may be doubled from now on when they are full: there is memory to do it.")
        case "max":
            return tr(
                "{array} has room for {count} regions from now on.", array=change.target, count=change.new
            )
        case "regions_pa":
            return tr(
                "{array} lies at {address} now, in memory that memblock took for it.",
                array=change.target,
                address=hex_address(change.new),
            )
        case "total_size":
            return tr("{array} counts {size} now.", array=change.target, size=readable_size(change.new))
        case _:
            return tr("{field} of {array} changes.", field=change.key, array=change.target)

"""What two boots differ in, where each of them stands: logs, regions, zones, owners, variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from ..analysis.call_diff import CallRow, Calls, call_rows
from ..analysis.names import said
from ..base.alignment import equal_pairs, facing
from ..base.units import readable_size, sized_range, value_text
from ..language.words import tr, translatable
from ..memory.memblock import NUMA_NO_NODE, Memblock, Region, TypeName
from ..memory.zones import Zone
from ..text.debugfs import flag_names
from ..trace.changes import Target
from .moment import Moment

SAME, CHANGED, LEFT, RIGHT = " ", "~", "<", ">"


class LogRow(NamedTuple):
    """Two lines of the logs side by side, by their events (None: there is none); `mark` is one of the four
    above."""

    mark: str
    left: int | None
    right: int | None


class RegionRow(NamedTuple):
    """Two regions of one of memblock's arrays, side by side."""

    mark: str
    left: Region | None
    right: Region | None


class ComparedZone(NamedTuple):
    """Two zones, side by side."""

    mark: str
    nid: int
    name: str
    left: Zone | None
    right: Zone | None


class OwnerRow(NamedTuple):
    """What an owner has in both boots, in bytes."""

    mark: str
    name: str
    left: int
    right: int


class EntryRow(NamedTuple):
    """An entry of a part of the state that differs (None: there is none)."""

    name: str
    left: Any
    right: Any


class Differences(Struct, frozen=True):
    """Two boots side by side; of variables, calls and `others`, the parts of the state that have no rows of
    their own, only what differs."""

    log: tuple[LogRow, ...]
    memory: tuple[RegionRow, ...]
    reserved: tuple[RegionRow, ...]
    zones: tuple[ComparedZone, ...]
    owners: tuple[OwnerRow, ...]
    variables: tuple[EntryRow, ...]
    calls: tuple[CallRow, ...]
    others: Mapping[str, tuple[EntryRow, ...]]

    def __bool__(self) -> bool:
        rows = (*self.log, *self.memory, *self.reserved, *self.zones, *self.owners)
        differ = self.variables or self.calls or any(self.others.values())
        return bool(differ) or any(row.mark != SAME for row in rows)


def differences(left: Moment, right: Moment) -> Differences:
    """The differences between two boots, each as it is at its moment."""
    one, other = left.state, right.state
    return Differences(
        tuple(log_rows(left, right)),
        tuple(region_rows(regions_of(one.memblock, "memory"), regions_of(other.memblock, "memory"))),
        tuple(region_rows(regions_of(one.memblock, "reserved"), regions_of(other.memblock, "reserved"))),
        tuple(zone_rows(left, right)),
        tuple(owner_rows(left, right)),
        tuple(variable_rows(left, right)),
        tuple(call_rows(*(Calls(each.occurrences, each.position) for each in (left, right)))),
        {
            part.differences: tuple(entry_rows(one[part.target], other[part.target]))
            for part in one.parts
            if part.differences and part.target in other
        },
    )


# ---- logs ----


def log_rows(left: Moment, right: Moment, is_whole: bool = False) -> Iterator[LogRow]:
    """The logs printed so far, or all that are recorded, side by side: equal lines face each other, and
    between them lines of one format that the same functions printed."""
    one, other = _Log(left, is_whole), _Log(right, is_whole)
    for mine, its in facing(one.keys, other.keys, equal_pairs(one.texts, other.texts)):
        if mine is None or its is None:
            yield LogRow(RIGHT if mine is None else LEFT, one.event(mine), other.event(its))
        else:
            mark = SAME if one.texts[mine] == other.texts[its] else CHANGED
            yield LogRow(mark, one.event(mine), other.event(its))


class _Log:
    """Lines: their events, their texts, and keys that say what kind of line each is."""

    def __init__(self, moment: Moment, is_whole: bool) -> None:
        trace = moment.trace
        self.events = trace.logs[: trace.log_count(len(trace) if is_whole else moment.position)]
        self.texts = [trace.log_text(event) for event in self.events]
        self.keys = [
            (
                trace.log_format(event).template,
                *(trace.function(enter).name for enter in trace.stack(event)),
            )
            for event in self.events
        ]

    def event(self, index: int | None) -> int | None:
        """The event of a line."""
        return None if index is None else self.events[index]


# ---- regions, zones, owners, variables ----


def regions_of(memblock: Memblock, name: TypeName) -> list[Region]:
    """The regions of an array that have a size.  Two kernels may count to different MAX_NUMNODES, so what is
    on no node gets NUMA_NO_NODE."""
    array = memblock.memory if name == "memory" else memblock.reserved
    return [
        region if region.nid < memblock.max_numnodes else region._replace(nid=NUMA_NO_NODE)
        for region in array.regions
        if region.size
    ]


def region_rows(one: Sequence[Region], other: Sequence[Region]) -> Iterator[RegionRow]:
    """Two arrays side by side, by address: regions that begin or end at the same address face each other."""
    at = to = 0
    while at < len(one) or to < len(other):
        mine = one[at] if at < len(one) else None
        its = other[to] if to < len(other) else None
        if mine and its and (mine.base == its.base or mine.end == its.end):
            yield RegionRow(SAME if mine == its else CHANGED, mine, its)
            at, to = at + 1, to + 1
        elif its is None or (mine is not None and (mine.base, mine.end) < (its.base, its.end)):
            yield RegionRow(LEFT, mine, None)
            at += 1
        else:
            yield RegionRow(RIGHT, None, its)
            to += 1


def zone_rows(left: Moment, right: Moment) -> Iterator[ComparedZone]:
    """The zones of two boots where they stand, by node and name."""
    zones = [
        {(nid, zone.name): zone for nid, node in each.state.zones.nodes.items() for zone in node.zones}
        for each in (left, right)
    ]
    for nid, name in dict.fromkeys((*zones[0], *zones[1])):
        one, other = zones[0].get((nid, name)), zones[1].get((nid, name))
        yield ComparedZone(_mark(one, other), nid, name, one, other)


def owner_rows(left: Moment, right: Moment) -> Iterator[OwnerRow]:
    """What every owner has in two boots where they stand."""
    sizes: list[dict[str, int]] = []
    for each in (left, right):
        found = each.ledger()
        totals: dict[str, int] = {}
        for row in found.rows:
            name = f"{row.owner.name} (no-map)" if row.kind == "no-map" else row.owner.name
            totals[name] = totals.get(name, 0) + row.size
        sizes.append({**totals, "free": found.free, translatable("all RAM"): found.memory})
    for name in dict.fromkeys((*sizes[0], *sizes[1])):
        one, other = sizes[0].get(name), sizes[1].get(name)
        yield OwnerRow(_mark(one, other), name, one or 0, other or 0)


def variable_rows(left: Moment, right: Moment) -> Iterator[EntryRow]:
    """The kernel's variables that differ in two boots where they stand."""
    return entry_rows(left.state.variables, right.state.variables)


def entry_rows(left: Target, right: Target) -> Iterator[EntryRow]:
    """The entries, or the items of a list, that differ in a part of two states."""
    one, other = (_entries(each.view()) for each in (left, right))
    for key in sorted({*one, *other}):
        if one.get(key) != other.get(key):
            yield EntryRow(str(key), one.get(key), other.get(key))


def _entries(view: Sequence[Any] | Mapping[Any, Any]) -> Mapping[Any, Any]:
    return view if isinstance(view, Mapping) else dict(enumerate(view))


def _mark(one: object, other: object) -> str:
    if one is None:
        return RIGHT
    if other is None:
        return LEFT
    return SAME if one == other else CHANGED


# ---- in words ----


def difference_lines(left: Moment, right: Moment, found: Differences) -> Iterator[str]:
    """The differences in words, part by part; ``<`` and ``>`` are the two boots.  A line of the log counts if
    one of the boots prints it."""
    for title, lines in (
        (translatable("calls"), [row.words() for row in found.calls]),
        (translatable("variables"), list(_entry_lines(found.variables))),
        (translatable("memory"), list(_region_lines(found.memory))),
        (translatable("reserved"), list(_region_lines(found.reserved))),
        (translatable("zones"), list(_zone_lines(found))),
        *((title, list(_entry_lines(rows))) for title, rows in found.others.items()),
        (translatable("who has it"), list(_owner_lines(found))),
        (translatable("log"), list(_log_lines(left, right, found))),
    ):
        if lines:
            yield f"{tr(title)}:"
            yield from (f"  {line}" for line in lines)


def _entry_lines(rows: Sequence[EntryRow]) -> Iterator[str]:
    for row in rows:
        yield f"{row.name}: {value_text(row.name, row.left)} → {value_text(row.name, row.right)}"


def _region_lines(rows: Sequence[RegionRow]) -> Iterator[str]:
    for row in rows:
        for mark, region in ((LEFT, row.left), (RIGHT, row.right)):
            if row.mark != SAME and region is not None:
                yield f"{mark} {region_text(region)}"


def region_text(region: Region) -> str:
    """A region of `regions_of` in words: range, size, node and flags."""
    node = "" if region.nid == NUMA_NO_NODE else f" node {region.nid}"
    flags = f" {flag_names(region.flags)}" if region.flags else ""
    return f"{sized_range(region.base, region.size)}{node}{flags}"


def _zone_lines(found: Differences) -> Iterator[str]:
    for row in found.zones:
        for mark, zone in ((LEFT, row.left), (RIGHT, row.right)):
            if row.mark != SAME and zone is not None:
                yield f"{mark} node {row.nid} {zone_text(zone)}"


def zone_text(zone: Zone) -> str:
    """A zone in words."""
    return (
        f"{zone.name}: start_pfn {zone.start_pfn:#x}, "
        f"spanned {zone.spanned}, present {zone.present}, managed {zone.managed}"
    )


def _owner_lines(found: Differences) -> Iterator[str]:
    for row in found.owners:
        if row.mark != SAME:
            more = row.right - row.left
            sign = "+" if more > 0 else "-"
            yield (
                f"{said(row.name)}: {readable_size(row.left)} → {readable_size(row.right)} "
                f"({sign}{readable_size(abs(more))})"
            )


def _is_printed(row: LogRow, left: Moment, right: Moment) -> bool:
    """Whether one of the boots was told to print its line."""
    lines = ((left.trace, row.left), (right.trace, row.right))
    return any(event is not None and trace.is_printed(event) for trace, event in lines)


def _log_lines(left: Moment, right: Moment, found: Differences) -> Iterator[str]:
    for row in found.log:
        if row.mark == SAME or not _is_printed(row, left, right):
            continue
        if row.left is not None:
            yield f"{LEFT} {left.trace.log_text(row.left)}"
        if row.right is not None:
            yield f"{RIGHT} {right.trace.log_text(row.right)}"

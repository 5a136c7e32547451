"""What a boot did to memblock, byte by byte: an index of its trace, extended as that grows.

An operation is read off the change itself, not off the function that made it: which bytes came into an array,
left it, or changed their flags.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import cast

from msgspec import Struct, structs

from ..memory.memblock.regions import Region, TypeName
from ..trace.changes import Splice
from ..trace.events import Kind, Trace

ARRAYS: dict[str, TypeName] = {"memblock.memory": "memory", "memblock.reserved": "reserved"}
Trait = tuple[int, int]
"""Flags and raw nid of a region."""

_NOTHING = Region(0, 0, 0, 0)


class Operation(Struct, frozen=True):
    """In `array` the bytes [start, end) went from `old` to `new` flags and nid; None: they were not, or are
    no longer, in it."""

    event: int
    array: TypeName
    start: int
    end: int
    old: Trait | None
    new: Trait | None

    @property
    def adds(self) -> bool:
        """Whether the bytes are new in the array."""
        return self.old is None

    @property
    def removes(self) -> bool:
        """Whether the bytes left the array."""
        return self.new is None


class Operations:
    """Every operation of a trace, in order; `events` has the event of each."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.events = array("I")
        self._all: list[Operation] = []
        self._of_memory: list[Operation] = []
        self._scanned = 0

    def all(self) -> Sequence[Operation]:
        """Every operation recorded so far."""
        trace, end = self.trace, len(self.trace)
        for event in trace.of_kind(Kind.MEMBLOCK, self._scanned, end):
            self._all.extend(operations_of(trace, event))
        self._scanned = end
        for operation in self._all[len(self.events) :]:
            self.events.append(operation.event)
            if operation.array == "memory":
                self._of_memory.append(operation)
        return self._all

    def count(self, position: int) -> int:
        """How many operations there were before a position."""
        self.all()
        return bisect_left(self.events, position)

    def touching(self, start: int, end: int, stop: int | None = None) -> Iterator[Operation]:
        """The operations on any byte of [start, end), in order, before the position `stop`."""
        found = self.all()
        last = len(found) if stop is None else self.count(stop)
        return (found[at] for at in range(last) if found[at].start < end and start < found[at].end)

    def of_event(self, event: int) -> Sequence[Operation]:
        """What one event did."""
        return self.all()[self.count(event) : self.count(event + 1)]

    def of_memory(self, stop: int) -> Iterator[Operation]:
        """The operations on memblock.memory before the position `stop`: few, however much is reserved."""
        self.all()
        return takewhile(lambda operation: operation.event < stop, self._of_memory)


def operations_of(trace: Trace, event: int) -> Iterator[Operation]:
    """What one change of memblock did, read off without an index."""
    for change in trace.payload(event):
        if isinstance(change, Splice) and change.target in ARRAYS:
            yield from _of_splice(event, change)


def _of_splice(event: int, change: Splice) -> Iterator[Operation]:
    name = ARRAYS[change.target]
    removed = cast("tuple[Region, ...]", change.removed)
    inserted = cast("tuple[Region, ...]", change.inserted)
    if len(inserted) == 1 and len(removed) < 2:
        grown = _growth(event, name, removed[0] if removed else _NOTHING, inserted[0])
        if grown is not None:
            yield grown
            return
    points = sorted({point for region in (*removed, *inserted) for point in (region.base, region.end)})
    before = after = 0
    pending: Operation | None = None
    for start, end in pairwise(points):
        before, old = _trait(removed, before, start)
        after, new = _trait(inserted, after, start)
        if old == new:
            continue
        if pending and pending.end == start and pending.old == old and pending.new == new:
            pending = structs.replace(pending, end=end)
            continue
        if pending:
            yield pending
        pending = Operation(event, name, start, end, old, new)
    if pending:
        yield pending


def _growth(event: int, name: TypeName, old: Region, new: Region) -> Operation | None:
    """What one region gained at one end, or all of a new one; None for anything less simple."""
    base, size, flags, nid = new
    if not old.size:
        return Operation(event, name, base, base + size, None, (flags, nid)) if size else None
    if old.flags != flags or old.nid != nid:
        return None
    if old.base == base and old.size < size:
        return Operation(event, name, base + old.size, base + size, None, (flags, nid))
    if old.end == base + size and old.base > base:
        return Operation(event, name, base, old.base, None, (flags, nid))
    return None


def _trait(regions: Sequence[Region], at: int, address: int) -> tuple[int, Trait | None]:
    """The flags and nid at an address, and the index to look for the next one from."""
    while at < len(regions) and regions[at].end <= address:
        at += 1
    if at < len(regions) and regions[at].base <= address:
        return at, (regions[at].flags, regions[at].nid)
    return at, None

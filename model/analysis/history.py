"""Everything that happened to a part of memory: the events of a boot that touched it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ..base.units import sized_range
from ..index.affected import Shifts, operation_touches, touches
from ..index.calls import ON_EVERY_PATH, CallIndex, within
from ..index.memblock_ops import Operation, Trait
from ..index.selectors import PHYSICAL, SECTION, VIRTUAL, ZONE, MemoryRange
from ..language.words import tr
from ..memory.memblock.regions import MEMBLOCK_NOMAP
from ..text.events import call_text, describe, max_numnodes, whence
from ..text.values import node_text
from ..trace.events import Kind
from .names import said
from .ownership import Owners

KINDS = {SECTION: Kind.SECTION, ZONE: Kind.ZONE}
"""The kind of change that may touch sections and zones."""
CLAIMS = ("memblock_add_range", "memblock_remove_range")
"""Calls that say what memory they are about, and change nothing where nothing is left to do."""

LONGEST_PATH = 4
"""Functions of a path that are named."""


class HistoryItem(Struct, frozen=True):
    """One event of a history: what happened, in words, and through which functions; of a log also the line
    that says so, or why it is inferred."""

    event: int
    text: str
    path: str


class AffectingEvents:
    """Finds the events that touch a place."""

    def __init__(self, occurrences: CallIndex, shifts: Shifts) -> None:
        self.occurrences = occurrences
        self.trace = occurrences.trace
        self.shifts = shifts

    def events(self, place: MemoryRange, start: int, stop: int, tables: bool = True) -> list[int]:
        """The change events from `start` up to `stop` that touch a place, in order.  Without `tables`, table
        pages do not touch the addresses they will translate."""
        others = self._of_others(place, start, stop, tables)
        return sorted({*self._of_memblock(place, start, stop), *others})

    def prepare(self) -> None:
        """Index all that is recorded, so that later questions are answered at once.  A thread may do this."""
        for space in (PHYSICAL, VIRTUAL):
            self.occurrences.touch_index(space, self.shifts, True).extend()

    def _of_memblock(self, place: MemoryRange, start: int, stop: int) -> Iterator[int]:
        operations = self.occurrences.operations
        first, last = operations.count(start), operations.count(stop)
        found = operations.all()
        return (found[at].event for at in range(first, last) if operation_touches(found[at], place))

    def _of_others(self, place: MemoryRange, start: int, stop: int, tables: bool) -> Iterator[int]:
        if place.space in (PHYSICAL, VIRTUAL):
            index = self.occurrences.touch_index(place.space, self.shifts, tables)
            yield from index.touching(place.start, place.end, start, stop)
            return
        for event in self.trace.of_kind(KINDS[place.space], start, stop):
            if any(touches(change, place, self.shifts) for change in self.trace.payload(event)):
                yield event


class History:
    """Tells histories, in words."""

    def __init__(self, touched: AffectingEvents, owners: Owners) -> None:
        self.touched = touched
        self.owners = owners
        self.trace = touched.trace
        self.entries = touched.occurrences.arch.entries

    def items(self, place: MemoryRange, stop: int | None = None) -> list[HistoryItem]:
        """What touched a place before the position `stop` (None: in all that is recorded)."""
        end = len(self.trace) if stop is None else stop
        events = self.touched.events(place, 0, end)
        if place.space == PHYSICAL:
            events = sorted({*events, *self._idle_claims(place, events, end)})
        return [HistoryItem(event, self._text(event, place), self._told_by(event)) for event in events]

    def _told_by(self, event: int) -> str:
        return ", ".join(filter(None, (self.path(event), whence(self.trace, event))))

    def _idle_claims(self, place: MemoryRange, changed: list[int], stop: int) -> Iterator[int]:
        """The calls that named some of a place, but found nothing to do there."""
        trace, occurrences = self.trace, self.touched.occurrences
        busy = {trace.parent(event) for event in changed}
        for name in CLAIMS:
            for function in occurrences.functions_named(name):
                for enter in within(occurrences.enters(function.number), 0, stop):
                    told = trace.arguments(enter, object, int, int)
                    if told is None or enter in busy:
                        continue
                    _, base, size = told
                    if base < place.end and place.start < base + size < 1 << 63:
                        yield enter

    def _text(self, event: int, place: MemoryRange) -> str:
        trace = self.trace
        if trace.kind(event) == Kind.ENTER:
            outer = event
            while trace.function(outer).name in CLAIMS:
                outer = trace.parent(outer)
            return tr("{call}: nothing was left to do", call=call_text(trace, outer))
        if trace.kind(event) != Kind.MEMBLOCK:
            return describe(trace, event, self.entries)
        words = [
            self._operation_text(operation)
            for operation in self.touched.occurrences.operations.of_event(event)
            if operation_touches(operation, place)
        ]
        return "; ".join(words) or describe(trace, event, self.entries)

    def _operation_text(self, operation: Operation) -> str:
        names, where = self.owners.names, sized_range(operation.start, operation.end - operation.start)
        if operation.array == "reserved":
            if operation.adds:
                owner = said(names.owner(operation.event, names.reserved).name)
                return tr("reserved {where} for {owner}", where=where, owner=owner)
            if operation.new is None:
                return tr("freed {where}", where=where)
            return tr("reserved {where} {node}", where=where, node=self._node(operation.new))
        by = names.owner(operation.event, names.memory)
        cause = f" ({said(by.name)}{', ' + said(by.cause) if by.cause else ''})"
        if operation.old is None or operation.new is None:
            if operation.adds:
                return tr("memory {where} added{cause}", where=where, cause=cause)
            return tr("memory {where} removed{cause}", where=where, cause=cause)
        if operation.old[1] != operation.new[1]:
            return tr("memory {where} {node}", where=where, node=self._node(operation.new))
        if (operation.old[0] ^ operation.new[0]) & MEMBLOCK_NOMAP:
            if operation.new[0] & MEMBLOCK_NOMAP:
                return tr("memory {where} marked NOMAP{cause}", where=where, cause=cause)
            return tr("memory {where} no longer NOMAP{cause}", where=where, cause=cause)
        flags = operation.new[0]
        return tr("memory {where} has flags {flags:#x}{cause}", where=where, flags=flags, cause=cause)

    def _node(self, trait: Trait) -> str:
        return tr("is on {node}", node=node_text(trait[1], max_numnodes(self.trace)))

    def path(self, event: int) -> str:
        """The functions that an event happened in, without memblock's own and those that say nothing."""
        trace = self.trace
        names = [trace.function(enter).name for enter in trace.stack(event)]
        told = [name for name in names if name not in ON_EVERY_PATH and not name.startswith("memblock_")]
        path = told or names
        if len(path) > LONGEST_PATH:
            path = [*path[: LONGEST_PATH - 1], "…", path[-1]]
        return " › ".join(path)

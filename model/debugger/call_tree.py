"""The call tree that people walk through: calls, changes and log lines as rows, opened along the way to where
one is.

Nothing is built before it is looked at: a function's children are listed when it is first opened (its calls
are skipped over by their ``partners``), and a view makes only the rows that are asked for.  Consecutive calls
of one function, or changes made by one line, are folded into a row: ``alloc_init_cont_pte`` 512 times.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Literal

from msgspec import Struct

from ..language.words import tr, translatable
from ..memory.pagetable.format import EntryFormat
from ..source.provenance import Inferred, provenance
from ..text.events import describe
from ..text.results import result_text
from ..trace.events import CHANGES, Kind, Trace
from ..trace.stepping import frames_at
from .folding import Children

ENTER, LEAVE = int(Kind.ENTER), int(Kind.LEAVE)

TIMES = "\N{MULTIPLICATION SIGN}"

FOLDED_WORDS = {
    Kind.MEMBLOCK: translatable("memblock changes"),
    Kind.PAGE_TABLE: translatable("page-table writes"),
    Kind.SECTION: translatable("section changes"),
    Kind.ZONE: translatable("zone changes"),
    Kind.VARIABLE: translatable("variables"),
}

Place = Literal["past", "ancestor", "current", "next", "future"]
"""Of a row: done, open around us, the function we are in, what happens next, or later."""


class CallTreeRow(Struct, frozen=True):
    """One row: the `times` events from `event` on that are alike, at a depth; `inside` counts the events
    within a single call; `expanded` says that its children follow, `is_inferred` that no line of the log that
    the trace was made of says it."""

    event: int
    depth: int
    kind: Kind
    label: str
    place: Place
    times: int
    inside: int
    expanded: bool
    is_inferred: bool = False

    @property
    def key(self) -> int:
        """What to put into a view's `expanded` to open this row."""
        return ~self.event if self.times > 1 else self.event

    @property
    def expandable(self) -> bool:
        """Whether there is anything to open."""
        return self.times > 1 or self.inside > 0


class Segment(Struct, frozen=True):
    """Rows that follow each other: either each fold from `start` up to `stop`, or (`singly`) each child, or
    (`one`) one row for all children from `start` up to `stop`."""

    first_row: int
    children: Children
    depth: int
    start: int
    stop: int
    form: Literal["folds", "singly", "one"]


class View:
    """The tree as seen from a position: rows by their number, and the number of the row where we are."""

    def __init__(self, tree: CallTree, position: int, expanded: Collection[int]) -> None:
        self.tree = tree
        self.trace = tree.trace
        self.position = position
        self._path = frames_at(self.trace, position)
        self._open = set(expanded) | set(self._path)
        self._inside: dict[int, list[int]] = defaultdict(list)
        for event in self._open:
            if 0 <= event < len(self.trace):
                self._inside[self.trace.parent(event)].append(event)
        self._segments: list[Segment] = []
        self._rows = 0
        self._lay_out(-1, 0)
        self.current = self.find(self._path[-1]) if self._path else 0

    def __len__(self) -> int:
        return self._rows

    def rows(self, start: int, stop: int) -> list[CallTreeRow]:
        """The rows from `start` up to `stop`, those that exist."""
        start, stop = max(start, 0), min(stop, self._rows)
        found: list[CallTreeRow] = []
        at = bisect_right(self._segments, start, key=lambda segment: segment.first_row) - 1
        while start < stop:
            segment = self._segments[at]
            end = min(stop, segment.first_row + _height(segment))
            found += [self._row(segment, row - segment.first_row) for row in range(start, end)]
            start, at = end, at + 1
        return found

    def find(self, event: int) -> int:
        """The number of the row that shows an event: its own, or that of the fold or the call it is hidden
        in."""
        if self.trace.kind(event) == LEAVE:
            event = self.trace.partner(event)
        shown = [*self.trace.stack(event), event]
        for inner in reversed(shown):
            for row, segment in self._candidates(inner):
                return row + segment.first_row
        return 0

    def _candidates(self, event: int) -> Iterator[tuple[int, Segment]]:
        children = self.tree.children_of(self.trace.parent(event))
        index = bisect_left(children.events, event)
        for segment in self._segments:
            if segment.children is not children:
                continue
            if segment.form == "folds":
                if segment.start <= (fold := children.fold_at(index)) < segment.stop:
                    yield fold - segment.start, segment
            elif segment.start <= index < segment.stop:
                yield (index - segment.start if segment.form == "singly" else 0), segment

    # ---- laying out ----

    def _lay_out(self, enter: int, depth: int) -> None:
        """Add the segments of a function's children, and of those of them that are open."""
        children = self.tree.children_of(enter)
        at = 0
        for index in self._cuts(enter, children):
            self._add_range(children, depth, at, index)
            self._add(children, depth, index, index + 1, "one")
            event = children.events[index]
            if event in self._open and self.trace.kind(event) == ENTER:
                self._lay_out(event, depth + 1)
            at = index + 1
        self._add_range(children, depth, at, len(children.events))

    def _cuts(self, enter: int, children: Children) -> list[int]:
        """The children that get a row of their own: the open ones, and the one that comes next."""
        own = {*self._inside[enter]}
        if self.position < len(self.trace) and self.trace.parent(self.position) == enter:
            own.add(self.position)
        cuts = ((bisect_left(children.events, event), event) for event in own)
        events = children.events
        return sorted(index for index, event in cuts if index < len(events) and events[index] == event)

    def _add_range(self, children: Children, depth: int, start: int, stop: int) -> None:
        """The children from `start` up to `stop`: whole folds, pieces of the first and last, opened folds
        singly."""
        while start < stop:
            fold = children.fold_at(start)
            first, end = children.folds[fold], min(children.fold_end(fold), stop)
            if not self._open.isdisjoint((~children.events[first], ~children.events[start])):
                self._add(children, depth, start, end, "singly")
            elif start > first or end < children.fold_end(fold):
                self._add(children, depth, start, end, "one")
            else:
                last = self._last_whole(children, fold, stop)
                self._add(children, depth, fold, last, "folds")
                end = children.fold_end(last - 1)
            start = end

    def _last_whole(self, children: Children, fold: int, stop: int) -> int:
        """The fold after the last of those from `fold` on that end by `stop` and are not opened."""
        last = children.fold_at(stop) if stop < len(children.events) else len(children.folds)
        opened = (
            children.fold_at(bisect_left(children.events, ~key))
            for key in self._open
            if key < 0 and self.trace.parent(~key) == children.enter
        )
        return min((each for each in opened if fold < each < last), default=last)

    def _add(
        self, children: Children, depth: int, start: int, stop: int, form: Literal["folds", "singly", "one"]
    ) -> None:
        segment = Segment(self._rows, children, depth, start, stop, form)
        self._segments.append(segment)
        self._rows += _height(segment)

    # ---- making rows ----

    def _row(self, segment: Segment, offset: int) -> CallTreeRow:
        children = segment.children
        if segment.form == "folds":
            first = children.folds[segment.start + offset]
            count = children.fold_end(segment.start + offset) - first
        elif segment.form == "singly":
            first, count = segment.start + offset, 1
        else:
            first, count = segment.start, segment.stop - segment.start
        event = children.events[first]
        kind = Kind(self.trace.kind(event))
        inside = self._events_inside(event) if kind == ENTER and count == 1 else 0
        is_open = count == 1 and kind == ENTER and event in self._open
        label = self._label(event, kind, count)
        place, inferred = self._place(event), self._is_inferred(event)
        return CallTreeRow(event, segment.depth, kind, label, place, count, inside, is_open, inferred)

    def _is_inferred(self, event: int) -> bool:
        """Whether no line says what happens there: of calls, those that change something themselves; that
        one is in a function of the kernel's order is nothing to be pointed out."""
        trace = self.trace
        if trace.kind(event) == ENTER and trace.kind(min(event + 1, len(trace) - 1)) not in CHANGES:
            return False
        return isinstance(provenance(trace, event), Inferred)

    def _events_inside(self, enter: int) -> int:
        return (self.trace.partner(enter) or len(self.trace)) - enter - 1

    def _label(self, event: int, kind: Kind, count: int) -> str:
        trace = self.trace
        if count > 1:
            words = trace.function(event).name if kind == ENTER else tr(FOLDED_WORDS[kind])
            return f"{words} {TIMES}{count}"
        words = describe(trace, event, self.tree.entries)
        leave = trace.partner(event) if kind == ENTER else 0
        if leave and leave < self.position and trace.payload(leave) is not None:
            return f"{words} → {result_text(trace.function(event).name, trace.payload(leave))}"
        return words

    def _place(self, event: int) -> Place:
        if self._path and event == self._path[-1]:
            return "current"
        if event in self._path:
            return "ancestor"
        if event == self.position:
            return "next"
        return "past" if event < self.position else "future"


def _height(segment: Segment) -> int:
    return 1 if segment.form == "one" else segment.stop - segment.start


class CallTree:
    """The tree of a trace; it remembers the children of every function that was ever opened.  `entries` is
    the format of the kernel's page-table entries."""

    def __init__(self, trace: Trace, entries: EntryFormat) -> None:
        self.trace = trace
        self.entries = entries
        self._children: dict[int, Children] = {}

    def children_of(self, enter: int) -> Children:
        """What happened directly in the function entered at `enter`; -1: outside any."""
        children = self._children.get(enter)
        if children is None:
            children = self._children[enter] = Children(enter)
        children.extend(self.trace)
        return children

    def calls_inside(self, enter: int, most: int) -> set[int]:
        """The calls that are to be opened to see all that happened inside a call, itself first; what is
        folded stays so.  Not many more than `most`, the outer ones before the inner."""
        found: set[int] = set()
        waiting = [enter]
        while waiting and len(found) < most:
            found.update(waiting)
            waiting = [event for outer in waiting for event in self._single_calls(outer)]
        return found

    def _single_calls(self, enter: int) -> Iterator[int]:
        """The calls made directly in a function that have something inside and are in no fold."""
        children, trace = self.children_of(enter), self.trace
        for fold, first in enumerate(children.folds):
            event = children.events[first]
            is_alone = children.fold_end(fold) == first + 1
            if is_alone and trace.kind(event) == ENTER and (trace.partner(event) or len(trace)) > event + 1:
                yield event

    def view(self, position: int, expanded: Collection[int] = ()) -> View:
        """The rows as seen from a position: the way to it is open, and what the keys in `expanded` name."""
        return View(self, position, expanded)

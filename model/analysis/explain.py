"""Why did it fail, or why is it there: searches for memory explained, gap by gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from ..base.intervals import Interval
from ..index.calls import CallIndex, close_matches, within
from ..language.words import tr
from ..memory.memblock import Memblock
from ..memory.state import Replica
from ..source.provenance import is_from_log
from ..text.events import call_text
from ..trace.events import Kind
from .gaps import Gap, Outside, Search, borders, gaps, limits, no_memory, outside
from .owner_rules import Owner
from .ownership import Owners

SEARCH, ALLOCATION = "memblock_find_in_range_node", "memblock_alloc_range_nid"
CHECKED = ("early_init_dt_reserve_memory", "cma_declare_contiguous_nid", "cma_init_reserved_mem")
"""Functions that refuse a range which is in use, and return a negative error then."""
CHECK = "__rmem_check_for_overlap"
"""What complains of nodes that overlap."""
SUBJECTS = {
    "crashkernel": ("reserve_crashkernel", "arch_reserve_crashkernel"),
    "crash": ("reserve_crashkernel", "arch_reserve_crashkernel"),
    "cma": ("dma_contiguous_reserve",),
    "swiotlb": ("swiotlb_init",),
    "log_buf": ("setup_log_buf",),
    "overlap": (CHECK,),
}
"""Those of every architecture."""
NO_MEMORY = Owner("")
"""Who has what is no memory."""
TELLING = 16
"""Of two gaps that each have at least this part of what is wanted it is told what separates them."""
OUTWARDS = 3
"""Functions around a call that may comment on it as they return."""
MEMBLOCKS_OWN = (
    "memblock_",
    "MEMBLOCK configuration",
    "memory size",
    "memory.cnt",
    "memory[",
    "reserved[",
    "reserved.cnt",
)
"""How memblock's own lines begin."""
AT_MOST = 8
"""Searches of one call that are explained."""


class ExplainError(ValueError):
    """Why nothing can be explained, in one sentence."""


class Failure(NamedTuple):
    """A request that was refused: its ENTER event, and its LEAVE.  `remedy` is the ENTER event of a later
    request of the same caller that was granted: then it only came out otherwise."""

    event: int
    returned: int
    remedy: int | None


class Separator(NamedTuple):
    """What lies between two gaps: the range [start, end), who has how many bytes of it (Owner(""): no memory
    is there), the largest first, and where in it a region of memory borders on the next, which no allocation
    reaches over."""

    start: int
    end: int
    owners: tuple[tuple[Owner, int], ...]
    borders: tuple[int, ...]


class ExplainedSearch(Struct, frozen=True):
    """One search: its ENTER event, what it was for, the limits it looked between, what it found (0: nothing),
    the gaps between them in its order, what separates each from the last large one before it (None: it is the
    first, or so small that nobody asks), and what lies outside; `max_numnodes` is the first number that is no
    node's."""

    event: int
    search: Search
    start: int
    end: int
    bottom_up: bool
    found: int
    gaps: tuple[Gap, ...]
    between: tuple[Separator | None, ...]
    outside: Outside
    max_numnodes: int


class Explanation(Struct, frozen=True):
    """Why a call came out as it did: `event` is its ENTER, `call` the call in words, `caller` who asked, for
    whom (None: it asks for no memory).
    `in_the_way` lists what was reserved already in the range that was asked for; `messages` are the LOG
    events of the call and of what its caller said right after it; `result` is what it returned."""

    event: int
    call: str
    caller: str
    failed: bool
    result: Any
    searches: tuple[ExplainedSearch, ...]
    in_the_way: tuple[Interval[Owner], ...]
    messages: tuple[int, ...]
    wanted: Owner | None = None
    remedy: int | None = None


class Explainer:
    """Explains the calls of one trace."""

    def __init__(self, occurrences: CallIndex, owners: Owners) -> None:
        self.occurrences = occurrences
        self.trace = occurrences.trace
        self.owners = owners
        self._replica: Replica | None = None
        self.subjects: Mapping[str, tuple[str, ...]] = {**SUBJECTS, **occurrences.arch.subjects}
        """What people call some things, and the functions that see to them."""

    def memblock_at(self, position: int) -> Memblock:
        """memblock at a position."""
        if self._replica is None:
            self._replica = Replica(self.trace)
        self._replica.move(position)
        return self._replica.state.memblock

    # ---- what failed ----

    def failures(self, position: int | None = None) -> list[Failure]:
        """What was refused before a position (None: in all that is recorded), in order."""
        stop = len(self.trace) if position is None else position
        found = [*self._refused_allocations(stop), *self._refused_ranges(stop)]
        return sorted(set(found))

    def _refused_allocations(self, stop: int) -> Iterator[Failure]:
        trace = self.trace
        for function in self.occurrences.functions_named(ALLOCATION):
            for leave in within(self.occurrences.leaves(function.number), 0, stop):
                if trace.payload(leave) == 0:
                    outer = self._outermost(trace.partner(leave))
                    returned = trace.partner(outer)
                    if 0 < returned < stop and not trace.payload(returned):
                        yield Failure(outer, returned, self._remedy(outer, stop))

    def _refused_ranges(self, stop: int) -> Iterator[Failure]:
        trace = self.trace
        for name in CHECKED:
            for function in self.occurrences.functions_named(name):
                for leave in within(self.occurrences.leaves(function.number), 0, stop):
                    result = trace.payload(leave)
                    if isinstance(result, int) and result < 0 and not self._searches(trace.partner(leave)):
                        yield Failure(trace.partner(leave), leave, None)

    def _outermost(self, enter: int) -> int:
        """The call that asked memblock, around one of memblock's own."""
        trace = self.trace
        while (caller := trace.parent(enter)) >= 0:
            if not trace.function(caller).name.startswith("memblock_"):
                break
            enter = caller
        return enter

    def _remedy(self, enter: int, stop: int) -> int | None:
        """The next request of the same caller, if it was granted."""
        trace = self.trace
        caller = trace.parent(enter)
        end = min((trace.partner(caller) if caller >= 0 else 0) or stop, stop)
        for function in self.occurrences.functions_named(ALLOCATION):
            for later in within(self.occurrences.enters(function.number), trace.partner(enter), end):
                outer = self._outermost(later)
                if trace.parent(outer) == caller:
                    return outer if trace.payload(trace.partner(outer)) else None
        return None

    def failure_at(self, event: int) -> Failure | None:
        """The refusal that an event belongs to: one in the call, or what was said about it."""
        for found in self.failures():
            if found.event <= event <= found.returned or event in self._messages(found.event):
                return found
        return None

    def is_of_overlap(self, event: int) -> bool:
        """Whether an event is a complaint about nodes that overlap."""
        stack = (self.trace.function(enter).name for enter in self.trace.stack(event))
        return self.trace.kind(event) == Kind.LOG and CHECK in stack

    # ---- explaining ----

    def last(self, position: int) -> Explanation | None:
        """The last thing that was refused for good before a position, or else at first, explained."""
        found = self.failures(position)
        # What was granted at the second try is told only where nothing worse happened.
        final = [each for each in found if each.remedy is None]
        last = (final or found)[-1] if found else None
        return self.explain(last.event, last.remedy) if last else None

    def about(self, enter: int) -> Explanation:
        """Why a call came out as it did: the last thing that was refused in it, or all of it."""
        leave = self.trace.partner(enter) or len(self.trace)
        inside = [each for each in self.failures() if enter <= each.event < leave]
        return self.explain(inside[-1].event, inside[-1].remedy) if inside else self.explain(enter)

    def explain(self, enter: int, remedy: int | None = None) -> Explanation:
        """Why the call at an ENTER event came out as it did."""
        trace = self.trace
        leave = trace.partner(enter)
        result = trace.payload(leave) if leave else None
        searched = self._searches(enter)
        refused = [each for each in searched if not trace.payload(trace.partner(each))]
        # The last search decides; what was refused before it shows why it was needed.
        chosen = sorted({*refused, *searched[-1:]})
        decided = bool(searched) and searched[-1] in refused
        failed = result == 0 if trace.function(enter).name.startswith("memblock_") else decided
        failed = failed or (isinstance(result, int) and result < 0)
        return Explanation(
            enter,
            call_text(trace, enter),
            trace.callers(enter),
            failed,
            result,
            tuple(self._searched(each) for each in chosen[-AT_MOST:]),
            tuple(self._in_the_way(enter)) if failed else (),
            tuple(self._messages(enter)),
            self._wanted(enter, searched),
            remedy,
        )

    def _wanted(self, enter: int, searched: list[int]) -> Owner | None:
        """Whom a call asks for memory for, by its last search or by itself."""
        name, names = self.trace.function(enter).name, self.owners.names
        if searched:
            return names.owner(searched[-1], names.reserved)
        is_request = name.startswith("memblock_") or name in CHECKED or name in names.reserved
        return names.of_call(enter, names.reserved) if is_request else None

    def _searches(self, enter: int) -> list[int]:
        """The searches made in a call, by their ENTER events."""
        end = self.trace.partner(enter) or len(self.trace)
        return [
            event
            for function in self.occurrences.functions_named(SEARCH)
            for event in within(self.occurrences.enters(function.number), enter, end)
            if self._is_told(event)
        ]

    def _is_told(self, event: int) -> bool:
        """Whether it is known what a search was for, and what it found."""
        leave = self.trace.partner(event)
        is_answered = bool(leave) and isinstance(self.trace.payload(leave), int)
        told = self.trace.arguments(event, *(int,) * len(Search._fields))
        return is_answered and told is not None and min(Search(*told)[:2]) > 0

    def _searched(self, event: int) -> ExplainedSearch:
        size, align, start, end, nid, flags = self.trace.payload(event)
        search = Search(size, align, start, end, nid, flags)
        mb = self.memblock_at(event)
        found = self.trace.payload(self.trace.partner(event))
        there = tuple(gaps(mb, search))
        between = tuple(self._separators(mb, event, there, size))
        around = *limits(mb, search), mb.bottom_up, found
        return ExplainedSearch(event, search, *around, there, between, outside(mb, search), mb.max_numnodes)

    def _separators(
        self, mb: Memblock, event: int, there: Sequence[Gap], size: int
    ) -> Iterator[Separator | None]:
        before: Gap | None = None
        for gap in there:
            is_large = gap.size * TELLING >= size
            yield self._separator(mb, event, before, gap) if before and is_large else None
            before = gap if is_large else before

    def _separator(self, mb: Memblock, event: int, one: Gap, other: Gap) -> Separator:
        """What lies between two gaps."""
        start, end = min(one.end, other.end), max(one.start, other.start)
        sizes: dict[Owner, int] = {}
        for piece in self.owners.reserved(event).within(start, end):
            sizes[piece.value] = sizes.get(piece.value, 0) + piece.end - piece.start
        for low, high in no_memory(mb, start, end):
            sizes[NO_MEMORY] = sizes.get(NO_MEMORY, 0) + high - low
        largest = sorted(sizes.items(), key=lambda each: (-each[1], each[0]))
        return Separator(start, end, tuple(largest), tuple(borders(mb, start, end)))

    def _in_the_way(self, enter: int) -> list[Interval[Owner]]:
        """What was reserved in the very range that a call names, or that its search is confined to."""
        names = self.trace.function(enter).parameters
        values = dict(zip(names, self.trace.payload(enter), strict=False))
        size, start = values.get("size"), values.get("base", values.get("start"))
        if not isinstance(size, int) or not isinstance(start, int) or not start:
            return []
        end = values.get("end", start + size)
        confined = values.get("fixed", True) and isinstance(end, int) and end - start < 2 * size
        return self.owners.reserved(enter).within(start, max(end, start)) if confined else []

    def _messages(self, enter: int) -> Iterator[int]:
        """The log lines of a call, but memblock's own, and those that come next as its callers return."""
        trace = self.trace
        leave = trace.partner(enter) or len(trace)
        for event in within(trace.logs, enter, leave):
            if not trace.log_text(event).lstrip().startswith(MEMBLOCKS_OWN):
                yield event
        if is_from_log(trace):
            return  # what comes next may have been said by anybody
        at, outwards = leave + 1, 0
        while at < len(trace) and outwards <= OUTWARDS:
            if trace.kind(at) == Kind.LOG:
                yield at
            elif trace.kind(at) == Kind.LEAVE:
                outwards += 1
            else:
                break
            at += 1

    # ---- finding what is meant ----

    def subject(self, text: str, position: int) -> int:
        """The call that somebody asks about: the number of an event in it, a function, ``crashkernel`` and
        the like, or (part of) a name among the arguments, such as a reserved-memory node.  The last call
        before the position, or else the first after it.  Raises `ExplainError`."""
        if text.isdecimal():
            return self._around(int(text))
        names = self.subjects.get(text, (text,))
        calls = sorted(
            event
            for name in names
            for function in self.occurrences.functions_named(name)
            for event in self.occurrences.enters(function.number)
        )
        calls = calls or [event for event, words in self._named_calls() if text in words]
        if not calls and text in self.subjects:
            raise ExplainError(tr("no function that sees to {text} is called in this boot", text=text))
        if not calls:
            known = [function.name for function in self.occurrences.called()]
            raise ExplainError(
                tr(
                    "nothing in this boot is called {text!r}{offer}",
                    text=text,
                    offer=close_matches(text, [*known, *self.subjects]),
                )
            )
        return max((event for event in calls if event < position), default=calls[0])

    def _around(self, event: int) -> int:
        if event >= len(self.trace):
            raise ExplainError(
                tr(
                    "there is no event {event}, the last one is {last}",
                    event=event,
                    last=len(self.trace) - 1,
                )
            )
        trace = self.trace
        if trace.kind(event) == Kind.LEAVE:
            event = trace.partner(event)
        elif trace.kind(event) != Kind.ENTER:
            event = trace.parent(event)
        if event < 0:
            raise ExplainError(tr("that event is in no function: nobody asked for memory there"))
        return self._outermost(event) if trace.function(event).name.startswith("memblock_") else event

    def searches_for_nodes(self) -> Iterator[tuple[int, str]]:
        """The calls that look for room for a node of the device tree, and its path."""
        for function in self.occurrences.functions_named("__reserved_mem_alloc_size"):
            for event in self.occurrences.enters(function.number):
                for path in self.trace.arguments(event, str) or ():
                    yield event, path

    def _named_calls(self) -> Iterator[tuple[int, str]]:
        """The calls that are about something with a name: a device-tree path, a CMA area."""
        for name in ("__reserved_mem_reserve_reg", "__reserved_mem_alloc_size", "cma_declare_contiguous_nid"):
            for function in self.occurrences.functions_named(name):
                for event in self.occurrences.enters(function.number):
                    words = [value for value in self.trace.payload(event) if isinstance(value, str)]
                    yield event, " ".join(words)

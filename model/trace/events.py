"""The trace: everything a boot did, one event after another, every change reversible.

A boot records itself here as it runs.  An event is a number; what is known of it stands at that number in
parallel columns, so that a boot of a million events stays small:

- ``_kinds``     what happened (`Kind`)
- ``_parents``   the ENTER event of the function it happened in, -1 outside any: following it gives
                 the call stack
- ``_sites``     where in the source (`sites`)
- ``_tags``      ENTER and LEAVE: the function's number (`functions`); LOG: the format's (`formats`);
                 PANIC: `WITHOUT_A_WORD` if nothing is printed
- ``_partners``  ENTER: its LEAVE event (0 while it has not returned); LEAVE: its ENTER event
- ``_payloads``  ENTER: the arguments; LEAVE: the return value; LOG: the values to format; PANIC: the words;
                 every other kind: a tuple of `Change`

The columns are known in this package alone.  Everybody else asks by event (`kind`, `parent`, `partner`,
`payload` …) or iterates (`of_kind`, `of_function`, `changes` …), and never takes a column or a slice of one.
So events that repeat may be kept once one day: a terabyte mapped page by page is 21 events, 524288 times,
with numbers that advance by constants.  Such a run is a template, a count and what each number advances by;
its place is behind these methods, which would answer for an event inside a run by arithmetic, and iterate
over a run without unfolding it.

A *position* p stands between events: the events 0 … p-1 have happened.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import IntEnum
from typing import Any

from .call_places import call_place
from .changes import Change, Target
from .functions import FormatTable, Function, FunctionTable, LogFormat, Site, SiteTable
from .keyframes import Keyframe, Keyframes


class Kind(IntEnum):
    """What an event is."""

    ENTER = 0
    LEAVE = 1
    LOG = 2
    MEMBLOCK = 3
    PAGE_TABLE = 4
    SECTION = 5
    ZONE = 6
    VARIABLE = 7
    PANIC = 8
    E820 = 9
    NUMA = 10


CHANGES = frozenset(
    (Kind.MEMBLOCK, Kind.PAGE_TABLE, Kind.SECTION, Kind.ZONE, Kind.VARIABLE, Kind.E820, Kind.NUMA)
)
"""The kinds whose payload is a tuple of `Change`."""


WITHOUT_A_WORD = 1
"""The tag of a PANIC event where nothing is printed."""


class TraceFull(Exception):
    """A boot is too long to be recorded."""


class RecordingCancelled(Exception):
    """Nobody waits for the rest of a boot."""


def _never() -> bool:
    return False


class Trace:
    """The events of one boot.  `symbols` maps a function to the name the kernel prints for it; a function
    that is missing was inlined.  Without it every function has a symbol.  `logs` are the LOG events, in
    order; `targets` the parts of the state that changes name."""

    MOST_EVENTS: int = 12_000_000
    """How long a boot may be: about 2 GB.  A terabyte mapped page by page takes 11 million."""

    def __init__(
        self,
        symbols: Mapping[str, str] | None = None,
        functions: FunctionTable | None = None,
        sites: SiteTable | None = None,
    ) -> None:
        self.symbols = symbols
        self.functions = FunctionTable() if functions is None else functions
        self.formats = FormatTable()
        self.sites = SiteTable() if sites is None else sites
        self.finished = False
        self.logs = array("I")
        self.keyframes = Keyframes()
        self.targets = self.keyframes.targets
        self._kinds = bytearray()
        self._parents = array("i")
        self._sites = array("I")
        self._tags = array("H")
        self._partners = array("i")
        self._payloads: list[Any] = []
        self._current = -1
        self.cancelled: Callable[[], bool] = _never
        """Whether nobody waits for the rest: asked now and then while a boot is recorded."""

    def __len__(self) -> int:
        return len(self._payloads)

    # ---- recording ----

    def add_target(self, name: str, target: Target) -> None:
        """Name a part of the state.  All are named before the first event that changes one."""
        self.keyframes.add_target(name, target)

    def start(self) -> None:
        """Take the first keyframe: the state before anything happened."""
        self._take_keyframe()

    def without_keyframes(self) -> None:
        """Keep no states beside the first: nobody will go back and forth in this trace."""
        self.keyframes.only_the_first()

    def finish(self) -> None:
        """No more events will come."""
        self.finished = True

    def _append(self, kind: int, site: int, tag: int, payload: Any) -> int:
        at = len(self._payloads)
        self._kinds.append(kind)
        self._parents.append(self._current)
        self._sites.append(site)
        self._tags.append(tag)
        self._partners.append(0)
        self._payloads.append(payload)
        return at

    def _append_changes(self, kind: int, site: int, changes: tuple[Change, ...]) -> None:
        """What has just been changed; `kind` says in which part of the kernel."""
        self._append(kind, site, 0, changes)
        if self.keyframes.is_due(changes):
            self._take_keyframe()

    def _append_log(self, site: int, format: int, values: tuple[Any, ...]) -> None:
        """A line of the kernel log.  Raises `TraceFull`, `RecordingCancelled`."""
        self._may_go_on()
        self.logs.append(len(self._payloads))
        self._append(Kind.LOG, site, format, values)

    def _may_go_on(self) -> None:
        if len(self) > self.MOST_EVENTS:
            raise TraceFull
        if self.cancelled():
            raise RecordingCancelled

    def _take_keyframe(self) -> None:
        self._may_go_on()
        self.keyframes.take(len(self._payloads))

    def keep_payloads_in(self, column: list[Any]) -> None:
        """Let the payloads go into another list, which may look at them as they come."""
        self._payloads = column

    def discard(self) -> None:
        """Give the memory of a long trace back at once: nobody reads it."""
        self._payloads.clear()
        self.keyframes.clear()

    # ---- reading one event ----

    def kind(self, event: int) -> int:
        """What an event is: a `Kind`."""
        return self._kinds[event]

    def parent(self, event: int) -> int:
        """The ENTER event of the function an event happened in, -1 outside any.  Of an ENTER or LEAVE event
        that function is the caller."""
        return self._parents[event]

    def partner(self, event: int) -> int:
        """The LEAVE of an ENTER event (0 while it has not returned), the ENTER of a LEAVE event."""
        return self._partners[event]

    def payload(self, event: int) -> Any:
        """What an event carries: see `Kind`."""
        return self._payloads[event]

    def arguments(self, enter: int, *kinds: type) -> tuple[Any, ...] | None:
        """The first arguments of a call, as many as there are `kinds`; None if they are not told, or are of
        other types: not every source of a trace tells the arguments of calls."""
        values: Any = self._payloads[enter][: len(kinds)]
        is_told = len(values) == len(kinds) and all(map(isinstance, values, kinds))
        return values if is_told else None

    def function_number(self, event: int) -> int:
        """The number of the function that an ENTER or LEAVE event is about."""
        return self._tags[event]

    def site_number(self, event: int) -> int:
        """The same for all events of one place in the source, another for those of every other place."""
        return self._sites[event]

    # ---- reading many ----

    def of_kind(self, kind: int, start: int = 0, stop: int | None = None) -> Iterator[int]:
        """The events of a kind from `start` up to `stop` (None: all that is recorded by now), in order."""
        stop = len(self) if stop is None else stop
        event = self._kinds.find(kind, start, stop)
        while event >= 0:
            yield event
            event = self._kinds.find(kind, event + 1, stop)

    def last_of_kind(self, kind: int, stop: int | None = None) -> int:
        """The last event of a kind before `stop` (None: of all), -1 if there is none."""
        return self._kinds.rfind(kind, 0, len(self) if stop is None else stop)

    def of_function(self, number: int, start: int, stop: int) -> Iterator[int]:
        """The ENTER and LEAVE events of a function from `start` up to `stop`, in order."""
        # The column as bytes, since only bytes can be searched at the speed of C.
        column, kinds = self._tags[start:stop].tobytes(), self._kinds
        pattern = number.to_bytes(2, sys.byteorder)
        at = column.find(pattern)
        while at >= 0:
            if at & 1:
                at = column.find(pattern, at + 1)
                continue
            event = start + (at >> 1)
            if kinds[event] <= Kind.LEAVE:
                yield event
            at = column.find(pattern, at + 2)

    def changes(self, start: int, stop: int) -> Iterator[tuple[int, tuple[Change, ...]]]:
        """The events from `start` up to `stop` that change the state, and what each changes, in order."""
        payloads = self._payloads
        for event, kind in enumerate(self._kinds[start:stop], start):
            if kind in CHANGES:
                yield event, payloads[event]

    def changes_backwards(self, start: int, stop: int) -> Iterator[tuple[int, tuple[Change, ...]]]:
        """The same events as `changes`, the last first."""
        kinds, payloads = self._kinds, self._payloads
        for event in range(stop - 1, start - 1, -1):
            if kinds[event] in CHANGES:
                yield event, payloads[event]

    def outwards(self, event: int) -> Iterator[int]:
        """The ENTER events of the functions an event happened in, innermost first."""
        parents = self._parents
        while (event := parents[event]) >= 0:
            yield event

    def site_numbers(self, filename: str, line: int) -> frozenset[int]:
        """The numbers of the places on a line of the source."""
        place = (filename, line)
        return frozenset(number for number, site in enumerate(self.sites) if site[:2] == place)

    def at_sites(self, numbers: Collection[int], events: range) -> Iterator[int]:
        """Those of the `events` that happened at places with these numbers."""
        sites = self._sites
        return (event for event in events if sites[event] in numbers)

    def at_start(self, target: str) -> Any:
        """The snapshot of a part of the state from before anything happened, {} where there is none."""
        return self.keyframes.before(0).snapshots.get(target, {})

    # ---- what it means ----

    def function(self, event: int) -> Function:
        """The function an ENTER or LEAVE event is about."""
        return self.functions[self._tags[event]]

    def site(self, event: int) -> Site:
        """Where in the source the event happened: for ENTER, the call."""
        return self.sites[self._sites[event]]

    def stack(self, event: int) -> list[int]:
        """The ENTER events of the functions an event happened in, outermost first.  Of an ENTER or LEAVE
        event this is the stack of the caller."""
        return [*self.outwards(event)][::-1]

    def callers(self, enter: int) -> str:
        """The name the kernel would print as the caller of the function entered at `enter`: that of its
        return address, if it is known; else the innermost function outside it that has a symbol and a frame;
        if none has, the innermost.  Nothing called the first function of a boot that we know of: the name is
        empty then."""
        place = call_place(self.site(enter))
        if place is not None:
            return place.symbol
        caller, hidden = self._parents[enter], 0
        while caller >= 0:
            function = self.functions[self._tags[caller]]
            if self.symbols is None:
                return function.name
            hidden = max(hidden - 1, function.hides)
            name = self.symbols.get(function.name)
            if name is not None and not hidden:
                return name
            caller = self._parents[caller]
        parent = self._parents[enter]
        return self.functions[self._tags[parent]].name if parent >= 0 else ""

    def log_format(self, event: int) -> LogFormat:
        """The format and level of a LOG event."""
        return self.formats[self._tags[event]]

    def log_text(self, event: int) -> str:
        """The text of a LOG event, as in the kernel log, without its time stamp."""
        template = self.formats[self._tags[event]].template
        if "{caller}" in template:
            return template.format(*self._payloads[event], caller=self.callers(self._parents[event]))
        return template.format(*self._payloads[event])

    def is_printed(self, event: int) -> bool:
        """Whether the kernel was told to print the line of a LOG event."""
        return self.formats[self._tags[event]].printed

    def ending(self, event: int) -> str:
        """What a PANIC event means, in a sentence: a kernel that stops without a word did not panic."""
        verb = "stops" if self._tags[event] == WITHOUT_A_WORD else "panicked"
        return f"the kernel {verb}: {self._payloads[event]}"

    def log_count(self, position: int) -> int:
        """How many log lines there were at a position, printed or not."""
        return bisect_right(self.logs, position - 1) if position else 0

    def keyframe(self, position: int) -> Keyframe:
        """The last keyframe that is not after `position`."""
        return self.keyframes.before(position)

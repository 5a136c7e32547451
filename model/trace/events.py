"""The trace: everything a boot did, one event after another, every change reversible.

A boot records itself here as it runs.  An event is a number; what is known of it stands at that number in
parallel columns, so that a boot of a million events stays small:

- ``_kinds``     what happened (`Kind`)
- ``_parents``   the ENTER event of the function it happened in, -1 outside any: following it gives
                 the call stack
- ``_sites``     where in the source (`Trace.site`)
- ``_tags``      ENTER and LEAVE: the function's number (`Function.find`); LOG: the format's (`LogFormat`);
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

import functools
import sys
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sized
from dataclasses import dataclass
from enum import IntEnum
from threading import Lock
from types import FrameType
from typing import Any, ClassVar, NamedTuple

from .changes import Change, Target

NUMBERING = Lock()
"""Held while a function or a format gets its number: boots may run in several threads."""


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


CHANGES = frozenset((Kind.MEMBLOCK, Kind.PAGE_TABLE, Kind.SECTION, Kind.ZONE, Kind.VARIABLE))
"""The kinds whose payload is a tuple of `Change`."""


@dataclass(frozen=True)
class Function:
    """A traced function: what the kernel calls it, and where our own stands."""

    number: int
    name: str
    kernel_file: str
    filename: str
    first_line: int
    parameters: tuple[str, ...]
    doc: str
    tail_call: bool
    """The function has a symbol, and yet no frame of its own when it makes its last call: it was inlined into
    its caller as well, or it jumped.  Its name is never seen as that callee's caller."""

    known: ClassVar[list[Function]] = []

    @classmethod
    def find(cls, number: int) -> Function:
        """The function with this number."""
        return cls.known[number]


@dataclass(frozen=True)
class LogFormat:
    """The format of a kernel message (`str.format`; ``{caller}`` prints as ``%pS`` of ``_RET_IP_``), its
    level.  Some lines need a `parameter`, such as ``memblock=debug``: whether the kernel was told that then,
    and the line is `printed`."""

    template: str
    level: str
    parameter: str = ""
    printed: bool = True

    known: ClassVar[list[LogFormat]] = []
    numbers: ClassVar[dict[tuple[str, str, str, bool], int]] = {}

    @classmethod
    def number(cls, template: str, level: str, parameter: str = "", printed: bool = True) -> int:
        """The number of this format, given out when first asked for."""
        key = (template, level, parameter, printed)
        found = cls.numbers.get(key)
        if found is not None:
            return found
        with NUMBERING:
            if key not in cls.numbers:
                cls.known.append(LogFormat(*key))
                cls.numbers[key] = len(cls.known) - 1
            return cls.numbers[key]


class Site(NamedTuple):
    """A place in the source of the boot: file and line."""

    filename: str
    line: int


_CODES: dict[int, Any] = {}
"""Code objects by identity; a trace keeps only their identity and an offset."""


class Keyframe(NamedTuple):
    """Every target's snapshot at a position."""

    position: int
    snapshots: dict[str, Any]


WITHOUT_A_WORD = 1
"""The tag of a PANIC event where nothing is printed."""


class TraceFull(Exception):
    """A boot is too long to be recorded."""


class Trace:
    """The events of one boot.  `symbols` maps a function to the name the kernel prints for it; a function
    that is missing was inlined.  Without it every function has a symbol."""

    KEYFRAME_INTERVAL = 4096
    """Change events between two keyframes, at the least."""
    MOST_EVENTS: int = 12_000_000
    """How long a boot may be: about 2 GB.  A terabyte mapped page by page takes 11 million."""

    def __init__(self, symbols: Mapping[str, str] | None = None) -> None:
        self.symbols = symbols
        self._kinds = bytearray()
        self._parents = array("i")
        self._sites = array("I")
        self._tags = array("H")
        self._partners = array("i")
        self._payloads: list[Any] = []
        self.current = -1
        self.finished = False
        self.targets: dict[str, Target] = {}
        self.keyframes: list[Keyframe] = []
        self.logs = array("I")
        self._site_keys: list[tuple[int, int]] = []
        self._site_numbers: dict[int, int] = {}
        self._changed: set[str] = set()
        self._keyframe_interval = self.KEYFRAME_INTERVAL
        self._until_keyframe = self._keyframe_interval

    def __len__(self) -> int:
        return len(self._payloads)

    # ---- recording ----

    def add_target(self, name: str, target: Target) -> None:
        """Name a part of the state.  All are named before the first event that changes one."""
        self.targets[name] = target
        self._changed.add(name)

    def start(self) -> None:
        """Take the first keyframe: the state before anything happened."""
        self._take_keyframe()

    def without_keyframes(self) -> None:
        """Keep no states beside the first: nobody will go back and forth in this trace."""
        self._keyframe_interval = sys.maxsize

    def finish(self) -> None:
        """No more events will come."""
        self.finished = True

    def _site_number(self, frame: FrameType) -> int:
        code = frame.f_code
        key = id(code) << 20 | frame.f_lasti
        number = self._site_numbers.get(key)
        if number is None:
            _CODES[id(code)] = code
            number = self._site_numbers[key] = len(self._site_keys)
            self._site_keys.append((id(code), frame.f_lasti))
        return number

    def _append(self, kind: Kind, site: int, tag: int, payload: Any) -> int:
        at = len(self._payloads)
        self._kinds.append(kind)
        self._parents.append(self.current)
        self._sites.append(site)
        self._tags.append(tag)
        self._partners.append(0)
        self._payloads.append(payload)
        return at

    def change(self, kind: Kind, changes: tuple[Change, ...], depth: int = 1) -> None:
        """Record what has just been changed; `kind` says in which room of the house.  `depth` counts the
        Python frames between the boot's own line and this call."""
        frame = sys._getframe(depth)
        self._append(kind, self._site_number(frame), 0, changes)
        for change in changes:
            self._changed.add(change[0])
        self._until_keyframe -= 1
        if not self._until_keyframe:
            self._take_keyframe()

    def printk(
        self,
        template: str,
        *values: Any,
        level: str = "info",
        parameter: str = "",
        printed: bool = True,
        depth: int = 1,
    ) -> None:
        """Record a line of the kernel log; it is formatted when somebody reads it.  One that is not `printed`
        is what the kernel would say if it were given the `parameter`.  Raises `TraceFull`."""
        if len(self) > self.MOST_EVENTS:
            raise TraceFull
        frame = sys._getframe(depth)
        self.logs.append(len(self._payloads))
        format = LogFormat.number(template, level, parameter, printed)
        self._append(Kind.LOG, self._site_number(frame), format, values)

    def ending(self, event: int) -> str:
        """What a PANIC event means, in a sentence: a kernel that stops without a word did not panic."""
        verb = "stops" if self._tags[event] == WITHOUT_A_WORD else "panicked"
        return f"the kernel {verb}: {self._payloads[event]}"

    def panic(self, words: str, depth: int = 1, tag: int = 0) -> None:
        """Record that the kernel panicked, in its own words, or stops `WITHOUT_A_WORD` (the `tag`), then in
        ours; `depth` is that of `change`."""
        frame = sys._getframe(depth)
        self._append(Kind.PANIC, self._site_number(frame), tag, words)

    def _take_keyframe(self) -> None:
        if len(self) > self.MOST_EVENTS:
            raise TraceFull
        snapshots = dict(self.keyframes[-1].snapshots) if self.keyframes else {}
        for name in self._changed:
            snapshots[name] = self.targets[name].snapshot()
        changed = [self.targets[name] for name in self._changed]
        copied = sum(len(target) for target in changed if isinstance(target, Sized))
        self._changed.clear()
        # A large state is copied the less often: all copies together stay in proportion to the changes.
        self._until_keyframe = max(self._keyframe_interval, copied)
        self.keyframes.append(Keyframe(len(self._payloads), snapshots))

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
        site = Site(filename, line)
        return frozenset(number for number in range(len(self._site_keys)) if self.site_of(number) == site)

    def at_sites(self, numbers: Collection[int], events: range) -> Iterator[int]:
        """Those of the `events` that happened at places with these numbers."""
        sites = self._sites
        return (event for event in events if sites[event] in numbers)

    def at_start(self, target: str) -> Any:
        """The snapshot of a part of the state from before anything happened, () where there is none."""
        return self.keyframes[0].snapshots.get(target, ())

    def function(self, event: int) -> Function:
        """The function an ENTER or LEAVE event is about."""
        return Function.known[self._tags[event]]

    def site(self, event: int) -> Site:
        """Where in the source the event happened: for ENTER, the call."""
        return self.site_of(self._sites[event])

    def site_of(self, number: int) -> Site:
        """The place in the source that the column ``sites`` knows by a number."""
        code_id, offset = self._site_keys[number]
        return _site(code_id, offset)

    def site_function(self, event: int) -> str:
        """The Python function whose line that is: the kernel function itself, or an untraced part of it."""
        code_id, _ = self._site_keys[self._sites[event]]
        return _CODES[code_id].co_name

    def stack(self, event: int) -> list[int]:
        """The ENTER events of the functions an event happened in, outermost first.  Of an ENTER or LEAVE
        event this is the stack of the caller."""
        return [*self.outwards(event)][::-1]

    def callers(self, enter: int) -> str:
        """The name the kernel would print as the caller of the function entered at `enter`: the innermost
        function outside it that has a symbol; if none has, the innermost.  Nothing called the first function
        of a boot that we know of: the name is empty then."""
        caller = self._parents[enter]
        while caller >= 0:
            function = Function.known[self._tags[caller]]
            if self.symbols is None:
                return function.name
            name = self.symbols.get(function.name)
            if name is not None and not function.tail_call:
                return name
            caller = self._parents[caller]
        parent = self._parents[enter]
        return Function.known[self._tags[parent]].name if parent >= 0 else ""

    def log_format(self, event: int) -> LogFormat:
        """The format and level of a LOG event."""
        return LogFormat.known[self._tags[event]]

    def log_text(self, event: int) -> str:
        """The text of a LOG event, as in the kernel log, without its time stamp."""
        template = LogFormat.known[self._tags[event]].template
        if "{caller}" in template:
            return template.format(*self._payloads[event], caller=self.callers(self._parents[event]))
        return template.format(*self._payloads[event])

    def is_printed(self, event: int) -> bool:
        """Whether the kernel was told to print the line of a LOG event."""
        return LogFormat.known[self._tags[event]].printed

    def log_count(self, position: int) -> int:
        """How many log lines there were at a position, printed or not."""
        return bisect_right(self.logs, position - 1) if position else 0

    def keyframe(self, position: int) -> Keyframe:
        """The last keyframe that is not after `position`."""
        return self.keyframes[bisect_right(self.keyframes, position, key=lambda frame: frame.position) - 1]


@functools.cache
def _site(code_id: int, offset: int) -> Site:
    code = _CODES[code_id]
    for start, end, line in code.co_lines():
        if start <= offset < end and line is not None:
            return Site(code.co_filename, line)
    return Site(code.co_filename, code.co_firstlineno)

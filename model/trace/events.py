"""The trace: everything a boot did, one event after another, every change reversible.

A boot records itself here as it runs.  An event is a number; what is known of it stands at that number in
parallel columns, so that a boot of a million events stays small:

- ``kinds``     what happened (`Kind`)
- ``parents``   the ENTER event of the function it happened in, -1 outside any: following it gives
                the call stack
- ``sites``     where in the source (`Trace.site`)
- ``tags``      ENTER and LEAVE: the function's number (`Function.find`); LOG: the format's (`LogFormat`);
                PANIC: `WITHOUT_A_WORD` if nothing is printed
- ``partners``  ENTER: its LEAVE event (0 while it has not returned); LEAVE: its ENTER event
- ``payloads``  ENTER: the arguments; LEAVE: the return value; LOG: the values to format; PANIC: the words;
                every other kind: a tuple of `Change`

A *position* p stands between events: the events 0 … p-1 have happened.
"""

from __future__ import annotations

import functools
import sys
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sized
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
        self.kinds = bytearray()
        self.parents = array("i")
        self.sites = array("I")
        self.tags = array("H")
        self.partners = array("i")
        self.payloads: list[Any] = []
        self.current = -1
        self.finished = False
        self.targets: dict[str, Target] = {}
        self.keyframes: list[Keyframe] = []
        self.logs = array("I")
        self.site_keys: list[tuple[int, int]] = []
        self._site_numbers: dict[int, int] = {}
        self._changed: set[str] = set()
        self._keyframe_interval = self.KEYFRAME_INTERVAL
        self._until_keyframe = self._keyframe_interval

    def __len__(self) -> int:
        return len(self.payloads)

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
            number = self._site_numbers[key] = len(self.site_keys)
            self.site_keys.append((id(code), frame.f_lasti))
        return number

    def _append(self, kind: Kind, site: int, tag: int, payload: Any) -> int:
        at = len(self.payloads)
        self.kinds.append(kind)
        self.parents.append(self.current)
        self.sites.append(site)
        self.tags.append(tag)
        self.partners.append(0)
        self.payloads.append(payload)
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
        self.logs.append(len(self.payloads))
        format = LogFormat.number(template, level, parameter, printed)
        self._append(Kind.LOG, self._site_number(frame), format, values)

    def ending(self, event: int) -> str:
        """What a PANIC event means, in a sentence: a kernel that stops without a word did not panic."""
        verb = "stops" if self.tags[event] == WITHOUT_A_WORD else "panicked"
        return f"the kernel {verb}: {self.payloads[event]}"

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
        self.keyframes.append(Keyframe(len(self.payloads), snapshots))

    # ---- reading ----

    def function(self, event: int) -> Function:
        """The function an ENTER or LEAVE event is about."""
        return Function.known[self.tags[event]]

    def site(self, event: int) -> Site:
        """Where in the source the event happened: for ENTER, the call."""
        return self.site_of(self.sites[event])

    def site_of(self, number: int) -> Site:
        """The place in the source that the column ``sites`` knows by a number."""
        code_id, offset = self.site_keys[number]
        return _site(code_id, offset)

    def site_function(self, event: int) -> str:
        """The Python function whose line that is: the kernel function itself, or an untraced part of it."""
        code_id, _ = self.site_keys[self.sites[event]]
        return _CODES[code_id].co_name

    def stack(self, event: int) -> list[int]:
        """The ENTER events of the functions an event happened in, outermost first.  Of an ENTER or LEAVE
        event this is the stack of the caller."""
        found: list[int] = []
        event = self.parents[event]
        while event >= 0:
            found.append(event)
            event = self.parents[event]
        found.reverse()
        return found

    def callers(self, enter: int) -> str:
        """The name the kernel would print as the caller of the function entered at `enter`: the innermost
        function outside it that has a symbol; if none has, the innermost.  Nothing called the first function
        of a boot that we know of: the name is empty then."""
        caller = self.parents[enter]
        while caller >= 0:
            function = Function.known[self.tags[caller]]
            if self.symbols is None:
                return function.name
            name = self.symbols.get(function.name)
            if name is not None and not function.tail_call:
                return name
            caller = self.parents[caller]
        parent = self.parents[enter]
        return Function.known[self.tags[parent]].name if parent >= 0 else ""

    def log_format(self, event: int) -> LogFormat:
        """The format and level of a LOG event."""
        return LogFormat.known[self.tags[event]]

    def log_text(self, event: int) -> str:
        """The text of a LOG event, as in the kernel log, without its time stamp."""
        template = LogFormat.known[self.tags[event]].template
        if "{caller}" in template:
            return template.format(*self.payloads[event], caller=self.callers(self.parents[event]))
        return template.format(*self.payloads[event])

    def is_printed(self, event: int) -> bool:
        """Whether the kernel was told to print the line of a LOG event."""
        return LogFormat.known[self.tags[event]].printed

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

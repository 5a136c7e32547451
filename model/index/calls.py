"""Where in a trace things happen: an index of its events, made when first asked for and extended as it
grows."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ..arch.spec import Arch
from ..language.words import tr
from ..trace.changes import Assign
from ..trace.events import Function, Kind, Trace
from .affected import Shifts
from .affected_index import AffectedIndex
from .memblock_ops import Operations
from .selectors import PHYSICAL

ENTER = int(Kind.ENTER)
ON_EVERY_PATH = frozenset(("start_kernel", "setup_arch"))
"""Functions that most calls are made through, which say nothing of where one is."""

ALIASES = {"free_area_init_nodes": "free_area_init"}
"""Names that kernel functions of every architecture once had (until 5.7), and those they have today.  A
kernel calls a function by one of them; people may say either."""


class CallIndex:
    """The calls, returns and variable changes of a trace of some architecture; and `operations`, what it did
    to memblock."""

    def __init__(self, trace: Trace, arch: Arch) -> None:
        self.trace = trace
        self.arch = arch
        self.aliases: Mapping[str, str] = {**ALIASES, **arch.aliases}
        self._enters: dict[int, array[int]] = {}
        self._leaves: dict[int, array[int]] = {}
        self._scanned: dict[int, int] = {}
        self._histories: dict[str, tuple[array[int], list[Any]]] = {}
        self._histories_scanned = 0
        self.operations = Operations(trace)
        self._touches: dict[tuple[str, Shifts, bool], AffectedIndex] = {}

    def touch_index(self, space: str, shifts: Shifts, tables: bool) -> AffectedIndex:
        """Which addresses of a space the changes are about, see `AffectedIndex`."""
        key = (space, shifts, tables or space == PHYSICAL)
        return self._touches.setdefault(key, AffectedIndex(self.trace, *key))

    def enters(self, number: int) -> array[int]:
        """The ENTER events of a function, in order."""
        self._scan(number)
        return self._enters[number]

    def leaves(self, number: int) -> array[int]:
        """The LEAVE events of a function, in order."""
        self._scan(number)
        return self._leaves[number]

    def _scan(self, number: int) -> None:
        start, end = self._scanned.get(number, 0), len(self.trace)
        if start == 0:
            self._enters[number], self._leaves[number] = array("I"), array("I")
        if start == end:
            return
        enters, leaves, kind = self._enters[number], self._leaves[number], self.trace.kind
        for event in self.trace.of_function(number, start, end):
            (enters if kind(event) == ENTER else leaves).append(event)
        self._scanned[number] = end

    def canonical_name(self, name: str) -> str:
        """Today's name of a kernel function."""
        return self.aliases.get(name, name)

    def functions_named(self, name: str) -> list[Function]:
        """The traced functions of that name, old or new (several files may have one each)."""
        name, functions = self.canonical_name(name), self.trace.functions
        names = (name, *(old for old, new in self.aliases.items() if new == name))
        return sorted(
            (each for name in names for each in functions.named(name)), key=lambda each: each.number
        )

    def first(self, name: str) -> int | None:
        """The first call of a function, None if there is none so far."""
        found = [
            enters[0] for function in self.functions_named(name) if (enters := self.enters(function.number))
        ]
        return min(found, default=None)

    def called(self) -> Iterator[Function]:
        """Every function that was called."""
        return (function for function in self.trace.functions if self.enters(function.number))

    def variable(self, name: str, position: int) -> Any:
        """The value of a kernel variable at a position.  Raises KeyError if there is no such variable
        then."""
        self._scan_variables()
        events, values = self._histories.get(name, (array("I"), []))
        index = bisect_left(events, position)
        if index:
            return values[index - 1]
        return self.trace.at_start("variables")[name]

    def last_change(self, name: str, position: int) -> int | None:
        """The event that gave a kernel variable its value at a position, None where that is its first one."""
        self._scan_variables()
        events, _ = self._histories.get(name, (array("I"), []))
        index = bisect_left(events, position)
        return events[index - 1] if index else None

    def _scan_variables(self) -> None:
        end = len(self.trace)
        for event in self.trace.of_kind(Kind.VARIABLE, self._histories_scanned, end):
            for change in self.trace.payload(event):
                if isinstance(change, Assign):
                    events, values = self._histories.setdefault(change.key, (array("I"), []))
                    events.append(event)
                    values.append(change.new)
        self._histories_scanned = end


def close_matches(name: str, known: Iterator[str] | list[str]) -> str:
    """Words that offer names like `name` from `known`: ``; did you mean a or b?``, or nothing."""
    found = get_close_matches(name, set(known), n=3, cutoff=0.6)
    return tr("; did you mean {found}?", found=tr(" or ").join(found)) if found else ""


def within(events: array[int], start: int, stop: int) -> array[int]:
    """Those of the sorted `events` that are at least `start` and less than `stop`."""
    return events[bisect_left(events, start) : bisect_right(events, stop - 1)] if stop > start else array("I")

"""Which functions both boots tell of, and the calls of those, one inside the other: what lies between in
functions that only one of them knows is no part of it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise

from ...index.calls import ALIASES
from ...trace.events import Kind, Trace
from ...trace.functions import FunctionTable
from .sides import Pair, Side

IN_ONE_GO = frozenset(("__free_pages_core", "__free_pages_ok", "memblock_free_pages"))
"""Functions that the model calls once for many blocks of pages, where the kernel calls them for each."""
ABOUT_PLACES = re.compile(r"do_early_param|\w*kaslr\w*|kernel_randomize_memory")
"""Functions that see to where a kernel runs, or are told ``nokaslr``."""
MEMBLOCK = "memblock_"
ENTER = int(Kind.ENTER)
NOBODY = ""
"""Who calls the functions that nobody calls."""


class Known:
    """The functions that both boots know, by the names that they have today."""

    def __init__(self, pair: Pair) -> None:
        aliases: Mapping[str, str] = {
            **ALIASES,
            **pair.left.facts.arch.aliases,
            **pair.right.facts.arch.aliases,
        }
        self._aliases = aliases
        self._are_moved = pair.is_moved
        ours, theirs = (
            {aliases.get(each.name, each.name) for each in side.trace.functions} for side in pair.sides
        )
        self.names = frozenset(ours & theirs)
        if not pair.are_alike:
            self.names -= IN_ONE_GO
            self.names -= {name for side in pair.sides if not side.is_model for name in self._inlined(side)}
            self.names -= {*self._handed_on(*pair.sides), *self._handed_on(*reversed(pair.sides))}
        if pair.is_moved:
            self.names = frozenset(name for name in self.names if not ABOUT_PLACES.fullmatch(name))
        self.names &= self._of_both_releases(pair)

    def _inlined(self, side: Side) -> Iterator[str]:
        """Functions that have no frame of their own in a kernel: where they begin and end is not certain."""
        functions = side.trace.functions
        return (self._aliases.get(each.name, each.name) for each in functions if each.hides)

    def _of_both_releases(self, pair: Pair) -> frozenset[str]:
        """What can be held against each other of kernels of two releases: the functions that both call, and
        those of memblock.  The model knows the functions of all releases."""
        one, other = (side.facts.release.series for side in pair.sides)
        if one == other:
            return self.names
        ours, theirs = (self._called(side) for side in pair.sides)
        return self.names & ((ours & theirs) | {name for name in self.names if name.startswith(MEMBLOCK)})

    def _handed_on(self, side: Side, other: Side) -> Iterator[str]:
        """Functions that never return in one boot, because they call what comes next, where in the other
        they return and that is called after them: nothing lies in them in both."""
        trace = side.trace
        names = [self._name(side, at) for at in trace.of_kind(ENTER) if not trace.partner(at)]
        firsts = self._firsts(other, frozenset(names))
        for caller, called in pairwise(names):
            if called in firsts and caller not in self._around(other, firsts[called]):
                yield caller

    def _name(self, side: Side, enter: int) -> str:
        name = side.trace.function(enter).name
        return self._aliases.get(name, name)

    def _firsts(self, side: Side, names: frozenset[str]) -> dict[str, int]:
        """The first call of each of these functions."""
        found: dict[str, int] = {}
        for enter in side.trace.of_kind(ENTER):
            name = self._name(side, enter)
            if name in names and name not in found:
                found[name] = enter
                if len(found) == len(names):
                    break
        return found

    def _around(self, side: Side, enter: int) -> set[str]:
        """The functions of a call and of those around it."""
        return {self._name(side, at) for at in (enter, *side.trace.outwards(enter))}

    def _called(self, side: Side) -> frozenset[str]:
        trace, aliases = side.trace, self._aliases
        numbers = {trace.function_number(enter) for enter in trace.of_kind(ENTER)}
        names = (trace.functions[number].name for number in numbers)
        return frozenset(aliases.get(name, name) for name in names)

    def calls(self, side: Side) -> Calls:
        """The calls of one boot."""
        functions = side.trace.functions
        searches = (each.number for each in functions if "align" in each.parameters)
        return Calls(side.trace, self._numbered(functions), frozenset(searches if self._are_moved else ()))

    def _numbered(self, functions: FunctionTable) -> list[str]:
        names = (self._aliases.get(each.name, each.name) for each in functions)
        return [name if name in self.names else NOBODY for name in names]


class Calls:
    """The calls of known functions in a trace; `names` are those of its functions, "" for one that is not
    known; `searches` the numbers of those whose calls count only if they change something."""

    def __init__(self, trace: Trace, names: list[str], searches: frozenset[int] = frozenset()) -> None:
        self.trace = trace
        self.names = names
        self.searches = searches

    def name(self, enter: int) -> str:
        """The function that is called, by the name that it has today; "" of -1, which is outside any."""
        return self.names[self.trace.function_number(enter)] if enter >= 0 else NOBODY

    def end(self, enter: int) -> int:
        """Where a call ends: at its return, or with the trace."""
        leave = self.trace.partner(enter) if enter >= 0 else 0
        return leave or len(self.trace)

    def leave(self, enter: int) -> int | None:
        """The return of a call, None if it has not returned."""
        return (self.trace.partner(enter) or None) if enter >= 0 else None

    def after(self, event: int, stop: int) -> int | None:
        """The next call of a known function from an event up to another."""
        trace, names = self.trace, self.names
        while True:
            calls = (at for at in trace.of_kind(ENTER, event, stop) if names[trace.function_number(at)])
            found = next(calls, None)
            if found is None or not self._is_in_vain(found):
                return found
            event = self.end(found) + 1

    def _is_in_vain(self, enter: int) -> bool:
        """Whether a call is a search for memory that finds none.  Where the linear map begins elsewhere, one
        may begin above all memory, and be made again from below."""
        if self.trace.function_number(enter) not in self.searches:
            return False
        return next(self.trace.changes(enter, self.end(enter)), None) is None

    def caller(self, enter: int) -> int:
        """The known function that a call was made in: its ENTER event, -1 outside any."""
        return next((at for at in self.trace.outwards(enter) if self.name(at)), -1)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Who calls whom: each caller with each function that it calls."""
        known: dict[int, str] = {-1: NOBODY}
        found: set[tuple[str, str]] = set()
        trace = self.trace
        for enter in trace.of_kind(ENTER):
            caller = known[trace.parent(enter)]
            name = self.name(enter)
            if name:
                found.add((caller, name))
            known[enter] = name or caller
        return frozenset(found)


class Inside:
    """The calls that a call makes, one after another, of which the next ones can be looked at."""

    def __init__(self, calls: Calls, enter: int) -> None:
        self.calls = calls
        self.enter = enter
        self._stop = calls.end(enter)
        self._at = enter + 1
        self._ahead: deque[int] = deque()

    def peek(self, ahead: int = 0) -> int | None:
        """The next call, or one so many further; None if there is none."""
        while len(self._ahead) <= ahead:
            found = self.calls.after(self._at, self._stop)
            if found is None:
                self._at = self._stop
                return None
            self._ahead.append(found)
            self._at = self.calls.end(found) + 1
        return self._ahead[ahead]

    def pop(self) -> int:
        """Take the next call, which there is."""
        return self._ahead.popleft()

    def open_up(self) -> None:
        """Put what the next call calls in its place."""
        inside = Inside(self.calls, self._ahead.popleft())
        found: list[int] = []
        while (enter := inside.peek(len(found))) is not None:
            found.append(enter)
        self._ahead.extendleft(reversed(found))

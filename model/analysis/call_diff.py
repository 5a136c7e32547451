"""Which functions two boots call differently: the calls that only one of them makes at a place, and where the
other makes them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from ..index.calls import CallIndex
from ..language.words import tr, translatable
from ..trace.events import Trace
from ..trace.stepping import ENTER

BOTH, LEFT, RIGHT = " ", "<", ">"


class CallRow(NamedTuple):
    """A call: one of both boots that has differences inside, or one that only one of them makes here.
    `left` and `right` are its ENTER events; `elsewhere` is who calls that function in the other boot, nothing
    if nobody does."""

    mark: str
    depth: int
    name: str
    left: int | None
    right: int | None
    elsewhere: str = ""

    def words(self) -> str:
        """The row in words, indented."""
        there = ""
        if self.mark != BOTH:
            there = (
                tr("  (the other: in {elsewhere})", elsewhere=tr(self.elsewhere))
                if self.elsewhere
                else tr("  (the other: never)")
            )
        return f"{self.mark} {'  ' * self.depth}{self.name}{there}"


class Calls(NamedTuple):
    """The calls of a boot up to a position."""

    occurrences: CallIndex
    stop: int

    @property
    def trace(self) -> Trace:
        """The boot."""
        return self.occurrences.trace

    def inside(self, enter: int) -> dict[str, int]:
        """The functions that a call makes directly, each with the ENTER event of its first call, in order."""
        trace, found = self.trace, dict[str, int]()
        end = min((trace.partner(enter) if enter >= 0 else 0) or self.stop, self.stop)
        at = enter + 1
        while at < end:
            if trace.kind(at) == ENTER:
                found.setdefault(trace.function(at).name, at)
                at = trace.partner(at) or end
            at += 1
        return found

    def caller_of(self, name: str) -> str:
        """Who first calls a function in the whole boot; nothing if nobody does."""
        calls = [self.occurrences.enters(each.number) for each in self.occurrences.functions_named(name)]
        events = [found[0] for found in calls if found]
        if not events:
            return ""
        caller = self.trace.parent(min(events))
        return self.trace.function(caller).name if caller >= 0 else translatable("the boot loader")


def call_rows(left: Calls, right: Calls) -> Iterator[CallRow]:
    """The differences, in the order of the calls.  A function that is called often is compared where both
    boots call it first."""
    return _rows(left, right, -1, -1, 0, set())


def _rows(left: Calls, right: Calls, one: int, other: int, depth: int, seen: set[str]) -> Iterator[CallRow]:
    mine, its = left.inside(one), right.inside(other)
    names, others = list(mine), list(its)
    for tag, at, end, to, until in SequenceMatcher(None, names, others, autojunk=False).get_opcodes():
        if tag == "equal":
            for name in names[at:end]:
                yield from _inside(left, right, name, mine[name], its[name], depth, seen)
            continue
        for name in names[at:end]:
            yield CallRow(LEFT, depth, name, mine[name], None, right.caller_of(name))
        for name in others[to:until]:
            yield CallRow(RIGHT, depth, name, None, its[name], left.caller_of(name))


def _inside(
    left: Calls, right: Calls, name: str, one: int, other: int, depth: int, seen: set[str]
) -> Iterator[CallRow]:
    """The differences inside a call that both make, under the call itself."""
    if name in seen:
        return
    seen.add(name)
    rows = list(_rows(left, right, one, other, depth + 1, seen))
    if rows:
        yield CallRow(BOTH, depth, name, one, other)
        yield from rows

"""Which moments of a boot a page shows, where nobody says: its phases, and the major calls that change
memory.

A call is major that changes something and is near the start of the kernel: calls are opened from the outside
in, level by level, as long as there are not too many moments.  What memblock's own functions do inside stays
one moment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ...debugger.debugger import Debugger
from ...index.memblock_ops import operations_of
from ...trace.events import Kind, Trace
from .stop import PageStop
from .telling import MEMBLOCK, told

MOST_CHOSEN = 56
"""So many moments of a whole boot are chosen: a lesson long."""
MOST_INSIDE = 12
"""A call that makes more calls which change memory than this is one moment: they are alike."""
WORTH = 64 << 10
"""Bytes: what a function of memblock does to fewer is a part of what its caller does."""
MAJOR = "major"
EVERY = (MAJOR, "phase", "call", "change")
"""How fine the moments are that can be asked for: see `chosen`."""


def chosen(debugger: Debugger, start: int, end: int, every: str = MAJOR) -> Iterator[PageStop]:
    """The moments from position `start` to `end`, both included: `major` ones, where each ``phase`` begins,
    where each ``call`` returns that has changed something, or after each ``change``."""
    positions = set(_POSITIONS[every](debugger, start, end))
    for position in sorted({start, end, *positions}):
        if start <= position <= end:
            yield told(debugger, position)


def _phases(debugger: Debugger, start: int, end: int) -> Iterator[int]:
    """The positions that the key for phases visits."""
    return (min(phase.start + 1, len(debugger.trace)) for phase in debugger.phases.all() if phase.start)


def _changes(debugger: Debugger, start: int, end: int) -> Iterator[int]:
    return (event + 1 for event, _ in debugger.trace.changes(start, end))


def _calls(debugger: Debugger, start: int, end: int) -> Iterator[int]:
    """Where calls return that have changed something."""
    trace = debugger.trace
    changed = [event for event, _ in trace.changes(start, end)]
    for leave in trace.of_kind(Kind.LEAVE, start, end):
        enter = trace.partner(leave)
        if bisect_right(changed, leave) > bisect_right(changed, enter):
            yield leave + 1


def _major(debugger: Debugger, start: int, end: int) -> Iterator[int]:
    yield from _phases(debugger, start, end)
    tree = ChangingCalls(debugger.trace, start, end)
    level = tree.inside(-1)
    while True:
        opened = [inner for call in level for inner in (tree.opened(call) or [call])]
        if opened == level or (len(opened) > MOST_CHOSEN and len(level) > 1):
            break
        level = opened
    for call in level:
        yield (debugger.trace.partner(call) or end - 1) + 1


class ChangingCalls:
    """The calls of a part of a trace in which something is changed, by the call around them."""

    def __init__(self, trace: Trace, start: int, end: int) -> None:
        self.trace = trace
        self._inside: dict[int, list[int]] = {}
        self._last: dict[int, int] = {}
        self._bytes: dict[int, int] = {}
        seen: set[int] = set()
        for event, _ in trace.changes(start, end):
            inner = trace.parent(event)
            self._last[inner] = event
            self._count(event)
            while inner >= 0 and inner not in seen:
                seen.add(inner)
                around = trace.parent(inner)
                self._inside.setdefault(around, []).append(inner)
                inner = around

    def _count(self, event: int) -> None:
        """Add what an event did to memblock to the calls that it happened in."""
        if self.trace.kind(event) == Kind.MEMBLOCK:
            size = sum(each.end - each.start for each in operations_of(self.trace, event))
            for call in self.trace.outwards(event):
                self._bytes[call] = self._bytes.get(call, 0) + size

    def inside(self, call: int) -> Sequence[int]:
        """The calls directly inside a call (-1: the outermost), in order."""
        return sorted(self._inside.get(call, ()))

    def opened(self, call: int) -> Sequence[int]:
        """The calls that stand for a call when it is opened; nothing if it stays closed."""
        inside = self.inside(call)
        if self._is_memblock(call) or len(inside) > MOST_INSIDE:
            return ()
        worth = [
            inner for inner in inside if not self._is_memblock(inner) or self._bytes.get(inner, 0) >= WORTH
        ]
        if not worth:
            return ()
        is_changed_after = worth != inside or self._last.get(call, 0) > inside[-1]
        return [*worth, call] if is_changed_after else worth

    def _is_memblock(self, call: int) -> bool:
        return self.trace.function(call).name.startswith(MEMBLOCK)


_POSITIONS = {MAJOR: _major, "phase": _phases, "call": _calls, "change": _changes}

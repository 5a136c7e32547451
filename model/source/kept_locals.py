"""Local variables that were found while a boot was recorded, as a file keeps them: what changed, and when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from ..trace.events import Kind, Trace
from .trace_source import FrameLocals, Local, TraceSource

LONG = 50_000
"""Events of a boot that takes a while to be run again for its local variables."""


class LocalsRow(NamedTuple):
    """From this position on these are the local variables of a call (its ENTER event)."""

    position: int
    enter: int
    values: tuple[Local, ...]


class KeptLocals:
    """The rows of a trace, in the order of their positions."""

    def __init__(self, rows: Sequence[LocalsRow]) -> None:
        self.rows = rows
        self._of_call: dict[int, list[LocalsRow]] = {}
        for row in rows:
            self._of_call.setdefault(row.enter, []).append(row)

    def at(self, trace: Trace, position: int) -> tuple[FrameLocals, ...]:
        """The local variables of the functions that are open at a position, outermost first; a function
        of which none are known has none."""
        found = [FrameLocals(enter, self._values(enter, position)) for enter in open_calls(trace, position)]
        return tuple(each for each in reversed(found) if each.values)

    def _values(self, enter: int, position: int) -> tuple[Local, ...]:
        rows = self._of_call.get(enter, [])
        at = bisect_right(rows, position, key=lambda row: row.position) - 1
        return rows[at].values if at >= 0 else ()


@runtime_checkable
class KeepsLocals(Protocol):
    """A `TraceSource` whose local variables were recorded: they are at hand at every position."""

    def kept_locals(self) -> KeptLocals | None:
        """All of them, None if there are none."""
        ...


def are_slow(source: TraceSource) -> bool:
    """Whether it takes a while to find local variables: the boot is run again for them, and is long."""
    return len(source.trace) > LONG and not isinstance(source, KeepsLocals)


def open_calls(trace: Trace, position: int) -> Iterator[int]:
    """The ENTER events of the functions that are open at a position, innermost first."""
    if not 0 < position <= len(trace):
        return
    last = position - 1
    if trace.kind(last) == Kind.ENTER:
        yield last
    yield from trace.outwards(last)


def keep_locals(
    trace: Trace, positions: Iterable[int], at: Callable[[int], tuple[FrameLocals, ...]]
) -> KeptLocals:
    """The local variables that `at` tells for `positions`, in their order."""
    rows: list[LocalsRow] = []
    last: dict[int, tuple[Local, ...]] = {}
    for position in positions:
        found = {scope.enter: scope.values for scope in at(position)}
        for enter in open_calls(trace, position):
            values = found.get(enter, ())
            if values != last.get(enter, ()):
                last[enter] = values
                rows.append(LocalsRow(position, enter, values))
    return KeptLocals(rows)

"""What happened directly in a function: its calls, changes and log lines, those alike folded together."""

from __future__ import annotations

from array import array
from bisect import bisect_right

from ..trace.events import CHANGES, Kind, Trace

ENTER = int(Kind.ENTER)

FOLD_FROM = 4
"""So many alike in a row are folded."""


class Children:
    """What happened directly in one function, in order: events, and where each fold of alike ones begins."""

    def __init__(self, enter: int) -> None:
        self.enter = enter
        self.events = array("I")
        self.folds = array("I")
        self._next = enter + 1
        self._alike = -1
        self._run = 0

    def extend(self, trace: Trace) -> None:
        """List what has been recorded since the last time."""
        end = len(trace)
        if self.enter >= 0 and trace.partner(self.enter):
            end = trace.partner(self.enter)
        kind, partner = trace.kind, trace.partner
        while self._next < end:
            event = self._next
            if not self.events or self.events[-1] != event:
                self._append(trace, event)
            if kind(event) == ENTER:
                leave = partner(event)
                if not leave:
                    return
                event = leave
            self._next = event + 1

    def _append(self, trace: Trace, event: int) -> None:
        alike = _alike(trace, event)
        self._run = self._run + 1 if alike == self._alike and alike >= 0 else 1
        self._alike = alike
        if self._run < FOLD_FROM:
            self.folds.append(len(self.events))
        elif self._run == FOLD_FROM:
            del self.folds[2 - FOLD_FROM :]
        self.events.append(event)

    def fold_at(self, index: int) -> int:
        """The number of the fold that the child at `index` is in."""
        return bisect_right(self.folds, index) - 1

    def fold_end(self, fold: int) -> int:
        """The index after the last child of a fold."""
        return self.folds[fold + 1] if fold + 1 < len(self.folds) else len(self.events)


def _alike(trace: Trace, event: int) -> int:
    """A number that is the same for events that may be folded, -1 for one that may not."""
    kind = trace.kind(event)
    if kind == ENTER:
        return trace.function_number(event)
    return kind << 32 | trace.site_number(event) if kind in CHANGES else -1

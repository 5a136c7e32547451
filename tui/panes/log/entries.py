"""What rows of the log pane are about: the lines a kernel printed; of a boot that was made of a log, also
where something is missing from it, and what the kernel must have done without a line."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....model.language.words import tr, translatable
from ....model.source.provenance import Inferred, Logged, is_from_log, provenance, time_of
from ....model.source.reasons import said_reason
from ....model.trace.events import Kind
from ...draw.lines import plain

if TYPE_CHECKING:
    from ....model.trace.events import Trace

GAP = translatable("… lines are missing here")
INFERRED = "≈"
"""Before what no line says."""
STAMP = 12
"""Characters of a time in seconds, as the kernel prints it."""


class Printed:
    """The lines that a kernel printed, in the kernel's own order."""

    is_from_log = False

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def events(self) -> Sequence[int]:
        """The events that there are entries for, by now."""
        return self.trace.logs

    def before(self, position: int) -> int:
        """How many of the entries there are at a position."""
        return self.trace.log_count(position)

    def is_line(self, event: int) -> bool:
        """Whether an entry is a line of the log."""
        return True

    def texts(self, event: int) -> list[str]:
        """An entry, each text on a row of its own."""
        return [plain(self.trace.log_text(event))]

    def number(self, event: int) -> str:
        """What stands before the first row of a line."""
        return ""


class Replayed(Printed):
    """The lines of a log that a boot was made of, with their numbers in the file and their times, and the
    steps between them that are inferred."""

    is_from_log = True

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace)
        self._events = array("I")
        self._scanned = 0
        self._digits = 1
        self._has_times = False

    def events(self) -> Sequence[int]:
        """The lines, and of each inferred step its first change."""
        trace, start, end = self.trace, self._scanned, len(self.trace)
        if start == end:
            return self._events
        self._scanned = end
        for event in trace.of_kind(Kind.LOG, start, end):
            self._events.append(event)
            self._has_times = self._has_times or time_of(trace, event) is not None
            self._digits = max(self._digits, len(str(trace.site(event).line)))
        step = -1
        for event, _ in trace.changes(start, end):
            if isinstance(provenance(trace, event), Inferred) and trace.parent(event) != step:
                step = trace.parent(event)
                insort(self._events, event)
        return self._events

    def before(self, position: int) -> int:
        """How many of the entries there are at a position."""
        return bisect_left(self.events(), position)

    def is_line(self, event: int) -> bool:
        """Whether it is a line of the file."""
        return self.trace.kind(event) == Kind.LOG

    def texts(self, event: int) -> list[str]:
        """A line, after a remark if others are missing before it; or a step in words, and why it is known."""
        trace, known = self.trace, provenance(self.trace, event)
        if self.is_line(event):
            gap = [tr(GAP)] if isinstance(known, Logged) and known.after_gap else []
            return [*gap, *super().texts(event)]
        from ....model.text.events import call_text  # all of memblock: not for the first screen

        why = f": {said_reason(known.why)}" if isinstance(known, Inferred) else ""
        return [plain(f"{INFERRED} {call_text(trace, trace.parent(event))}{why}")]

    def number(self, event: int) -> str:
        """The number of the line in the file, and its time; blanks of that width before a step."""
        width = self._digits + 1 + (STAMP + 3) * self._has_times
        if not self.is_line(event):
            return " " * width
        time = time_of(self.trace, event)
        stamp = "" if not self._has_times else f"[{time:>{STAMP}.6f}] " if time is not None else " " * 15
        return f"{self.trace.site(event).line:>{self._digits}} {stamp}"


def entries_of(trace: Trace) -> Printed:
    """The entries of a trace's log."""
    return Replayed(trace) if is_from_log(trace) else Printed(trace)

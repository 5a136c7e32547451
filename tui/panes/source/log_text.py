"""The lines of the log that a boot was made of, in place of the source that nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.source.provenance import Inferred, Logged, Provenance, log_event_at, provenance, time_of
from ...draw.lines import Line, plain

if TYPE_CHECKING:
    from ....model.trace.events import Trace


class LogText:
    """All lines of a trace's log, those to come too, each with its number in the file; `current` is the row
    of the line that what happens next is known from."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.current = 0
        self.known: Provenance | None = None
        self._row_of: dict[int, int] = {}

    def stand_at(self, position: int) -> None:
        """Find the line for a position."""
        trace = self.trace
        if not len(trace):
            return
        self.known = provenance(trace, min(position, len(trace) - 1))
        line = self.known.line if self.known is not None else 0
        event = log_event_at(trace, line) if line else None
        self.current = self._row(event) if event is not None else 0

    def _row(self, event: int) -> int:
        for row in range(len(self._row_of), len(self.trace.logs)):
            self._row_of[self.trace.logs[row]] = row
        return self._row_of[event]

    @property
    def name(self) -> str:
        """What the log is called."""
        return self.trace.site(0).filename

    def count(self) -> int:
        """How many lines there are."""
        return len(self.trace.logs)

    def event(self, row: int) -> int | None:
        """The event of a line."""
        return self.trace.logs[row] if 0 <= row < len(self.trace.logs) else None

    def row(self, row: int, position: int) -> Line:
        """A line; those before the position have been said, the others not yet."""
        event = self.event(row)
        if event is None:
            return []
        known, time = provenance(self.trace, event), time_of(self.trace, event)
        gap = "…" if isinstance(known, Logged) and known.after_gap else " "
        digits = f"{self.trace.site(event).line:5} " + (f"[{time:12.6f}] " if time is not None else "")
        text = plain(self.trace.log_text(event))
        if row == self.current:
            arrow = "≈" if isinstance(self.known, Inferred) else "▶"
            return [(arrow, "here"), (digits, "strong"), (text, "here")]
        return [(gap, "comment"), (digits, "dim"), (text, "" if event < position else "dim")]

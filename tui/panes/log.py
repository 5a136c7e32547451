"""The kernel log: any number of lines, those of the last move marked."""

from __future__ import annotations

from ..lines import Line, StyleName, gutter, note, plain
from ..snapshot import Snapshot
from .pane import Pane

LEVEL_STYLES: dict[str, StyleName] = {
    "emerg": "error",
    "alert": "error",
    "crit": "error",
    "err": "error",
    "warning": "warning",
    "debug": "dim",
}


class LogPane(Pane):
    """The end of the log, or where one scrolled to; Enter goes to the moment a line was printed."""

    NUMBER = 7
    NAME = "log"
    ABOUT = "The kernel log. + marks the lines of the last move; Enter goes to where a line was printed."
    HAS_CURSOR = True

    def __init__(self) -> None:
        super().__init__()
        self.lines = 0
        self.old = 0

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """Only the number of lines: they are formatted when they come into sight."""
        self.lines = snapshot.trace.log_count(snapshot.position)
        self.old = snapshot.trace.log_count(min(snapshot.start, snapshot.position))
        self.header = [] if self.lines else note("Nothing has been printed yet.", width)
        self.cursor = max(self.lines - 1, 0)

    def summary(self) -> Line:
        """How many lines there are, and how many the last move printed."""
        new = self.lines - self.old
        return [(f"{self.lines} lines" + (f" · {new} new" if new else ""), "dim")]

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether the last move printed or took back a line."""
        trace = snapshot.trace
        return trace.log_count(snapshot.start) != trace.log_count(snapshot.position)

    def fixed_top(self) -> int:
        """The last lines."""
        return self.lines - self.body_height

    def count(self) -> int:
        """Lines printed so far."""
        return self.lines

    def line(self, index: int) -> Line:
        """A line as the kernel printed it."""
        assert self.snapshot is not None
        trace = self.snapshot.trace
        event = trace.logs[index]
        style = LEVEL_STYLES.get(trace.log_format(event).level, "")
        is_new = index >= self.old
        return [
            *gutter("+" if is_new else " "),
            (plain(trace.log_text(event)), style or ("strong" if is_new else "")),
        ]

    def origin(self) -> int | None:
        """The event that printed the line under the cursor."""
        return self.snapshot.trace.logs[self.cursor] if self.snapshot and self.cursor < self.lines else None

    def break_spec(self) -> str | None:
        """That line."""
        event = self.origin()
        return (
            None if event is None or self.snapshot is None else f"log:{self.snapshot.trace.log_text(event)}"
        )

    def activate(self, index: int) -> None:
        """Ask for the moment this line was printed."""
        if self.snapshot is not None:
            self.post_message(self.Chosen(self.snapshot.trace.logs[index]))

"""The kernel log: any number of lines, those of the last move marked."""

from __future__ import annotations

from typing import ClassVar

from ....model.base.units import UNPRINTED
from ....model.language.words import tr, translatable, trn
from ....model.source.provenance import Inferred, provenance
from ....model.source.reasons import said_reason
from ...draw.lines import Line, StyleName, gutter, note
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place
from .rows import ALL_LINES, CHOICES, LogRows

LEVEL_STYLES: dict[str, StyleName] = {
    "emerg": "error",
    "alert": "error",
    "crit": "error",
    "err": "error",
    "warning": "warning",
    "debug": "dim",
}
LEVEL_MARKS = {"error": "!", "warning": "‼"}
GUTTER = 2
"""Columns before a line, for its mark."""


class LogPane(Pane):
    """The end of the log, or where one scrolled to; Enter goes to the moment a line was printed."""

    ID = "log"
    PLACE = Place("log", 10)
    NAME = translatable("log")
    ABOUT = translatable(
        "The kernel log. + marks the lines of the last move; Enter says who printed a line, ⟨travel⟩ goes to "
        "that moment."
    )
    HAS_CURSOR = True
    KEYS: ClassVar[tuple[KeyBinding, ...]] = (
        KeyBinding(
            "log.level", "x", "x", "lines", "All lines, or those this command line prints, or warnings"
        ),
        KeyBinding("log.wrap", "r", "r", "wrap", "Wrap long lines, or scroll sideways"),
    )
    LEGEND: ClassVar[tuple[tuple[str, str, StyleName], ...]] = (
        ("+", translatable("a line that the last move printed"), "gutter-added"),
        ("-", translatable("after going back: so many lines are not printed yet"), "gutter-removed"),
        (
            UNPRINTED,
            translatable("memblock says this only if told to: memblock=debug (--memblock-debug: always)"),
            "dim",
        ),
        ("!", translatable("an error"), "error"),
        ("‼", translatable("a warning"), "warning"),
        ("≈", translatable("of a log that was opened: no line says it, it is inferred"), "comment"),
        ("…", translatable("of a log that was opened: lines are missing there"), "comment"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.lines = 0
        self.old = 0
        self.choice = 0
        self.is_wrapped = False
        self.taken_back = 0
        self.rows: LogRows | None = None
        self.row_count = 0

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """Only the number of lines: they are formatted when they come into sight."""
        trace, start, position = snapshot.trace, snapshot.start, snapshot.position
        self.lines = trace.log_count(position)
        self.taken_back = max(trace.log_count(start) - self.lines, 0)
        wrap_at = max(width - GUTTER, 8) if self.is_wrapped else 0
        choice, rows = CHOICES[self.choice], self.rows
        if rows is None or rows.trace is not trace or rows.choice is not choice or rows.width != wrap_at:
            rows = self.rows = LogRows(trace, choice, wrap_at)
        self.old = rows.entries.before(min(start, position))
        self.row_count = rows.count(rows.entries.before(position))
        self.header = []
        if not self.row_count and not self.taken_back:
            none = (
                tr("Nothing has been printed yet.")
                if not self.lines
                else tr("None of the lines is one of these.")
            )
            self.header = note(none, width)

    def summary(self) -> Line:
        """How many lines there are, which are shown, and how many the last move printed or took back."""
        new = self.lines - self.snapshot.trace.log_count(self.snapshot.start) if self.snapshot else 0
        moved = (
            tr(" · {new} new", new=new)
            if new > 0
            else tr(" · {taken_back} taken back", taken_back=self.taken_back)
            if self.taken_back
            else ""
        )
        words = CHOICES[self.choice].words
        printed = self.rows.printed(self.lines) if self.rows else self.lines
        lines = tr("{lines} lines", lines=self.lines) + (
            tr(", {printed} printed", printed=printed) if printed < self.lines else ""
        )
        return [(f"{lines}{moved}" + (f" · {words}" if words else ""), "dim")]

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether the last move printed or took back a line."""
        trace = snapshot.trace
        return trace.log_count(snapshot.start) != trace.log_count(snapshot.position)

    def follow(self) -> tuple[int, int]:
        """The last lines."""
        self.top = self.count() - self.body_height
        return max(self.row_count - 1, 0), max(self.count() - 1, 0)

    def count(self) -> int:
        """Rows of the lines printed so far, and one for those taken back."""
        return self.row_count + (1 if self.taken_back else 0)

    def line(self, index: int) -> Line:
        """A row of the log, as the kernel printed it."""
        assert self.snapshot is not None and self.rows is not None
        if index >= self.row_count:
            words = trn(
                "{count} line taken back: not printed yet",
                "{count} lines taken back: not printed yet",
                self.taken_back,
            )
            return [*gutter("-"), (words, "removed")]
        row = self.rows.row(index)
        event, text = self.rows.event(row.line), self.rows.parts(row.line)[row.part]
        is_new = row.line >= self.old
        mark, prefix = gutter("+" if is_new else " "), self.rows.prefix(row)
        if not self.rows.entries.is_line(event):
            return [*mark, (prefix, ""), (text, "comment")]
        format = self.snapshot.trace.log_format(event)
        style = LEVEL_STYLES.get(format.level, "") if format.printed else "dim"
        if style in LEVEL_MARKS:
            mark = [mark[0], (LEVEL_MARKS[style], style)]
        elif not format.printed:
            mark = [mark[0], (UNPRINTED, style)]
        if row.part < self.rows.first_part(row.line):
            return [*gutter(" "), (prefix, ""), (text, "comment")]
        return [*mark, *([(prefix, "dim")] if prefix else []), (text, style or ("strong" if is_new else ""))]

    def text(self, index: int) -> str:
        """The same, for the search."""
        if self.rows is None or index >= self.row_count:
            return super().text(index)
        row = self.rows.row(index)
        return " " * GUTTER + self.rows.prefix(row) + self.rows.parts(row.line)[row.part]

    def _pointed(self) -> int | None:
        """The entry under the cursor."""
        is_line = self.rows is not None and self.cursor < self.row_count
        return self.rows.row(self.cursor).line if is_line and self.rows is not None else None

    def origin(self) -> int | None:
        """The event that printed the line under the cursor, or the step that was inferred."""
        entry = self._pointed()
        return self.rows.event(entry) if self.rows is not None and entry is not None else None

    def break_spec(self) -> str | None:
        """That line; or the function of a step."""
        event, snapshot = self.origin(), self.snapshot
        if event is None or snapshot is None or self.rows is None:
            return None
        if self.rows.entries.is_line(event):
            return f"log:{snapshot.trace.log_text(event)}"
        return snapshot.trace.function(snapshot.trace.parent(event)).name

    def describe(self, index: int) -> str:
        """Who printed a line, and how grave it is; or why a step is known."""
        event, number, snapshot = self.origin(), self._pointed(), self.snapshot
        if event is None or number is None or snapshot is None:
            return ""
        known, path = provenance(snapshot.trace, event), snapshot.answers.history.path(event)
        if isinstance(known, Inferred):
            return tr("{path}: inferred, {why}.", path=path, why=said_reason(known.why))
        if known is not None:
            return tr("Line {line} of the file", line=known.line) + (
                tr(", in {path}.", path=path) if path else "."
            )
        level = snapshot.trace.log_format(event).level
        return tr(
            "Line {number}, of level {level}, printed in {path}.", number=number + 1, level=level, path=path
        )

    def action_level(self) -> None:
        """The next choice of lines."""
        self._show_as((self.choice + 1) % len(CHOICES), self.is_wrapped)
        self.escapes.push(
            tr("the choice of lines"), lambda: self.choice != 0, lambda: self._show_as(0, self.is_wrapped)
        )
        self.post_message(self.Said(tr("log: {choice}", choice=tr(CHOICES[self.choice].words or ALL_LINES))))

    def action_wrap(self) -> None:
        """Wrap long lines, or not."""
        self._show_as(self.choice, not self.is_wrapped)
        how = tr("long lines wrapped") if self.is_wrapped else tr("one row a line: ← and → scroll sideways")
        self.post_message(self.Said(f"log: {how}"))

    def _show_as(self, choice: int, is_wrapped: bool) -> None:
        """Show the log in another way, with the cursor on the same line."""
        number = self._pointed()
        self.choice, self.is_wrapped, self.left = choice, is_wrapped, 0
        self.compose_again()
        if number is not None and self.rows is not None:
            self.move_cursor(max(self.rows.count(number + 1) - 1, 0))

"""The rows below the header of the source pane: our file, the kernel's function, or both."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ....model.language.words import translatable
from ....model.source.provenance import is_from_log
from ....model.trace.events import Kind
from ...draw.highlight import highlighted
from ...draw.lines import Line, note, padded
from .kernel_view import KernelView

if TYPE_CHECKING:
    from ....model.debugger.frames import Frame
    from ....model.trace.events import Function
    from ...session.snapshot import Snapshot
    from .log_text import LogText

BESIDE = 120
"""Columns from which the kernel's source stands beside ours."""
AROUND = 3
"""Lines of a log that stay in sight before and after the current one, where the kernel's source follows."""


class SourceForm(Enum):
    """Whose source is shown."""

    BOTH = translatable("both")
    OURS = translatable("ours")
    KERNEL = translatable("the kernel's")


class SourceBody:
    """Rows for a `function` whose line `current` runs next.  Both sources stand beside each other, ours as
    the whole file; where there is no room for that, the kernel's function follows ours."""

    def __init__(self) -> None:
        self.kernels = KernelView()
        self.form = SourceForm.OURS
        self.function: Function | None = None
        self.current = 0
        self.lines: tuple[Line, ...] = ()
        self.stops: dict[int, bool] = {}
        self.silence: list[Line] = []
        """Why there is no source of ours, where its trace does not tell it."""
        self.log: LogText | None = None
        """The log that stands in its place, where the trace was made of one."""
        self.position = 0
        self.width = 0

    def show(self, snapshot: Snapshot, frames: tuple[Frame, ...], at: int, width: int) -> None:
        """Take the function of a frame; where none is open, the one that will be entered."""
        from ....model.debugger.model_lines import def_line
        from .places import breakpoint_lines

        self.width = width
        self.position = snapshot.position
        self._take_log(snapshot)
        silence = snapshot.facts.silence("source")
        self.silence = note(silence, self._half if self._is_beside else width) if silence else []
        if silence:
            self._take_name(snapshot, frames, at)
            return
        if frames:
            frame = frames[at]
            self.function, self.current = frame.function, frame.site.line
            if self.current <= self.function.first_line or frame.site.filename != self.function.filename:
                self.current = def_line(self.function)
        elif snapshot.length:
            self.function = snapshot.trace.function(min(snapshot.position, snapshot.length - 1))
            self.current = def_line(self.function)
        if self.function is not None:
            self.lines = highlighted(self.function.filename)
            self.stops = breakpoint_lines(snapshot, self.function.filename)
            if self.form is not SourceForm.OURS:
                self.kernels.show(snapshot, self.function, frames, at)

    def _take_log(self, snapshot: Snapshot) -> None:
        """Take the log that a trace was made of."""
        if self.log is not None and self.log.trace is not snapshot.trace:
            self.log = None
        if self.log is None and is_from_log(snapshot.trace):
            from .log_text import LogText

            self.log = LogText(snapshot.trace)
        if self.log is not None:
            self.log.stand_at(snapshot.position)

    def _take_name(self, snapshot: Snapshot, frames: tuple[Frame, ...], at: int) -> None:
        """Take a function of which there is no more than its name."""
        self.function, self.current, self.lines, self.stops = None, 0, (), {}
        if frames:
            self.function = frames[at].function
        else:
            coming = next(snapshot.trace.of_kind(Kind.ENTER, snapshot.position), None)
            self.function = snapshot.trace.function(coming) if coming is not None else None
        if self.function is not None and self.form is not SourceForm.OURS:
            self.kernels.show(snapshot, self.function, frames, at)

    # ---- where things are ----

    @property
    def _is_beside(self) -> bool:
        return self.form is SourceForm.BOTH and self.width >= BESIDE

    @property
    def layout(self) -> tuple[SourceForm, bool]:
        """What decides which row shows what."""
        return self.form, self._is_beside

    @property
    def _is_stacked(self) -> bool:
        return self.form is SourceForm.BOTH and not self._is_beside

    @property
    def _half(self) -> int:
        return self.width // 2 - 1

    @property
    def _beside(self) -> int:
        """The row that the kernel's first one stands beside: the start of our function, or the line of the
        log where one is."""
        if self.log is not None:
            return max(self.log.current - AROUND, 0)
        return max(self.function.first_line - 2, 0) if self.function and not self.silence else 0

    @property
    def _first(self) -> int:
        """How many lines of our file are left away: if the kernel's follow, all before our function; of a
        log, all but a few."""
        if self.log is not None:
            return max(self.log.current - AROUND, 0) if self._is_stacked else 0
        is_cut = self._is_stacked and self.function and not self.silence
        return self.function.first_line - 1 if is_cut and self.function else 0

    @property
    def _own_rows(self) -> int:
        if self.form is SourceForm.KERNEL:
            return 0
        if self.log is not None:
            rest = self.log.count() - self._first
            return min(rest, 2 * AROUND + 1) if self._is_stacked else rest
        if self.silence:
            return len(self.silence)
        if not self._is_stacked or self.function is None:
            return len(self.lines)
        from ....model.debugger.model_lines import def_line, last_line

        return last_line(self.function.filename, def_line(self.function)) + 1 - self._first

    def log_event(self, row: int) -> int | None:
        """The event of the line of the log that a row shows; None if it shows something else."""
        return self.log.event(row + self._first) if self.log is not None and row < self._own_rows else None

    def line_at(self, row: int) -> int | None:
        """The line of our file that a row shows."""
        is_ours = not self.silence and self.log is None
        return row + 1 + self._first if is_ours and 0 <= row < self._own_rows else None

    def current_row(self) -> int:
        """The row of the line that runs next; of the kernel's, where only that is shown."""
        if self.form is SourceForm.KERNEL:
            return self.kernels.marks[0] if self.kernels.marks else 0
        if self.log is not None:
            return self.log.current - self._first
        return max(self.current - 1 - self._first, 0) if not self.silence else 0

    def first_row(self, height: int) -> int:
        """Where to begin: at the start of the function; in a long one so that the current row is in the
        middle."""
        if self.log is not None and self.form is not SourceForm.KERNEL and not self._is_stacked:
            # A little above the middle: what is to come matters as much as what was said.
            return max(self._beside if self._is_beside else self.log.current - height * 2 // 5, 0)
        if self.function is None:
            return 0
        row = self.current_row()
        is_cut = self.form is SourceForm.KERNEL or self._is_stacked or self.silence
        first = 0 if is_cut else self.function.first_line - 2
        return first if row - first < height - 1 else row - height // 2

    # ---- rows ----

    def count(self) -> int:
        """How many rows there are."""
        if self._is_beside:
            return max(self._own_rows, self._beside + self.kernels.rows(self._half))
        is_below = self.form is SourceForm.KERNEL or self._is_stacked
        return self._own_rows + (self.kernels.rows(self.width) if is_below else 0)

    def row(self, index: int) -> Line:
        """One of them."""
        if self._is_beside:
            ours = self._own(index) if index < self._own_rows else []
            theirs = self.kernels.row(index - self._beside, self._half)
            return [*padded(ours, self._half), ("│ ", "rule"), *theirs]
        if index < self._own_rows:
            return self._own(index + self._first)
        return self.kernels.row(index - self._own_rows, self.width)

    def _own(self, index: int) -> Line:
        if self.log is not None:
            return self.log.row(index, self.position)
        if self.silence:
            return self.silence[index] if index < len(self.silence) else []
        number = index + 1
        if index >= len(self.lines):
            return []
        digits = f"{number:4} "
        if number == self.current:
            return [("▶", "here"), (digits, "strong"), *((span, "here") for span, _ in self.lines[index])]
        stop: Line = [("●" if self.stops[number] else "○", "error")] if number in self.stops else [(" ", "")]
        return [*stop, (digits, "dim"), *self.lines[index]]

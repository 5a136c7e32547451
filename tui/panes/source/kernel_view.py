"""The kernel's own function as lines, with those marked that do what the boot does next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...draw.lines import Line, note, plain

if TYPE_CHECKING:
    from ....model.build.kernel_source.found import KernelFunction
    from ....model.debugger.frames import Frame
    from ....model.trace.events import Function
    from ...session.snapshot import Snapshot


class KernelView:
    """A function of a source tree: a row about it, then its lines; or the sentence why there is none."""

    def __init__(self) -> None:
        self.found: KernelFunction | str = ""
        self.lines: tuple[Line, ...] = ()
        self.marks: tuple[int, ...] = ()
        """The rows of what comes next."""

    def show(self, snapshot: Snapshot, function: Function, frames: tuple[Frame, ...], at: int) -> None:
        """Take the function of a frame."""
        from ....model.build.c_source import lines_with
        from ....model.debugger.kernel_places import next_words
        from ...draw.highlight_c import highlighted_c

        found = snapshot.answers.names.lines.text(function.name, function.kernel_file)
        if found != self.found:
            self.found = found
            self.lines = () if isinstance(found, str) else highlighted_c(found.lines)
        body = () if isinstance(found, str) else found.lines[1:]
        words = next_words(snapshot.trace, snapshot.position, frames, at)
        self.marks = tuple(at + 2 for at in lines_with(body, words))

    def rows(self, width: int) -> int:
        """How many rows there are."""
        return len(note(self.found, width)) if isinstance(self.found, str) else 1 + len(self.lines)

    def row(self, index: int, width: int) -> Line:
        """One of them, nothing outside."""
        if not 0 <= index < self.rows(width):
            return []
        if isinstance(self.found, str):
            return note(self.found, width)[index]
        if index == 0:
            remark = f", {self.found.remark}" if self.found.remark else ""
            return [(plain(self.found.file + remark), "dim")]
        is_next = index in self.marks
        arrow: Line = [("▷", "accent")] if is_next else [(" ", "")]
        digits: Line = [(f"{self.found.first + index - 1:5} ", "strong" if is_next else "dim")]
        return [*arrow, *digits, *self.lines[index - 1]]

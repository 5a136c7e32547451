"""The source of the boot function being executed, with its current line."""

from __future__ import annotations

import linecache
from typing import TYPE_CHECKING

from ...model.text import value_text
from ..highlight import highlighted
from ..lines import Line, cut, packed, plain
from ..snapshot import Snapshot
from .pane import Pane

if TYPE_CHECKING:
    from ...model.trace import Function


class SourcePane(Pane):
    """The file of the current function, its line marked, its arguments above."""

    NUMBER = 2
    NAME = "source"
    ABOUT = "The source of the function you are in. ▶ is the line that runs next; ● has a breakpoint."

    def __init__(self) -> None:
        super().__init__()
        self.function: Function | None = None
        self.current = 0
        self.lines: tuple[Line, ...] = ()
        self.stops: frozenset[int] = frozenset()

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The function of the innermost frame; before the first, the function that will be entered."""
        frames = snapshot.here.frames
        call = packed(_call(frames[-1].function, frames[-1].arguments), width) if frames else []
        self.header = (
            call
            if len(call) <= self.size.height // 4
            else [cut([span for line in call for span in line], width)]
        )
        if frames:
            self.function, self.current = frames[-1].function, frames[-1].site.line
            if self.current <= self.function.first_line or frames[-1].site.filename != self.function.filename:
                self.current = _def_line(self.function)
        elif snapshot.length:
            self.function = snapshot.trace.function(min(snapshot.position, snapshot.length - 1))
            self.current = _def_line(self.function)
        if self.function is not None:
            self.lines = highlighted(self.function.filename)
            self.stops = _breakpoint_lines(snapshot, self.function.filename)

    def summary(self) -> Line:
        """The kernel's file."""
        return [(self.function.kernel_file, "dim")] if self.function else []

    def count(self) -> int:
        """Lines of the file."""
        return len(self.lines)

    def fixed_top(self) -> int | None:
        """The start of the function; of a long one, a part with the current line in its middle."""
        if self.function is None:
            return None
        first, height = self.function.first_line - 2, self.body_height
        return first if self.current - first < height - 1 else self.current - height // 2

    def line(self, index: int) -> Line:
        """A line of source with its number."""
        number = index + 1
        is_current = number == self.current
        arrow: Line = (
            [("▶", "here")] if is_current else [("●", "error") if number in self.stops else (" ", "")]
        )
        digits: Line = [(f"{number:4} ", "strong" if is_current else "dim")]
        text = self.lines[index]
        if is_current:
            text = [(span, "here") for span, _ in text]
        return [*arrow, *digits, *text]


def _call(function: Function, arguments: tuple[tuple[str, object], ...]) -> list[Line]:
    parts: list[Line] = [[(function.name, "function"), ("(", "dim")]]
    for at, (name, value) in enumerate(arguments, 1):
        comma = ", " if at < len(arguments) else ""
        parts.append([(f"{name}=", "dim"), (plain(value_text(name, value)), "number"), (comma, "dim")])
    parts[-1].append((")", "dim"))
    return parts


def _def_line(function: Function) -> int:
    """The line of ``def``: `first_line` is that of the decorator."""
    for number in range(function.first_line, function.first_line + 4):
        if linecache.getline(function.filename, number).lstrip().startswith("def "):
            return number
    return function.first_line


def _breakpoint_lines(snapshot: Snapshot, filename: str) -> frozenset[int]:
    functions = {function for point in snapshot.breakpoints if point.enabled for function in point.functions}
    return frozenset(_def_line(function) for function in functions if function.filename == filename)

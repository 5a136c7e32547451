"""The boot that editors look at: recorded whole, with one debugger on it that outlives every client."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...model.debugger.model_lines import def_line
from ...model.debugger.opened import debugger_of
from ...model.debugger.position_names import PositionNameError
from ...model.debugger.scripts.runner import Scripts
from ...model.debugger.scripts.script_file import script_lines
from ...model.lecture.commands import interpreter_of
from ...model.source.kept_locals import are_slow
from ...model.source.trace_source import Cancelled, FrameLocals, TraceSource, never
from ...model.trace.events import Kind
from .arguments import DapError, LaunchArguments
from .files import SourceFiles

if TYPE_CHECKING:
    from ...model.debugger.frames import Frame

Opener = Callable[[LaunchArguments], TraceSource]
"""Reads what a launch names.  Raises `InputError`."""

THREAD = 1
START_FRAME = 1
"""The frame where no function is open: before the first, or after the last."""
_FIRST = 2


class Boot:
    """A boot that was recorded for `asked`, and everything that is asked about it."""

    def __init__(self, asked: LaunchArguments, source: TraceSource) -> None:
        self.asked = asked
        self.source = source
        self.debugger = debugger_of(source)
        self.interpreter = interpreter_of(self.debugger)
        self.scripts = Scripts(self.interpreter, script_lines)
        self.files = SourceFiles(source.trace, source.facts)
        self._locals: tuple[int, tuple[FrameLocals, ...]] = (-1, ())

    @classmethod
    def record(cls, asked: LaunchArguments, source: TraceSource, cancelled: Cancelled = never) -> Boot:
        """Record a boot to its end.  Raises `InputError`; `DapError` if nobody waited for it."""
        source.run(cancelled)
        if not source.trace.finished:
            raise DapError("the boot was not recorded to its end: nobody waited for it")
        return cls(asked, source)

    def is_of(self, asked: LaunchArguments) -> bool:
        """Whether a launch asks for this very boot."""
        mine = self.asked
        return (asked.machine, asked.cmdline, asked.options) == (mine.machine, mine.cmdline, mine.options)

    def take_over(self, other: Boot) -> None:
        """Stand where one stood in another boot of the machine, or as near as this one gets to it, with the
        same bookmarks."""
        names = other.debugger.position_names
        for name, position in other.debugger.bookmarks.items():
            with suppress(PositionNameError):
                self.debugger.bookmarks[name] = self.debugger.position_names.nearest(names.name(position))[0]
        with suppress(PositionNameError):
            self.debugger.goto_name(other.debugger.position_name())

    # ---- frames ----

    def frames(self) -> list[Frame]:
        """The open functions, innermost first."""
        return [*reversed(self.debugger.where().frames)]

    def frame(self, number: int) -> Frame | None:
        """The frame with a number; None is the one where no function is open.  Raises `DapError`."""
        frames = self.frames()
        found = next((frame for frame in frames if frame.enter + _FIRST == number), None)
        if found is None and (frames or number != START_FRAME):
            raise DapError(f"there is no frame {number} at this position: ask for the stack again")
        return found

    def stack(self, start: int, levels: int) -> list[dict[str, Any]]:
        """A page of the stack as the protocol has it; 0 `levels` are all."""
        frames = self.frames()
        if not frames:
            return [self._outside()] if start == 0 else []
        page = frames[start : start + levels] if levels else frames[start:]
        return [self._frame(frame) for frame in page]

    def depth(self) -> int:
        """How many frames there are."""
        return max(len(self.debugger.where().frames), 1)

    def _frame(self, frame: Frame) -> dict[str, Any]:
        function, site = frame.function, frame.site
        line = site.line
        if site.filename == function.filename and line <= function.first_line and function.first_line:
            line = def_line(function)
        return {
            "id": frame.enter + _FIRST,
            "name": function.name,
            "source": self.files.source(site.filename, function),
            "line": line,
            "column": 1 if line else 0,
            "canRestart": True,
        }

    def _outside(self) -> dict[str, Any]:
        trace, position = self.debugger.trace, self.debugger.position
        ends = {0: "the start of the boot", len(trace): "the end of the boot"}
        name = ends.get(position, "between two functions")
        found: dict[str, Any] = {"id": START_FRAME, "name": name, "line": 0, "column": 0, "canRestart": False}
        if position < len(trace) and trace.kind(position) == Kind.ENTER:
            function = trace.function(position)
            line = def_line(function)
            found |= {"source": self.files.source(function.filename, function), "line": line, "column": 1}
        return found

    # ---- local variables ----

    @property
    def are_locals_slow(self) -> bool:
        """Whether it takes a while to find the local variables here: the boot is run again for them."""
        return are_slow(self.source) and self._locals[0] != self.debugger.position

    def locals_at_rest(self, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        """The local variables of all open functions; they are looked for once a position."""
        position = self.debugger.position
        if self._locals[0] != position:
            found = self.source.locals_at(position, cancelled)
            if cancelled():
                return ()
            self._locals = position, found
        return self._locals[1]

"""Where in a source something happened, as ``list``, ``info line`` and frames name it.

Everything asks `place_of_event`, `place_of_function` or `place_of_frame`, and takes the lines of a place from
`lines_of`: the kernel's own where its source is at hand, else those of the model.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ..base.units import printable
from ..language.words import tr
from ..source.provenance import is_from_log
from ..trace.events import Function, Trace
from .kernel_places import kernel_place, kernel_place_of_event
from .model_lines import def_line

if TYPE_CHECKING:
    from ..build.kernel_source.found import Place
    from .debugger import Debugger

ROOT = Path(__file__).parents[2]
"""Where our own files are named from."""
MODEL = "model"
LOG = "log"
MOST_LOG_LINES = 1 << 20
KERNEL = "kernel:"
"""How the path of a file of the kernel begins."""


class CodePlace(Struct, frozen=True):
    """A line (from 1; 0: none is known) of a file: how the file is shown, where it is read, the function, and
    whose source it is: ``model`` is our own."""

    file: str
    path: str
    line: int
    function: str
    whose: str = MODEL

    def words(self) -> str:
        """As in ``line 88 of boots/arm64/mm/mmu.py (model), in paging_init``."""
        return tr("line {line} of {file}", line=self.line, file=self.shown_file) + (
            tr(", in {function}", function=self.function) if self.function else ""
        )

    @property
    def shown_file(self) -> str:
        """The file, and that it is ours where it is."""
        return f"{self.file} ({self.whose})" if self.whose else self.file


def _of_kernel(debugger: Debugger, place: Place, function: str) -> CodePlace | None:
    """A place in the kernel's source, if its text is at hand."""
    if debugger.lines.source is None or place.line is None:
        return None
    whose = "about" if place.about else ""
    return CodePlace(place.file, KERNEL + place.file, place.line, function, whose)


def place_of_event(debugger: Debugger, event: int) -> CodePlace:
    """Where an event happened; of a call, where it was made."""
    site = debugger.trace.site(event)
    parent = debugger.trace.parent(event)
    function = debugger.trace.function(parent).name if parent >= 0 else ""
    kernel = _of_kernel(debugger, kernel_place_of_event(debugger.lines, debugger.trace, event), function)
    if kernel is not None:
        return kernel
    whose = LOG if is_from_log(debugger.trace) else MODEL
    return CodePlace(shown(site.filename), site.filename, site.line, function, whose)


def place_of_function(debugger: Debugger, function: Function) -> CodePlace:
    """Where a function begins."""
    kernel = _of_kernel(debugger, kernel_place(debugger.lines, function), function.name)
    if kernel is not None:
        return kernel
    line = def_line(function)
    return CodePlace(shown(function.filename), function.filename, line, function.name)


def place_of_frame(debugger: Debugger, level: int) -> CodePlace | None:
    """The line that a frame has got to, 0 being the innermost; None if it is not open."""
    frames = debugger.where().frames[::-1]
    if not 0 <= level < len(frames):
        return None
    kernel = _of_kernel(debugger, frames[level].place, frames[level].function.name)
    if kernel is not None:
        return kernel
    if level:
        return place_of_event(debugger, frames[level - 1].enter)
    frame, position, trace = frames[0], debugger.position, debugger.trace
    if position < len(trace) and trace.parent(position) == frame.enter:
        return place_of_event(debugger, position)
    if trace.parent(position - 1) == frame.enter or not frame.function.filename:
        return place_of_event(debugger, position - 1)
    return place_of_function(debugger, frame.function)


def lines_of(debugger: Debugger, place: CodePlace) -> list[str]:
    """The lines of a place's file; none if it is not at hand."""
    import linecache  # no first step lists a source

    if place.path.startswith(KERNEL):
        return debugger.lines.file_lines(place.file)
    if place.whose == LOG:
        return _log_lines(debugger.trace)
    if debugger.facts.silence("source"):
        return []
    return [line.rstrip("\n") for line in linecache.getlines(place.path)]


def _log_lines(trace: Trace) -> list[str]:
    """The lines of the log that a trace was made of, those that are none of the kernel's empty."""
    told = {
        trace.site(event).line: printable(trace.log_text(event).partition("\n")[0].expandtabs())
        for event in trace.logs
    }
    last = min(max(told, default=0), MOST_LOG_LINES)
    return [told.get(number, "") for number in range(1, last + 1)]


def shown(filename: str) -> str:
    """A file as people see it: ours from the root of bootstep."""
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else filename

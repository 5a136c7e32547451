"""Where in the kernel's source a function that is open has got to.

Of a kernel that really ran the lines that made its calls may be known.  A line of the model corresponds to
none of the kernel's.  What is known is what the function does next: whom it calls, what it prints, which
variable it sets.  Where the kernel's text is there and one line alone of the function's body has that, it is
that line; else the line that defines the function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from ..language.words import tr
from ..source.provenance import is_from_log
from ..trace.call_places import call_place
from ..trace.changes import Assign
from ..trace.events import Kind, Trace

if TYPE_CHECKING:
    from ..build.kernel_source.found import Place
    from ..build.kernel_source.lines import SourceLines
    from ..trace.events import Function, Site
    from .frames import Frame


def next_words(trace: Trace, position: int, frames: Sequence[Frame], at: int) -> list[str]:
    """What the function of frame `at` does next, in words that stand in the kernel's source too: the function
    it calls, the text it prints, the variable it sets."""
    if at + 1 < len(frames):
        return [frames[at + 1].function.name]
    if position >= len(trace) or not frames or trace.parent(position) != frames[at].enter:
        return []
    return doing(trace, position)


def doing(trace: Trace, event: int) -> list[str]:
    """What an event does, in words that stand in the source of the function it happens in."""
    kind = trace.kind(event)
    if kind in (Kind.ENTER, Kind.LEAVE):
        return [trace.function(event).name]
    if kind == Kind.LOG:
        from ..build.c_source import words_of_format

        return words_of_format(trace.log_format(event).template)
    if kind == Kind.VARIABLE:
        return [str(change.key) for change in trace.payload(event) if isinstance(change, Assign)]
    return []


def kernel_place(lines: SourceLines, function: Function, words: Sequence[str] = ()) -> Place:
    """Where a function is in the kernel's source: at what it does, in `words`, if that is to be found."""
    return lines.place(function.name, function.kernel_file, words)


def placed(lines: SourceLines, trace: Trace, position: int, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """Open functions with their places in the kernel's source."""
    is_read = lines.source is not None

    def words(at: int) -> list[str]:
        return next_words(trace, position, frames, at) if is_read else []

    def place(at: int, frame: Frame) -> Place:
        known = _line_of_call(frame)
        return kernel_place(lines, frame.function, words(at)) if known is None else known

    return tuple(structs.replace(frame, place=place(at, frame)) for at, frame in enumerate(frames))


def _line_of_call(frame: Frame) -> Place | None:
    """The line of a function that has made the call, or makes it next, that `frame.site` is the place of;
    None if that is not told, or another function between made it."""
    from ..build.kernel_source.found import Place

    called = call_place(frame.site)
    is_own = called is not None and called.function == frame.function.name
    return Place(called.file, called.line) if called is not None and is_own and called.file else None


def kernel_place_of_event(lines: SourceLines, trace: Trace, event: int) -> Place:
    """Where in the kernel's source an event happens: of a call, where it is made; without a file if nobody
    knows."""
    from ..build.kernel_source.found import Place

    called = call_place(trace.site(event))
    if called is not None and called.file:
        return Place(called.file, called.line)
    words = doing(trace, event) if lines.source is not None else ()
    if called is not None and lines.extent(called.function, "") is not None:
        return lines.place(called.function, "", words)
    caller = trace.parent(event)
    return kernel_place(lines, trace.function(caller), words) if caller >= 0 else Place("")


def place_words(place: Place) -> str:
    """A place of the kernel's source in words."""
    if place.line is None:
        return place.file
    if place.about:
        return tr("about line {line} of {file}", line=place.line, file=place.file)
    return tr("line {line} of {file}", line=place.line, file=place.file)


def model_words(trace: Trace, site: Site) -> str:
    """A place in the source of the model, or in the log that a trace was made of, said to be that; "" if it
    is in none."""
    if not site.filename or call_place(site) is not None:
        return ""
    words = {"line": site.line, "file": site.filename}
    return (
        tr("log: line {line} of {file}", **words)
        if is_from_log(trace)
        else tr("model: line {line} of {file}", **words)
    )

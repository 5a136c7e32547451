"""Where in the kernel's source a function that is open has got to.

A line of the model corresponds to none of the kernel's.  What is known is what the function does next: whom
it calls, what it prints, which variable it sets.  Where the kernel's text is there and one line alone of the
function's body has that, it is that line; else the line that defines the function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..trace.changes import Assign
from ..trace.events import Kind, Trace

if TYPE_CHECKING:
    from ..build.kernel_source.found import Place
    from ..build.kernel_source.lines import SourceLines
    from ..trace.events import Function
    from .frames import Frame


def next_words(trace: Trace, position: int, frames: Sequence[Frame], at: int) -> list[str]:
    """What the function of frame `at` does next, in words that stand in the kernel's source too: the function
    it calls, the text it prints, the variable it sets."""
    if at + 1 < len(frames):
        return [frames[at + 1].function.name]
    if position >= len(trace) or not frames or trace.parent(position) != frames[at].enter:
        return []
    kind = trace.kind(position)
    if kind == Kind.ENTER:
        return [trace.function(position).name]
    if kind == Kind.LOG:
        from ..build.c_source import words_of_format

        return words_of_format(trace.log_format(position).template)
    if kind == Kind.VARIABLE:
        return [str(change.key) for change in trace.payload(position) if isinstance(change, Assign)]
    return []


def place_of(lines: SourceLines, function: Function, doing: Sequence[str] = ()) -> Place:
    """Where a function is in the kernel's source, at what it is `doing` if that is to be found."""
    return lines.place(function.name, function.kernel_file, doing)


def placed(lines: SourceLines, trace: Trace, position: int, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """Open functions with their places in the kernel's source."""
    is_read = lines.source is not None
    return tuple(
        frame._replace(
            place=place_of(lines, frame.function, next_words(trace, position, frames, at) if is_read else ())
        )
        for at, frame in enumerate(frames)
    )


def called_from(lines: SourceLines, trace: Trace, enter: int) -> Place | None:
    """Where in the kernel's source a call is made; None if nothing that is modelled makes it."""
    caller = trace.parent(enter)
    if caller < 0:
        return None
    return place_of(lines, trace.function(caller), [trace.function(enter).name])


def model_words(filename: str, line: int) -> str:
    """A line of the model, said to be that."""
    return f"model: line {line} of {filename}"

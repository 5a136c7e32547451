"""Lines of our own source: where a function of the model begins and ends, and which one a line belongs to."""

from __future__ import annotations

from functools import lru_cache

from ..trace.events import Function, Trace


def def_line(function: Function) -> int:
    """The line of ``def``: `first_line` is that of the decorator."""
    import linecache  # no first step asks for lines

    for number in range(function.first_line, function.first_line + 4):
        if linecache.getline(function.filename, number).lstrip().startswith("def "):
            return number
    return function.first_line


@lru_cache(maxsize=256)
def last_line(filename: str, first: int) -> int:
    """The last line of the function whose ``def`` is a line of a file."""
    import linecache

    number = last = first
    for text in linecache.getlines(filename)[first:]:
        number += 1
        if text.strip() and not text[0].isspace() and not text.startswith(")"):
            break
        if text.strip():
            last = number
    return last


def function_at(trace: Trace, filename: str, line: int) -> Function | None:
    """The traced function that a line belongs to: its decorator, its ``def``, its body."""
    for function in trace.functions:
        if function.filename == filename and function.first_line <= line:
            first = def_line(function)
            if line <= max(first, last_line(filename, first)):
                return function
    return None

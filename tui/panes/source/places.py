"""Places in the source of the boot: which function a line belongs to, when a line runs."""

from __future__ import annotations

import linecache
from functools import lru_cache

from ....model.trace.events import Function, Trace
from ...session.snapshot import Snapshot


def def_line(function: Function) -> int:
    """The line of ``def``: `first_line` is that of the decorator."""
    for number in range(function.first_line, function.first_line + 4):
        if linecache.getline(function.filename, number).lstrip().startswith("def "):
            return number
    return function.first_line


@lru_cache(maxsize=256)
def last_line(filename: str, first: int) -> int:
    """The last line of the function whose ``def`` is a line of a file."""
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


def next_run(trace: Trace, position: int, filename: str, line: int) -> int | None:
    """The event of a line when it runs next, or when it ran last if it does not any more; None: never."""
    sites = trace.site_numbers(filename, line)
    if not sites:
        return None
    end = len(trace)
    later = trace.at_sites(sites, range(position + 1, end))
    earlier = trace.at_sites(sites, range(min(position, end) - 1, -1, -1))
    return next(later, next(earlier, None))


def breakpoint_lines(snapshot: Snapshot, filename: str) -> dict[int, bool]:
    """The lines of a file that have a breakpoint, or whose functions have one, and whether one of those is
    enabled."""
    found: dict[int, bool] = {}
    for point in snapshot.breakpoints:
        if point.line is not None and point.line.filename == filename:
            found[point.line.line] = found.get(point.line.line, False) or point.enabled
        for function in point.functions:
            if function.filename == filename:
                line = def_line(function)
                found[line] = found.get(line, False) or point.enabled
    return found

"""Numbers of breakpoints as gdb lets people write them: 1 2, 1,2, 1-3, $bpnum."""

from __future__ import annotations

from ...language.words import tr
from ..breakpoints.breakpoints import Breakpoint
from ..debugger import Debugger
from .command import CommandError, count

LAST = "$bpnum"
MOST = 100_000


def breakpoint_number(debugger: Debugger, word: str) -> int:
    """One number; ``$bpnum`` is the breakpoint that was set last.  Raises `CommandError`."""
    if word == LAST:
        if not debugger.breakpoints.last_number:
            raise CommandError(tr("no breakpoint was set yet"))
        return debugger.breakpoints.last_number
    return count(word)


def breakpoint_numbers(debugger: Debugger, rest: str) -> list[int]:
    """The breakpoints that are named, none twice; of a range those there are.  Raises `CommandError`,
    `BreakpointError`."""
    found: list[int] = []
    for word in rest.replace(",", " ").split():
        first, dash, last = word.partition("-")
        if dash and first and last:
            found += _range(debugger, word, first, last)
        else:
            found.append(debugger.breakpoints.get(breakpoint_number(debugger, word)).number)
    return list(dict.fromkeys(found))


def _range(debugger: Debugger, word: str, first: str, last: str) -> list[int]:
    start, end = breakpoint_number(debugger, first), breakpoint_number(debugger, last)
    if end < start or end > MOST:
        raise CommandError(tr("{word} is no range of breakpoints", word=word))
    there = [point.number for point in debugger.breakpoints.all() if start <= point.number <= end]
    if not there:
        raise CommandError(tr("there is no breakpoint from {start} to {end}", start=start, end=end))
    return there


def numbers_there(debugger: Debugger) -> list[str]:
    """The numbers of all breakpoints, as they may be typed."""
    return [str(point.number) for point in debugger.breakpoints.all()]


def named_breakpoints(debugger: Debugger, rest: str) -> list[Breakpoint]:
    """The breakpoints that are named, all if none is.  Raises `CommandError`, `BreakpointError`."""
    wanted = breakpoint_numbers(debugger, rest)
    return [point for point in debugger.breakpoints.all() if not rest or point.number in wanted]

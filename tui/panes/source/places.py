"""Lines of the source of the boot: when one runs, which have breakpoints."""

from __future__ import annotations

from ....model.debugger.model_lines import def_line
from ....model.trace.events import Trace
from ...session.snapshot import Snapshot


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

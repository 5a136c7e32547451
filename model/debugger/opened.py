"""A debugger on a source of traces, with all that the source can do for it."""

from __future__ import annotations

from ..source.trace_source import TraceSource
from .debugger import Debugger


def debugger_of(source: TraceSource) -> Debugger:
    """A debugger at the start of a trace, which asks the source for local variables."""
    debugger = Debugger(source.trace, source.facts)
    debugger.locals_at = source.locals_at
    return debugger

"""`LiveSource`: a source of traces whose kernel runs while its trace is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ...model.source.trace_source import Cancelled, TraceSource, never
from .report import LiveReport


class LiveSource(TraceSource, Protocol):
    """A `TraceSource` of a kernel that runs.

    Its facts are known once it is prepared.  `run` returns soon after it was cancelled, and whatever ends it,
    the trace is finished then: what was recorded stays.  `progress` is told in a sentence what it is at,
    by the thread that prepares or runs it.
    """

    progress: Callable[[str], None]

    def prepare(self, cancelled: Cancelled = never) -> None:
        """Connect to the stub and find the kernel.  Raises `InputError`: there is no stub, or no such
        kernel."""
        ...

    def report(self) -> LiveReport:
        """How it goes, or went.  Any thread may ask."""
        ...

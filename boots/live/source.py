"""`LiveSource`: a source of traces whose kernel runs while its trace is looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ...model.source.trace_source import Cancelled, TraceSource, never
from ..core.inputs import Machine
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

    def save_machine(self, directory: Path) -> list[str]:
        """Write what it was given as a machine for the model, into a new directory; returns the names of the
        files.  Raises `InputError`, also if nobody saw what it was given."""
        ...

    def machine(self, folder: Path, kernel: Machine | None = None) -> Machine:
        """The same machine for the model, with its own kernel or that of another one; its files are below
        `folder` as long as it is used.  Raises `InputError`."""
        ...

    def report(self) -> LiveReport:
        """How it goes, or went.  Any thread may ask."""
        ...

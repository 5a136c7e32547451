"""Recording a boot for a command that prints and goes, and what is said of it meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread

from ...model.language.words import tr
from ...model.source.facts import Facts
from ...model.source.trace_source import Outcome, TraceSource
from ...model.trace.events import Trace

LOOK_EVERY = 5.0
"""Seconds between two words on how far a boot is."""


def say(text: str) -> None:
    """Tell the user something that is no data."""
    print(f"bootstep: {text}", file=sys.stderr)


def record(source: TraceSource) -> Outcome:
    """Record everything, telling how far it is; and say what was assumed."""
    tell(source.facts)
    with _progress(source.trace):
        source.run()
    outcome = source.outcome()
    for sentence in outcome.remarks:
        say(tr("assumed: {text}", text=sentence))
    return outcome


def tell(facts: Facts) -> None:
    """Say what was assumed of a machine, and what lies where it cannot."""
    for sentence in facts.assumed:
        say(tr("assumed: {text}", text=sentence))
    # What keeps it from starting is told as the end of its boot.
    for sentence in facts.collisions if not facts.cannot_start else ():
        say(tr("careful: {text}", text=sentence))


@contextmanager
def _progress(trace: Trace) -> Generator[None]:
    """Say now and then how far a boot is that takes its time."""
    finished = Event()

    def watch() -> None:
        while not finished.wait(LOOK_EVERY):
            say(tr("{count:.1f} million steps are recorded", count=len(trace) / 1000000.0))

    Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        finished.set()

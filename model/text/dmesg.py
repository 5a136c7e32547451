"""The kernel log of a boot as ``dmesg`` prints it (kernel/printk/printk.c)."""

from __future__ import annotations

from collections.abc import Container, Iterator

from ..source.provenance import provenance, time_of
from ..trace.events import Trace

EARLY = "[    0.000000] "
"""The time until there is a clock."""


def log_lines(trace: Trace, without: Container[int] = ()) -> Iterator[str]:
    """Every line that a boot printed, without time stamps, but for the records with these numbers."""
    for number, event in enumerate(trace.logs):
        if trace.is_printed(event) and number not in without:
            yield from trace.log_text(event).split("\n")


def all_lines(trace: Trace) -> Iterator[str]:
    """Every line of a boot's log, those too that the kernel was not told to print."""
    for event in trace.logs:
        yield from trace.log_text(event).split("\n")


def stamped_lines(trace: Trace, without: Container[int] = ()) -> Iterator[str]:
    """Every line that a boot printed, with its time: the beginning of all time where a model boots, what it
    says in a log that is replayed, or nothing if it says none."""
    for number, event in enumerate(trace.logs):
        if trace.is_printed(event) and number not in without:
            stamp = _stamp(trace, event)
            yield from (stamp + line for line in trace.log_text(event).split("\n"))


def _stamp(trace: Trace, event: int) -> str:
    if provenance(trace, event) is None:
        return EARLY
    time = time_of(trace, event)
    return "" if time is None else f"[{time:12.6f}] "

"""The kernel log of a boot as ``dmesg`` prints it, without stamps (kernel/printk/printk.c)."""

from __future__ import annotations

from collections.abc import Container, Iterator

from ..trace.events import Trace


def log_lines(trace: Trace, without: Container[int] = ()) -> Iterator[str]:
    """Every line that a boot printed, without time stamps, but for the records with these numbers."""
    for number, event in enumerate(trace.logs):
        if trace.is_printed(event) and number not in without:
            yield from trace.log_text(event).split("\n")


def all_lines(trace: Trace) -> Iterator[str]:
    """Every line of a boot's log, those too that the kernel was not told to print."""
    for event in trace.logs:
        yield from trace.log_text(event).split("\n")

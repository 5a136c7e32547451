"""A recording of a real kernel in QEMU, as ``bootstep live`` makes it, and the model's boot of the same
machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bootstep.boots.live.options import LiveOptions, Stub
from bootstep.boots.live.qemu.command import read_command
from bootstep.boots.live.report import Ending
from bootstep.boots.live.run import LiveRun
from bootstep.boots.sources.live_boot import LiveBoot
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.index.calls import CallIndex
from bootstep.model.source.trace_source import TraceSource
from bootstep.model.trace.events import Kind, Trace
from debian_kernels import image, package, qemu

QUIET = ("-m", "512M", "-display", "none", "-monitor", "none", "-nic", "none", "-no-reboot")
PATIENCE = 300
"""Seconds after which a recording ends on the busiest machine."""


class Call(NamedTuple):
    """A call in a trace: its ENTER event, that of the call it was made in (-1: none), the function, and what
    it was given."""

    event: int
    parent: int
    function: str
    arguments: tuple[int, ...]


def recorded(kernel: str, cmdline: str, more: Sequence[str] = ("-serial", "null"), /, **told: Any) -> LiveRun:
    """A kernel such as ``6.12-arm64`` recorded until its memory is handed over, with `more` words for QEMU;
    what the options are `told` is told besides.  The test is skipped where it cannot run."""
    words = (*qemu(kernel), *QUIET, *more, "-kernel", str(image(kernel)), "-append", cmdline)
    named = {"kernel": str(image(kernel)), **told}
    options = LiveOptions(Stub(), command=words, name=kernel, time_limit=PATIENCE, **named)
    run = LiveRun(options, LiveBoot, read_command(words))
    try:
        run.prepare()
        run.run()
    finally:
        run.close()
    report = run.report()
    went = f"{len(run.trace)} events, {report.stops} stops, {report.seconds:.1f} s"
    print(f"\n{package(kernel)} {cmdline!r}: {went}")
    assert report.ending is Ending.HANDOVER, report.ending_words
    return run


def played(run: LiveRun, folder: Path) -> ModelBoot:
    """The model on what the kernel was given; its files are in the folder."""
    model = ModelBoot.of(run.source.machine(folder))
    model.run()
    return model


def calls(trace: Trace) -> list[Call]:
    """All calls, in their order."""
    return [
        Call(
            event,
            trace.parent(event),
            trace.functions[trace.function_number(event)].name,
            trace.payload(event),
        )
        for event in trace.of_kind(Kind.ENTER)
    ]


def returned(source: TraceSource, function: str) -> int:
    """The position where a function has just returned for the first time."""
    enter = CallIndex(source.trace, source.facts.arch).first(function)
    assert enter is not None, f"{function} was not called"
    return source.trace.partner(enter)


def lines(trace: Trace) -> list[tuple[int, str]]:
    """The lines of the kernel log, each with its event."""
    return [(event, trace.log_text(event)) for event in trace.logs]

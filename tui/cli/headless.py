"""The commands that print and go: log, state."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, NamedTuple

from ...model.analysis.silence import unheard
from ...model.base.errors import InputError
from ...model.debugger.debugger import Debugger
from ...model.debugger.position_names import END, START, PositionNameError, PositionNames, check
from ...model.index.calls import CallIndex
from ...model.source.facts import Facts
from ...model.source.trace_source import Outcome, TraceSource
from ...model.text.dmesg import stamped_lines
from ...model.text.state_json import report
from ...model.trace.events import Kind, Trace
from .kernel_files import LATER, iomem_files, memblock_files
from .report_text import report_lines

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
        say(f"assumed: {sentence}")
    return outcome


def tell(facts: Facts) -> None:
    """Say what was assumed of a machine, and what lies where it cannot."""
    for sentence in facts.assumed:
        say(f"assumed: {sentence}")
    # What keeps it from starting is told as the end of its boot.
    for sentence in facts.collisions if not facts.cannot_start else ():
        say(f"careful: {sentence}")


@contextmanager
def _progress(trace: Trace) -> Generator[None]:
    """Say now and then how far a boot is that takes its time."""
    finished = Event()

    def watch() -> None:
        while not finished.wait(LOOK_EVERY):
            say(f"{len(trace) / 1e6:.1f} million steps are recorded")

    Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        finished.set()


def log(source: TraceSource) -> int:
    """Print the kernel log, as it can be read when the boot is over."""
    outcome, trace = record(source), source.trace
    print("\n".join(stamped_lines(trace, outcome.unreadable)))
    if outcome.unreadable:
        say(outcome.unreadable_words)
    for words in unheard(str(_variable(source, "boot_command_line"))):
        say(words)
    at = trace.last_of_kind(Kind.PANIC)
    if at >= 0:
        say(trace.ending(at))
    return 0


def _variable(source: TraceSource, name: str) -> object:
    """What a kernel variable is at the end, "" if there is no such variable."""
    try:
        return CallIndex(source.trace, source.facts.arch).variable(name, len(source.trace))
    except KeyError:
        return ""


class StateMoment(NamedTuple):
    """A moment to print the state of: a function and its ``entry`` or ``return``, or any position by its name
    (`when` is None)."""

    at: str
    when: str | None

    @classmethod
    def parse(cls, text: str) -> StateMoment:
        """FUNCTION[:entry|:return], or another position's name.  Raises `InputError`."""
        function = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*(?::(entry|return))?\s*", text)
        if function and function[1].lower() not in (START, END):
            return cls(function[1], function[2] or "return")
        try:
            check(text)
        except PositionNameError as error:
            raise InputError(f"--at {error}") from None
        return cls(text.strip(), None)

    def __str__(self) -> str:
        return f"{self.at}:{self.when}" if self.when else self.at


def state(source: TraceSource, moments: Sequence[StateMoment], form: str) -> int:
    """Print the state at each of the moments, in their order."""
    record(source)
    facts, debugger = source.facts, Debugger(source.trace, source.facts)
    positions = [_position(debugger.position_names, moment) for moment in moments]
    printed: list[str] = []
    for moment, position in zip(moments, positions, strict=True):
        debugger.goto(position)
        if form in ("memblock", "iomem"):
            printed += _files(debugger, form, moment if len(moments) > 1 else None)
            continue
        told = report(debugger.state, facts)
        whole: dict[str, Any] = {"at": moment.at, "when": moment.when, **told}
        if form == "json":
            printed.append(json.dumps(whole, sort_keys=True))
        else:
            printed += report_lines(str(moment), whole, facts.sizes_from, facts.max_numnodes)
    print("\n".join(printed))
    if form == "iomem":
        say(LATER)
    return 0


def _files(debugger: Debugger, form: str, moment: StateMoment | None) -> Iterator[str]:
    """The files of a running kernel; each with its name if there are several, or several moments."""
    files = memblock_files(debugger) if form == "memblock" else iomem_files(debugger)
    when = f", {moment}" if moment else ""
    for name, lines in files:
        if len(files) > 1 or moment:
            yield f"# {name}{when}"
        yield from lines


def _position(names: PositionNames, moment: StateMoment) -> int:
    try:
        return names.find(str(moment))
    except PositionNameError as error:
        raise InputError(f"--at {moment}: {error}") from None

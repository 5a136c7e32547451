"""A boot in the format that Chrome's and Perfetto's trace viewers open: calls as slices, memory as counters,
log lines as instants.

There is no clock in a boot's events, so the time axis is the number of the event, one microsecond each.
Whoever opens the file is told so by the metadata.  Events are in the order of their numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..memory.memblock.regions import RegionsSnapshot
from ..source.facts import Facts
from ..trace.changes import Change, Splice
from ..trace.events import CHANGES, Kind, Trace
from .events import named_arguments
from .results import result_text
from .values import local_text, shortened_text

PROCESS = 1
CALLS, LOG = 1, 2
"""The threads: what is shown in rows of their own."""
AXIS = "the number of the event: 1 microsecond is 1 event, no clock"
ARRAYS = ("memory", "reserved")


def chrome_trace(trace: Trace, facts: Facts) -> Iterator[str]:
    """The whole boot as JSON, an event a line."""
    other = {
        "machine": facts.name,
        "arch": facts.arch.name,
        "release": str(facts.release),
        "what": facts.kind,
        "time axis": AXIS,
        "events": len(trace),
    }
    yield f'{{"displayTimeUnit":"ms","otherData":{_json(other)},"traceEvents":['
    before = ""
    for event in _events(trace, f"{facts.name}, Linux {facts.release} (1 µs = 1 event)"):
        yield before + _json(event)
        before = ","
    yield "]}"


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _events(trace: Trace, name: str) -> Iterator[dict[str, Any]]:
    yield _named("process_name", 0, name)
    yield _named("thread_name", CALLS, "calls")
    yield _named("thread_name", LOG, "kernel log")
    counters = Counters(trace)
    yield from counters.all(0)
    for number in range(len(trace)):
        kind = trace.kind(number)
        if kind == Kind.ENTER:
            yield _call(trace, number)
        elif kind == Kind.LOG:
            yield _line(trace, number)
        elif kind == Kind.PANIC:
            yield {**_instant(number, CALLS, trace.ending(number)), "s": "p"}
        elif kind in CHANGES:
            yield from counters.after(number, trace.payload(number))


def _named(what: str, thread: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "pid": PROCESS, "tid": thread, "name": what, "args": {"name": name}}


def _call(trace: Trace, enter: int) -> dict[str, Any]:
    """A call that lasts until it returns, or the boot ends."""
    leave = trace.partner(enter) or len(trace)
    function = trace.function(enter)
    told: dict[str, str] = {
        key: local_text(key, value) for key, value in named_arguments(trace, enter).items()
    }
    if leave < len(trace) and (result := trace.payload(leave)) is not None:
        told["returned"] = shortened_text(result_text(function.name, result))
    found: dict[str, Any] = {
        "ph": "X",
        "pid": PROCESS,
        "tid": CALLS,
        "ts": enter,
        "dur": leave - enter,
        "name": function.name,
        "cat": "call",
    }
    if function.kernel_file:
        told["in"] = function.kernel_file
    return {**found, "args": told} if told else found


def _line(trace: Trace, event: int) -> dict[str, Any]:
    found = _instant(event, LOG, trace.log_text(event))
    if not trace.is_printed(event):
        found["args"] = {
            "printed": f"only with {trace.log_format(event).parameter or 'another command line'}"
        }
    return found


def _instant(event: int, thread: int, words: str) -> dict[str, Any]:
    return {"ph": "i", "pid": PROCESS, "tid": thread, "ts": event, "name": words, "cat": "log", "s": "t"}


class Counters:
    """The bytes and regions in both of memblock's arrays, led along the trace."""

    def __init__(self, trace: Trace) -> None:
        self.sizes: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        for name in ARRAYS:
            start = trace.at_start(f"memblock.{name}")
            regions = start.regions if isinstance(start, RegionsSnapshot) else ()
            self.sizes[name] = sum(region.size for region in regions)
            self.counts[name] = sum(1 for region in regions if region.size)

    def after(self, event: int, changes: tuple[Change, ...]) -> Iterator[dict[str, Any]]:
        """What changed by an event: the counters that are not what they were."""
        before = {**self.sizes}, {**self.counts}
        for change in changes:
            if isinstance(change, Splice) and change.target.startswith("memblock."):
                self._count(change.target.removeprefix("memblock."), change)
        for name in ARRAYS:
            if self.sizes[name] != before[0][name]:
                yield self._bytes(event, name)
        if self.counts != before[1]:
            yield self._regions(event)

    def _count(self, name: str, change: Splice) -> None:
        for sign, regions in ((-1, change.removed), (1, change.inserted)):
            self.sizes[name] += sign * sum(region.size for region in regions)
            self.counts[name] += sign * sum(1 for region in regions if region.size)

    def all(self, event: int) -> Iterator[dict[str, Any]]:
        """All counters."""
        for name in ARRAYS:
            yield self._bytes(event, name)
        yield self._regions(event)

    def _bytes(self, event: int, name: str) -> dict[str, Any]:
        return _counter(event, f"memblock.{name} (bytes)", {"bytes": self.sizes[name]})

    def _regions(self, event: int) -> dict[str, Any]:
        return _counter(event, "regions", {**self.counts})


def _counter(event: int, name: str, values: Mapping[str, int]) -> dict[str, Any]:
    return {"ph": "C", "pid": PROCESS, "tid": CALLS, "ts": event, "name": name, "args": values}

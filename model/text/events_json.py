"""Events as plain data for JSON, one object each, and the names of their kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..base.units import hex_address
from ..index.memblock_ops import Operation, Trait, operations_of
from ..memory.pagetable.format import EntryFormat
from ..trace.events import CHANGES, Kind, Trace
from .debugfs import flag_list
from .events import describe, max_numnodes, named_arguments, whence
from .results import result_json
from .values_json import value_json

KINDS: Mapping[str, Kind] = {
    "call": Kind.ENTER,
    "return": Kind.LEAVE,
    "log": Kind.LOG,
    "memblock": Kind.MEMBLOCK,
    "page-table": Kind.PAGE_TABLE,
    "section": Kind.SECTION,
    "zone": Kind.ZONE,
    "variable": Kind.VARIABLE,
    "e820": Kind.E820,
    "numa": Kind.NUMA,
    "panic": Kind.PANIC,
}
"""The kinds of events by what they are called in questions and in JSON."""
NAMES: Mapping[int, str] = {kind: name for name, kind in KINDS.items()}


def event_json(trace: Trace, event: int, entries: EntryFormat) -> dict[str, Any]:
    """An event: its number, kind and words, which function it happened in and how deep; and what each kind
    has beside that."""
    kind = trace.kind(event)
    parent = trace.parent(event)
    common: dict[str, Any] = {
        "event": event,
        "kind": NAMES[kind],
        "text": describe(trace, event, entries),
        "in": trace.function(parent).name if parent >= 0 else None,
        "depth": sum(1 for _ in trace.outwards(event)),
        "known_from": whence(trace, event) or None,
    }
    return {**common, **_more(trace, event, kind)}


def _more(trace: Trace, event: int, kind: int) -> dict[str, Any]:
    if kind == Kind.ENTER:
        return _call(trace, event)
    if kind == Kind.LEAVE:
        name = trace.function(event).name
        result = result_json(name, trace.payload(event))
        return {"function": name, "call": trace.partner(event), "result": result}
    if kind == Kind.LOG:
        return {"level": trace.log_format(event).level, "printed": trace.is_printed(event)}
    if kind in CHANGES:
        told: dict[str, Any] = {"parts": sorted({change.target for change in trace.payload(event)})}
        if kind == Kind.MEMBLOCK:
            most = max_numnodes(trace)
            told["operations"] = [_operation(each, most) for each in operations_of(trace, event)]
        return told
    return {}


def _call(trace: Trace, enter: int) -> dict[str, Any]:
    arguments = named_arguments(trace, enter)
    return {
        "function": trace.function(enter).name,
        "arguments": {name: value_json(name, value) for name, value in arguments.items()},
        "caller": trace.callers(enter) or None,
        "return": trace.partner(enter) or None,
    }


def _operation(operation: Operation, max_numnodes: int) -> dict[str, Any]:
    """What was done to a range of bytes of one of memblock's arrays."""
    kind = "add" if operation.adds else "remove" if operation.removes else "change"
    return {
        "array": operation.array,
        "operation": kind,
        "start": hex_address(operation.start),
        "end": hex_address(operation.end),
        "size": operation.end - operation.start,
        "before": _trait(operation.old, max_numnodes),
        "after": _trait(operation.new, max_numnodes),
    }


def _trait(trait: Trait | None, max_numnodes: int) -> dict[str, Any] | None:
    if trait is None:
        return None
    flags, nid = trait
    return {"flags": flag_list(flags), "nid": nid if 0 <= nid < max_numnodes else None}

"""Bytes as a trace again.

Nothing is believed.  Every number is checked to be among those there are, every call to be returned from in
order, every change to fit the state it claims to change, every line of the log to be printable.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple, cast

from ..changes import Change, Target
from ..events import CHANGES, WITHOUT_A_WORD, Kind, Trace
from ..functions import FunctionTable, Site, SiteTable
from .arguments import is_shallow, unpack_values
from .container import TraceFileError
from .formats import check_line, check_template
from .parts import Contents, EncodedPart
from .write import MACHINE_IS_BIG, Tables

ENTER, LEAVE = int(Kind.ENTER), int(Kind.LEAVE)
SCALARS = frozenset((int, str, bool, float, type(None)))
MOST_LINES = 1 << 31


def decode(data: bytes, targets: Mapping[str, Target], contents: Contents) -> Trace:
    """The trace that `encode` made some bytes of.  `targets` are the parts of a new state, which is then as
    it is at the end of the trace.  Raises `TraceFileError`."""
    # Many tuples are made at once, none of them in a circle: to look for garbage would take half the time.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        raw = unpack_values(data)
        if type(raw) is not tuple or len(cast("tuple[Any, ...]", raw)) != 5:
            raise TraceFileError("is damaged: expected five parts of a trace")
        tables, kinds, sites, tags, payloads = cast("tuple[Any, ...]", raw)
        reader = _Reader(contents.shapes.build(tables, Tables), targets, contents)
        reader.events(_columns(kinds, sites, tags, payloads), payloads)
        return reader.trace
    finally:
        if was_enabled:
            gc.enable()


class _Columns(NamedTuple):
    kinds: bytes
    sites: array[int]
    tags: array[int]


def _columns(kinds: Any, sites: Any, tags: Any, payloads: Any) -> _Columns:
    if not (type(kinds) is type(sites) is type(tags) is bytes and type(payloads) is tuple):
        raise TraceFileError("is damaged: expected columns of events")
    count = len(cast("tuple[Any, ...]", payloads))
    if count > Trace.MOST_EVENTS:
        raise TraceFileError(f"is damaged: {count} events are more than any trace has")
    columns = _Columns(kinds, array("I"), array("H"))
    for column, data in ((columns.sites, sites), (columns.tags, tags)):
        if len(data) != count * column.itemsize:
            raise TraceFileError("is damaged: its columns differ in length")
        column.frombytes(data)
        if MACHINE_IS_BIG:
            column.byteswap()
    if len(kinds) != count:
        raise TraceFileError("is damaged: its columns differ in length")
    return columns


class _Reader:
    """Fills a trace."""

    def __init__(self, tables: Tables, targets: Mapping[str, Target], contents: Contents) -> None:
        functions, sites = FunctionTable(), SiteTable()
        for function in tables.functions:
            site = _site(Site(function.filename, function.first_line))
            added = functions.add(
                function.name,
                function.kernel_file,
                function.parameters,
                site,
                function.doc,
                function.hides,
            )
            if added.number != function.number:
                raise TraceFileError("is damaged: its functions are not in order")
        for site in tables.sites:
            sites.add(_site(site))
        symbols = None if tables.symbols is None else dict(tables.symbols)
        self.trace = trace = Trace(symbols, functions, sites)
        self.widths: list[tuple[int, ...]] = []
        for number, format in enumerate(tables.formats):
            self.widths.append(check_template(format.template))
            values = (format.template, format.level, format.parameter, format.printed)
            if trace.formats.number_of(*values) != number:
                raise TraceFileError("is damaged: a format of messages comes twice")
        self.targets = targets
        self.parts: list[EncodedPart] = [
            self._part(name, snapshot, contents) for name, snapshot in tables.targets
        ]
        if len(trace.targets) != len(targets) or len(self.parts) != len(targets):
            raise TraceFileError("is damaged: parts of the state are missing")
        trace.start()

    def _part(self, name: str, snapshot: Any, contents: Contents) -> EncodedPart:
        """A part of the state, as it was before anything happened."""
        content, target = contents.parts.get(name), self.targets.get(name)
        if content is None or target is None:
            raise TraceFileError(f"is damaged: no part of the state is called {name!r}")
        target.restore(contents.shapes.build(snapshot, content.snapshot))
        self.trace.add_target(name, target)
        return EncodedPart(name, target, content, contents.shapes)

    def events(self, columns: _Columns, payloads: tuple[Any, ...]) -> None:
        """Take all events over, in order."""
        trace, functions = self.trace, self.trace.functions
        kinds, sites, tags = columns
        if sites and max(sites) >= len(trace.sites):
            raise TraceFileError("is damaged: an event happened nowhere")
        parents, partners, current = array("i"), array("i", bytes(4 * len(payloads))), -1
        taken = trace._payloads
        for event, (kind, tag, payload) in enumerate(zip(kinds, tags, payloads, strict=True)):
            parents.append(current)
            if kind == ENTER:
                if tag >= len(functions) or not _are_arguments(payload, functions[tag].parameters):
                    raise TraceFileError(f"is damaged: event {event} calls no function")
                current = event
                taken.append(payload)
            elif kind == LEAVE:
                if current < 0 or tags[current] != tag or not is_shallow(payload):
                    raise TraceFileError(f"is damaged: event {event} returns from nowhere")
                partners[event], partners[current] = current, event
                parents[event] = current = parents[current]
                taken.append(payload)
            elif kind in CHANGES:
                changes = self._changes(event, kind, payload)
                taken.append(changes)
                if trace.keyframes.is_due(changes):
                    trace.keyframes.take(event + 1)
            else:
                self._others(event, kind, tag, payload, current)
                taken.append(payload)
        trace._kinds, trace._sites, trace._tags = bytearray(kinds), sites, tags
        trace._parents, trace._partners = parents, partners
        trace.finish()

    def _others(self, event: int, kind: int, tag: int, payload: Any, current: int) -> None:
        """A line of the log, or the end."""
        if kind == Kind.LOG:
            if tag >= len(self.widths) or not _is_plain(payload):
                raise TraceFileError(f"is damaged: event {event} is no line of a log")
            template = self.trace.formats[tag].template
            check_line(template, self.widths[tag], payload, event)
            if current < 0 and "{caller}" in template:
                raise TraceFileError(f"is damaged: event {event} has no caller")
            self.trace.logs.append(event)
        elif kind != Kind.PANIC or tag > WITHOUT_A_WORD or type(payload) is not str:
            raise TraceFileError(f"is damaged: event {event} is of no known kind")

    def _changes(self, event: int, kind: int, raw: Any) -> tuple[Change, ...]:
        """What an event changes, done to the state."""
        if type(raw) is not tuple or not raw:
            raise TraceFileError(f"is damaged: event {event} changes nothing")
        changes: list[Change] = []
        for each in cast("tuple[Any, ...]", raw):
            fields = cast("tuple[Any, ...]", each)
            if type(each) is not tuple or len(fields) != 4 or type(fields[0]) is not int:
                raise TraceFileError(f"is damaged: event {event} has an unreadable change")
            number: int = fields[0]
            if not -len(self.parts) <= number < len(self.parts):
                raise TraceFileError(f"is damaged: event {event} changes no part of the state")
            part = self.parts[number if number >= 0 else ~number]
            if part.kind != kind:
                raise TraceFileError(f"is damaged: event {event} changes {part.name}, which is not its kind")
            change = part.splice(*fields[1:]) if number >= 0 else part.assign(*fields[1:])
            if change is None:
                raise TraceFileError(f"is damaged: what event {event} changes was not so before")
            changes.append(change)
        return tuple(changes)


def _is_plain(payload: Any) -> bool:
    return type(payload) is tuple and SCALARS.issuperset(map(type, cast("tuple[Any, ...]", payload)))


def _are_arguments(payload: Any, parameters: tuple[str, ...]) -> bool:
    if type(payload) is not tuple or len(cast("tuple[Any, ...]", payload)) > len(parameters):
        return False
    return _is_plain(payload) or is_shallow(payload)


def _site(site: Site) -> Site:
    path = PurePosixPath(site.filename)
    if path.is_absolute() or ".." in path.parts or not 0 <= site.line < MOST_LINES:
        raise TraceFileError("is damaged: a place in the source is outside it")
    return site

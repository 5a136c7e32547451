"""Requests about breakpoints: at lines, functions and data, and the filters of exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...model.debugger.breakpoints.errors import BreakpointError
from ...model.debugger.breakpoints.locations import Location
from ...model.trace.events import Kind
from .arguments import (
    DapError,
    DataBreakpointInfoArguments,
    FilterOption,
    PlaceArguments,
    SetBreakpointsArguments,
    SetDataBreakpointsArguments,
    SetExceptionBreakpointsArguments,
    SetFunctionBreakpointsArguments,
    SourceArgument,
    ThreadArguments,
)
from .breakpoints import DATA, EXCEPTIONS, FILTERS, FUNCTIONS, PANIC, EditorPoint, Wish
from .files import real
from .session import Session

MOST_LOCATIONS = 5000
"""Lines that a question about places to stop at is answered with."""


def set_breakpoints(session: Session, arguments: SetBreakpointsArguments) -> dict[str, Any]:
    """``setBreakpoints``: all those of a file."""
    source = arguments.source
    path = source.path or source.name
    if not path or "\0" in path:
        raise DapError("breakpoints need a source with a path")
    named = SourceArgument(path=path)
    first = session.client.first_line
    if arguments.breakpoints is None:
        wishes = [Wish(source=named, line=line + 1 - first) for line in arguments.lines or ()]
    else:
        wishes = [
            Wish(
                "", named, each.line + 1 - first, each.condition or None, each.hit_condition, each.log_message
            )
            for each in arguments.breakpoints
        ]
    return _told(session, session.points.replace(f"file {real(path)}", wishes))


def set_function_breakpoints(session: Session, arguments: SetFunctionBreakpointsArguments) -> dict[str, Any]:
    """``setFunctionBreakpoints``: functions, or any other place that ``break`` takes."""
    wishes = [
        Wish(each.name, condition=each.condition or None, hits=each.hit_condition)
        for each in arguments.breakpoints
    ]
    return _told(session, session.points.replace(FUNCTIONS, wishes))


def set_data_breakpoints(session: Session, arguments: SetDataBreakpointsArguments) -> dict[str, Any]:
    """``setDataBreakpoints``: watches."""
    wishes = [
        Wish(f"watch:{each.data_id}", condition=each.condition or None, hits=each.hit_condition)
        for each in arguments.breakpoints
    ]
    return _told(session, session.points.replace(DATA, wishes))


def set_exception_breakpoints(
    session: Session, arguments: SetExceptionBreakpointsArguments
) -> dict[str, Any]:
    """``setExceptionBreakpoints``: the kernel's panic, and messages of a level."""
    asked = [*map(FilterOption, arguments.filters), *(arguments.filter_options or ())]
    for each in asked:
        if each.filter_id not in FILTERS:
            raise DapError(f"there is no filter {each.filter_id!r}, there are {', '.join(FILTERS)}")
    session.points.filters = frozenset(each.filter_id for each in asked)
    levels = [each for each in asked if each.filter_id != PANIC]
    wishes = [Wish(f"log-level:{each.filter_id}", condition=each.condition or None) for each in levels]
    points = iter(session.points.replace(EXCEPTIONS, wishes))
    told = [
        {"verified": True} if each.filter_id == PANIC else session.points.told(next(points)) for each in asked
    ]
    return {"breakpoints": told}


def _told(session: Session, points: Sequence[EditorPoint]) -> dict[str, Any]:
    return {"breakpoints": [session.points.told(point) for point in points]}


def breakpoint_locations(session: Session, arguments: PlaceArguments) -> dict[str, Any]:
    """``breakpointLocations``: the lines of a stretch at which one can stop."""
    boot, shift = session.here(), 1 - session.client.first_line
    end = arguments.line if arguments.end_line is None else arguments.end_line
    first, last = arguments.line + shift, end + shift
    lines = boot.files.lines(boot.files.named(arguments.source))
    found = [{"line": line} for line in lines if first <= line <= last]
    return {"breakpoints": found[:MOST_LOCATIONS]}


def data_breakpoint_info(session: Session, arguments: DataBreakpointInfoArguments) -> dict[str, Any]:
    """``dataBreakpointInfo``: what a watch of a row, or of words, would be about."""
    boot = session.here()
    words = arguments.name.strip()
    if arguments.variables_reference:
        row = session.handles.node(arguments.variables_reference).row(arguments.name)
        if row is None:
            raise DapError(f"there is no row {arguments.name!r} in that variablesReference")
        words = row.watch
        if not words:
            return {"dataId": None, "description": f"{row.name} is no part of the state that can be watched"}
    elif arguments.bytes is not None and arguments.bytes > 0:
        words = f"{words},{arguments.bytes:#x}"
    try:
        location = Location.parse(f"watch:{words}", boot.debugger.names)
    except BreakpointError as error:
        return {"dataId": None, "description": str(error)}
    description = f"stop when {location.watch} changes"
    return {"dataId": words, "description": description, "accessTypes": ["write"], "canPersist": True}


def exception_info(session: Session, arguments: ThreadArguments) -> dict[str, Any]:
    """``exceptionInfo``: the panic, or the message, that one stands just behind."""
    boot = session.thread(arguments.thread_id)
    trace, event = boot.debugger.trace, boot.debugger.position - 1
    kind = trace.kind(event) if event >= 0 else None
    if kind == Kind.PANIC:
        found, words = PANIC, trace.ending(event)
    elif kind == Kind.LOG:
        found, words = f"message of level {trace.log_format(event).level}", trace.log_text(event)
    else:
        raise DapError("no panic and no kernel message is what one stopped at here")
    stack = "\n".join(
        f"{frame.function.name} at {frame.site.filename}:{frame.site.line}" for frame in boot.frames()
    )
    return {
        "exceptionId": found,
        "description": words,
        "breakMode": "always",
        "details": {"message": words, "typeName": found, "stackTrace": stack},
    }

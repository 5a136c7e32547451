"""What the requests of the protocol carry, as types: whatever does not fit is told in one sentence.

Only what is used here is named; what else a client sends is left alone, as the protocol asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, cast

import msgspec
from msgspec import Struct

_LARGEST = 1 << 53
Number = Annotated[int, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]
"""An integer of the protocol: of those that JSON has for everybody."""
MOST_ITEMS = 10_000
"""Items of the longest list that is taken."""


class DapError(ValueError):
    """Why a request is not answered, in one sentence."""


class Nothing(Struct, frozen=True, rename="camel"):
    """Of requests whose arguments do not matter."""


class InitializeArguments(Struct, frozen=True, rename="camel"):
    """What the client is like."""

    client_name: str | None = None
    lines_start_at1: bool = True
    columns_start_at1: bool = True
    path_format: str | None = None


class LaunchArguments(Struct, frozen=True, rename="camel"):
    """Which boot is asked for.  `machine` is any MACHINE of the command line, `options` are its options, as
    words or by their names; `at` is a position to begin at."""

    machine: str | None = None
    cmdline: str | None = None
    options: list[str] | dict[str, str | Number | bool | list[str]] | None = None
    at: str | None = None
    stop_on_entry: bool | None = None
    no_debug: bool = False


class RestartArguments(Struct, frozen=True):
    """What may have been changed since the launch."""

    arguments: LaunchArguments | None = None


class SourceArgument(Struct, frozen=True, rename="camel"):
    """A source file."""

    name: str | None = None
    path: str | None = None
    source_reference: Number | None = None


class SourceBreakpointArgument(Struct, frozen=True, rename="camel"):
    """A breakpoint at a line."""

    line: Number
    condition: str | None = None
    hit_condition: str | None = None
    log_message: str | None = None


class SetBreakpointsArguments(Struct, frozen=True, rename="camel"):
    """All the breakpoints of a file."""

    source: SourceArgument
    breakpoints: list[SourceBreakpointArgument] | None = None
    lines: list[Number] | None = None


class FunctionBreakpointArgument(Struct, frozen=True, rename="camel"):
    """A breakpoint at a function, or at any other place that ``break`` takes."""

    name: str
    condition: str | None = None
    hit_condition: str | None = None


class SetFunctionBreakpointsArguments(Struct, frozen=True):
    """All the breakpoints at functions."""

    breakpoints: list[FunctionBreakpointArgument]


class DataBreakpointArgument(Struct, frozen=True, rename="camel"):
    """A watch."""

    data_id: str
    access_type: str | None = None
    condition: str | None = None
    hit_condition: str | None = None


class SetDataBreakpointsArguments(Struct, frozen=True):
    """All the watches."""

    breakpoints: list[DataBreakpointArgument]


class DataBreakpointInfoArguments(Struct, frozen=True, rename="camel"):
    """What may be watched."""

    name: str
    variables_reference: Number | None = None
    frame_id: Number | None = None
    bytes: Number | None = None
    as_address: bool | None = None


class FilterOption(Struct, frozen=True, rename="camel"):
    """A filter of exceptions, under a condition."""

    filter_id: str
    condition: str | None = None


class SetExceptionBreakpointsArguments(Struct, frozen=True, rename="camel"):
    """All the filters of exceptions."""

    filters: list[str]
    filter_options: list[FilterOption] | None = None


class PlaceArguments(Struct, frozen=True, rename="camel"):
    """A stretch of a file."""

    source: SourceArgument
    line: Number
    end_line: Number | None = None


class MoveArguments(Struct, frozen=True, rename="camel"):
    """A step."""

    thread_id: Number
    granularity: str | None = None


class GotoArguments(Struct, frozen=True, rename="camel"):
    """A jump to a target that was offered."""

    thread_id: Number
    target_id: Number


class FrameArguments(Struct, frozen=True, rename="camel"):
    """A frame of the stack."""

    frame_id: Number


class ThreadArguments(Struct, frozen=True, rename="camel"):
    """The thread."""

    thread_id: Number


class StackTraceArguments(Struct, frozen=True, rename="camel"):
    """A page of the stack."""

    thread_id: Number
    start_frame: Number | None = None
    levels: Number | None = None


class VariablesArguments(Struct, frozen=True, rename="camel"):
    """A page of what is in something."""

    variables_reference: Number
    filter: str | None = None
    start: Number | None = None
    count: Number | None = None


class EvaluateArguments(Struct, frozen=True, rename="camel"):
    """An expression, or a line of the console."""

    expression: str
    frame_id: Number | None = None
    context: str | None = None


class CompletionsArguments(Struct, frozen=True, rename="camel"):
    """A line that is being typed."""

    text: str
    column: Number
    line: Number | None = None
    frame_id: Number | None = None


class SourceArguments(Struct, frozen=True, rename="camel"):
    """A source whose text is asked for."""

    source_reference: Number = 0
    source: SourceArgument | None = None


class ModulesArguments(Struct, frozen=True, rename="camel"):
    """A page of modules."""

    start_module: Number | None = None
    module_count: Number | None = None


class CancelArguments(Struct, frozen=True, rename="camel"):
    """A request that nobody waits for."""

    request_id: Number | None = None


class EndArguments(Struct, frozen=True, rename="camel"):
    """How a session ends."""

    restart: Any = None
    terminate_debuggee: bool | None = None


_Read = TypeVar("_Read", bound=Struct)
_WHERE = re.compile(r"(.*) - at `\$\.?(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")
_KINDS = {
    "int": "an integer",
    "str": "a string",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "float": "a number",
}


def read(kind: type[_Read], arguments: Any) -> _Read:
    """Arguments as a type.  Raises `DapError`."""
    try:
        found = msgspec.convert({} if arguments is None else arguments, kind)
    except msgspec.ValidationError as error:
        raise DapError(_sentence(str(error))) from None
    except (ValueError, RecursionError) as error:
        raise DapError(f"the arguments do not fit: {error}") from None
    _check_lengths(arguments)
    return found


def _sentence(words: str) -> str:
    """What msgspec says, in the protocol's words."""
    found = _WHERE.fullmatch(words)
    what, where = (found[1], found[2]) if found else (words, "")
    if missing := _MISSING.fullmatch(what):
        return f"argument {where}{'.' if where else ''}{missing[1]} is missing"
    what = re.sub(r"`([^`]*)`", lambda name: _kinds(name[1]), what)
    what = what[:1].lower() + what[1:]
    return f"argument {where}: {what}" if where else f"the arguments do not fit: {what}"


def _kinds(names: str) -> str:
    kinds = [_KINDS.get(name, name) for name in names.split(" | ")]
    return " or ".join(kinds if len(kinds) == 1 else [kind for kind in kinds if kind != "null"])


def _check_lengths(arguments: Any) -> None:
    if isinstance(arguments, Mapping):
        for name, value in cast("Mapping[str, Any]", arguments).items():
            if isinstance(value, list) and len(cast("list[Any]", value)) > MOST_ITEMS:
                raise DapError(f"argument {name}: at most {MOST_ITEMS} items are taken")

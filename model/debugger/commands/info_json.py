"""What topics of ``info`` tell, as plain data for JSON; those that are not here tell words only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..debugger import Debugger
from .displaying import displays_json
from .frames import frame_json, stack_json
from .numbers import named_breakpoints


def _breakpoints(debugger: Debugger, rest: str) -> dict[str, Any]:
    from ..inspect.commands_json import breakpoints_json  # only where JSON is printed

    return breakpoints_json(named_breakpoints(debugger, rest))


def _watchpoints(debugger: Debugger, rest: str) -> dict[str, Any]:
    from ..inspect.commands_json import breakpoints_json

    return breakpoints_json(point for point in named_breakpoints(debugger, rest) if point.location.watch)


def _regions(debugger: Debugger, rest: str) -> dict[str, Any]:
    from ..inspect.regions import regions_json

    return regions_json(debugger)


def _variables(debugger: Debugger, rest: str) -> dict[str, Any]:
    from ...text.values_json import value_json
    from .symbols import matching

    variables = debugger.state.variables
    found = {name: value_json(name, variables[name]) for name in matching(rest, [*variables])}
    return {"kind": "variables", "variables": found}


def _arguments(debugger: Debugger, rest: str) -> dict[str, Any]:
    return stack_json(debugger, "") if debugger.selected_frame() is None else frame_json(debugger, "")


PLAIN: Mapping[str, Callable[[Debugger, str], dict[str, Any]]] = {
    "args": _arguments,
    "breakpoints": _breakpoints,
    "display": displays_json,
    "e820": _regions,
    "frame": frame_json,
    "memblock": _regions,
    "stack": stack_json,
    "variables": _variables,
    "watchpoints": _watchpoints,
}
"""By topic."""

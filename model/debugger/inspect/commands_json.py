"""What commands say of where the debugger stands, as plain data for JSON: frames, breakpoints, displays, who
has an address.  ``bootstep help json`` lists the fields; they stay as they are, and new ones may come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...base.units import hex_address
from ...text.values_json import value_json
from .answers_json import facts_json

if TYPE_CHECKING:
    from ...build.kernel_source.found import Place
    from ..breakpoints.breakpoints import Breakpoint
    from ..debugger import Debugger
    from ..frames import Frame
    from ..stop import Stop
    from .address import Fact

Plain = dict[str, Any]


def who_json(physical: int | None, virtual: int | None, facts: Iterable[Fact]) -> Plain:
    """Who has an address: null where it has no physical one, or was not named by a virtual one."""
    return {
        "kind": "who",
        "physical": hex_address(physical) if physical is not None else None,
        "virtual": hex_address(virtual) if virtual is not None else None,
        "facts": facts_json(facts),
    }


def kernel_place_json(place: Place) -> Plain:
    """A place in the kernel's source; whether the line is ``about`` right."""
    return {"file": place.file or None, "line": place.line, "about": place.about}


def frames_json(frames: Iterable[tuple[int, Frame]]) -> Plain:
    """Open functions with their levels, 0 being the innermost."""
    return {"kind": "frames", "frames": [_frame(level, frame) for level, frame in frames]}


def _frame(level: int, frame: Frame) -> Plain:
    return {
        "level": level,
        "function": frame.function.name,
        "arguments": {name: value_json(name, value) for name, value in frame.arguments},
        "event": frame.enter,
        **kernel_place_json(frame.place),
    }


def stop_json(debugger: Debugger, stop: Stop) -> Plain:
    """Where the last move came to rest, and why."""
    frames = debugger.where().frames
    return {
        "reason": stop.reason,
        "text": stop.text,
        "breakpoint": stop.breakpoint,
        "function": frames[-1].function.name if frames else None,
        **(kernel_place_json(frames[-1].place) if frames else {"file": None, "line": None, "about": False}),
    }


def breakpoints_json(points: Iterable[Breakpoint]) -> Plain:
    """Breakpoints, watches and log points, by number."""
    return {"kind": "breakpoints", "breakpoints": [_breakpoint(point) for point in points]}


def _breakpoint(point: Breakpoint) -> Plain:
    return {
        "number": point.number,
        "type": "log point" if point.message else "watch" if point.location.watch else "breakpoint",
        "where": point.location.watch or point.spec,
        "condition": point.condition,
        "enabled": point.enabled,
        "temporary": point.temporary,
        "hits": point.hits,
        "ignore": point.ignore,
        "message": point.message.text if point.message else None,
        "commands": list(point.commands),
        "note": point.note or None,
    }

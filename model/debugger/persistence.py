"""What a debugger keeps between runs, as plain data: breakpoints, bookmarks and where one stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ..language.words import tr
from .breakpoints.breakpoints import Breakpoint
from .breakpoints.errors import BreakpointError
from .position_names import PositionNameError

if TYPE_CHECKING:
    from .debugger import Debugger


class Restored(NamedTuple):
    """What became of what was kept: a sentence for each thing that this boot does not know, or that is
    damaged; and those it does not know (yet), as they were kept."""

    complaints: list[str]
    left: dict[str, Any]


def saved(debugger: Debugger) -> dict[str, Any]:
    """Everything worth keeping, ready for JSON; positions go by their names."""
    names = debugger.position_names
    return {
        "breakpoints": [_breakpoint(each) for each in debugger.breakpoints.all()],
        "bookmarks": {name: names.name(position) for name, position in debugger.bookmarks.items()},
        "position": names.name(debugger.position),
    }


def _breakpoint(breakpoint: Breakpoint) -> dict[str, Any]:
    return {
        "spec": breakpoint.spec,
        "condition": breakpoint.condition,
        "ignore": breakpoint.ignore,
        "temporary": breakpoint.temporary,
        "enabled": breakpoint.enabled,
        "stops_left": breakpoint.stops_left,
        "message": breakpoint.message.text if breakpoint.message else None,
    }


def restore(debugger: Debugger, data: Any) -> list[str]:
    """Set the breakpoints and bookmarks that were kept, beside those there are; the position stays.  Returns
    a sentence for each thing that this boot does not know, or that is damaged."""
    return take_up(debugger, data).complaints


def take_up(debugger: Debugger, data: Any) -> Restored:
    """The same; returns what is left over too, which a boot that gets further may know."""
    restored = Restored([], {"breakpoints": [], "bookmarks": {}})
    if not isinstance(data, Mapping):
        restored.complaints.append(tr("what was kept is damaged: expected an object"))
        return restored
    kept = cast("Mapping[str, Any]", data)
    for each in _sequence(kept.get("breakpoints", ())):
        complaint = _restore_breakpoint(debugger, each)
        if complaint:
            restored.complaints.append(complaint)
            restored.left["breakpoints"].append(each)
    for name, where in _items(kept.get("bookmarks", {})):
        try:
            debugger.bookmarks[name] = _recorded_position(debugger, str(where))
        except PositionNameError as error:
            restored.complaints.append(tr("bookmark {name}: {error}", name=name, error=error))
            restored.left["bookmarks"][name] = where
    return restored


def _recorded_position(debugger: Debugger, name: str) -> int:
    """The position of a name.  Raises `PositionNameError`, also where that is as far as a boot is recorded:
    its end, and the return of what is still open, come later."""
    position = debugger.position_names.find(name)
    if position == len(debugger.trace) and not debugger.trace.finished:
        raise PositionNameError(tr("this boot has not come to {name} yet", name=name))
    return position


def _sequence(value: Any) -> Iterator[Any]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from cast("Sequence[Any]", value)


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from cast("Mapping[str, Any]", value).items()


def _restore_breakpoint(debugger: Debugger, kept: Any) -> str:
    """Set one; returns what is wrong with it, if anything is."""
    if not isinstance(kept, Mapping):
        return tr("a breakpoint that was kept is damaged")
    fields = cast("Mapping[str, Any]", kept)
    condition, message = fields.get("condition"), fields.get("message")
    ignore = fields.get("ignore", 0)
    try:
        added = debugger.breakpoints.add(
            str(fields.get("spec", "")),
            condition=condition if isinstance(condition, str) else None,
            ignore=max(ignore, 0) if isinstance(ignore, int) else 0,
            temporary=fields.get("temporary") is True,
            message=message if isinstance(message, str) else None,
        )
    except (BreakpointError, ValueError) as error:
        return tr("breakpoint {spec}: {error}", spec=fields.get("spec", ""), error=error)
    added.enabled = fields.get("enabled", True) is True
    stops = fields.get("stops_left")
    added.stops_left = stops if isinstance(stops, int) and stops > 0 else None
    return ""

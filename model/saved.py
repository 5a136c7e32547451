"""What a debugger keeps between runs, as plain data: breakpoints, bookmarks and where one stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from .breakpoints import Breakpoint
from .locations import BreakpointError
from .position_names import PositionNameError
from .tokens import ExpressionError

if TYPE_CHECKING:
    from .debugger import Debugger


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
        "message": breakpoint.message.text if breakpoint.message else None,
    }


def restore(debugger: Debugger, data: Any) -> list[str]:
    """Set the breakpoints and bookmarks that were kept, beside those there are; the position stays.  Returns
    a sentence for each thing that this boot does not know, or that is damaged."""
    complaints: list[str] = []
    if not isinstance(data, Mapping):
        return ["what was kept is damaged: an object is wanted"]
    kept = cast("Mapping[str, Any]", data)
    breakpoints, bookmarks = kept.get("breakpoints", ()), kept.get("bookmarks", {})
    if isinstance(breakpoints, Sequence) and not isinstance(breakpoints, str):
        for each in cast("Sequence[Any]", breakpoints):
            _restore_breakpoint(debugger, each, complaints)
    if isinstance(bookmarks, Mapping):
        for name, where in cast("Mapping[str, Any]", bookmarks).items():
            try:
                debugger.bookmarks[name] = debugger.position_names.find(str(where))
            except PositionNameError as error:
                complaints.append(f"bookmark {name}: {error}")
    return complaints


def _restore_breakpoint(debugger: Debugger, kept: Any, complaints: list[str]) -> None:
    if not isinstance(kept, Mapping):
        complaints.append("a breakpoint that was kept is damaged")
        return
    fields = cast("Mapping[str, Any]", kept)
    condition, message = fields.get("condition"), fields.get("message")
    ignore = fields.get("ignore", 0)
    try:
        added = debugger.breakpoints.add(
            str(fields.get("spec", "")),
            condition=condition if isinstance(condition, str) else None,
            ignore=ignore if isinstance(ignore, int) else 0,
            temporary=fields.get("temporary") is True,
            message=message if isinstance(message, str) else None,
        )
        added.enabled = fields.get("enabled", True) is True
    except (BreakpointError, ExpressionError) as error:
        complaints.append(f"breakpoint {fields.get('spec', '')}: {error}")

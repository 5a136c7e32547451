"""Breakpoints: what the keys for them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .action import Action
from .arrival import show_and_say

if TYPE_CHECKING:
    from ..session.context import Context


def breakpoint_here(context: Context, count: int) -> None:
    """A breakpoint at what the focused pane's cursor is on, or at the current function; or away with it."""
    from ...model.debugger.breakpoints.errors import BreakpointError

    if context.session is None:
        return
    try:
        show_and_say(context, context.session.toggle_breakpoint(context.focused_pane().break_spec()))
    except BreakpointError as error:
        context.complain(str(error))


ACTIONS: dict[str, Action] = {"breakpoint": Action(breakpoint_here)}

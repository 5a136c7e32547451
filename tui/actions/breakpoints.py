"""Breakpoints: what the keys for them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Deed

if TYPE_CHECKING:
    from ..shell.app import BootstepApp


def breakpoint_here(app: BootstepApp, count: int) -> None:
    """A breakpoint at what the focused pane's cursor is on, or at the current function; or away with it."""
    from ...model.debugger.breakpoints.locations import BreakpointError

    if app.session is None:
        return
    try:
        app.say_and_show(app.session.toggle_breakpoint(app.focused_pane().break_spec()))
    except BreakpointError as error:
        app.complain(str(error))


DEEDS: dict[str, Deed] = {"breakpoint": Deed(breakpoint_here)}

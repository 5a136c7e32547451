"""Panes and what surrounds them: what the keys for them do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..shell.signals import suspend
from .registry import Act, Deed, always

if TYPE_CHECKING:
    from ..shell.app import BootstepApp

ON_HELP = frozenset(
    ("help", "quit", "clear", "zoom", "palette", "search", "next-match", "previous-match", "copy", "write")
)
"""What keys do on the help page too."""


def show_pane(number: int) -> Act:
    """Bring a pane forward and focus it."""

    def act(app: BootstepApp, count: int) -> None:
        app.bring_forward(number)

    return act


def focus_by(step: int) -> Act:
    """Focus the pane after or before the focused one; one that is out of sight comes forward."""

    def act(app: BootstepApp, count: int) -> None:
        pane = app.focused_pane()
        at = app.panes.index(pane) + step if pane in app.panes else 0
        app.bring_forward(app.panes[at % len(app.panes)].NUMBER)

    return act


def zoom(app: BootstepApp, count: int) -> None:
    """Give the focused pane all the room, or take it back."""
    if app.deck.zoomed == app.help.NUMBER:
        leave_help(app)
        return
    pane = app.focused_pane()
    app.deck.toggle_zoom(pane.NUMBER)
    app.screen.set_focus(pane)

    def leave() -> None:
        zoomed = app.focused_pane()
        app.deck.toggle_zoom(zoomed.NUMBER)
        app.screen.set_focus(zoomed if zoomed.display else app.deck.first())

    app.opened.note("the zoom", lambda: app.deck.zoomed is not None and app.before_help is None, leave)


def hide(app: BootstepApp, count: int) -> None:
    """Close the place of the focused pane."""
    pane = app.focused_pane()
    if app.deck.close_place(pane.NUMBER):
        app.screen.set_focus(app.deck.first())
        app.status.say(f"{pane.NAME} is hidden: {pane.key} brings it back, {app.keys.shown('show-all')} all.")


def hideable(app: BootstepApp) -> str:
    """One pane has to stay."""
    if app.deck.zoomed is not None:
        return f"Only one pane is shown: {app.keys.shown('zoom')} takes the zoom back."
    return "" if len(app.deck.order()) > 1 else "This is the only pane in sight."


def show_all(app: BootstepApp, count: int) -> None:
    """Bring all closed places back."""
    app.deck.open_all()


def some_hidden(app: BootstepApp) -> str:
    """There has to be one."""
    return "" if app.deck.arrangement.closed else "No pane is hidden."


def resize(is_row: bool, by: int) -> Deed:
    """Make the focused pane larger or smaller by columns (`is_row`) or rows."""

    def act(app: BootstepApp, count: int) -> None:
        pane = app.focused_pane()
        if not app.deck.enlarge(pane.NUMBER, is_row, by * count):
            how = ("wider" if by > 0 else "narrower") if is_row else ("taller" if by > 0 else "shorter")
            app.status.say(f"{pane.NAME} cannot be {how} here.", "stop")

    def why_not(app: BootstepApp) -> str:
        if app.deck.zoomed is not None:
            return f"{app.keys.shown('zoom')} takes the zoom back, then panes have sizes."
        pane = app.focused_pane()
        where = "beside" if is_row else "above or below"
        is_alone = app.deck.border(pane.NUMBER, is_row) is None
        return f"There is nothing {where} {pane.NAME} to share room with." if is_alone else ""

    return Deed(act, why_not)


def show_help(app: BootstepApp, count: int) -> None:
    """The help page, and away with it."""
    if app.deck.zoomed == app.help.NUMBER:
        leave_help(app)
        return
    app.before_help = app.counting.view()
    app.opened.note("the help page", lambda: app.before_help is not None, partial(leave_help, app))
    app.help.open_from(app.panes, app.focused_pane())
    app.bring_forward(app.help.NUMBER)


def leave_help(app: BootstepApp) -> None:
    """Everything as it was before the help page."""
    if app.before_help is not None:
        view, app.before_help = app.before_help, None
        app.counting.put_back(view)


def in_help(app: BootstepApp, id: str) -> str:
    """What can be done with the help page before one; a pane's number leaves it."""
    if app.before_help is None or id in ON_HELP or id.startswith("pane-"):
        return ""
    return f"{app.keys.shown('clear')} leaves the help page first."


def palette(app: BootstepApp, count: int) -> None:
    """Everything, by name."""
    app.action_command_palette()


def leave(app: BootstepApp, count: int) -> None:
    """End, without a question; the help page first."""
    if app.deck.zoomed == app.help.NUMBER:
        leave_help(app)
    else:
        app.exit(0)


DEEDS: dict[str, Deed] = {
    **{f"pane-{number}": Deed(show_pane(number), always) for number in range(1, 10)},
    "next-pane": Deed(focus_by(1), always),
    "previous-pane": Deed(focus_by(-1), always),
    "zoom": Deed(zoom, always),
    "hide": Deed(hide, hideable),
    "show-all": Deed(show_all, some_hidden),
    "taller": resize(False, 1),
    "shorter": resize(False, -1),
    "wider": resize(True, 2),
    "narrower": resize(True, -2),
    "help": Deed(show_help, always),
    "palette": Deed(palette, always),
    "quit": Deed(leave, always),
    "suspend": Deed(suspend, always),
}

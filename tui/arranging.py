"""Panes and what surrounds them: what the keys for them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deeds import Act, Deed, always
from .help import HelpScreen

if TYPE_CHECKING:
    from .app import BootstepApp


def show_pane(number: int) -> Act:
    """Bring a pane forward and focus it."""

    def act(app: BootstepApp, count: int) -> None:
        app.bring_forward(number)

    return act


def focus_by(step: int) -> Act:
    """Focus the pane after or before the focused one; one that is out of sight comes forward."""

    def act(app: BootstepApp, count: int) -> None:
        at = app.panes.index(app.focused_pane()) + step
        app.bring_forward(app.panes[at % len(app.panes)].NUMBER)

    return act


def zoom(app: BootstepApp, count: int) -> None:
    """Give the focused pane all the room, or take it back."""
    pane = app.focused_pane()
    app.deck.toggle_zoom(pane.NUMBER)
    app.screen.set_focus(pane)


def show_help(app: BootstepApp, count: int) -> None:
    """The help page."""
    app.push_screen(HelpScreen(app.panes, app.deck))


def palette(app: BootstepApp, count: int) -> None:
    """Everything, by name."""
    app.action_command_palette()


def leave(app: BootstepApp, count: int) -> None:
    """End, without a question."""
    app.exit(0)


DEEDS: dict[str, Deed] = {
    **{f"pane-{number}": Deed(show_pane(number), always) for number in range(1, 10)},
    "next-pane": Deed(focus_by(1), always),
    "previous-pane": Deed(focus_by(-1), always),
    "zoom": Deed(zoom, always),
    "help": Deed(show_help, always),
    "palette": Deed(palette, always),
    "quit": Deed(leave, always),
}

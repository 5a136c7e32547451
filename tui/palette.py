"""The command palette, made from the table of actions and what the panes say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .actions import GROUPS
from .panes.pane import Pane


class Entry(NamedTuple):
    """A line of the palette, and the app's action it stands for."""

    title: str
    help: str
    action: str


def palette_entries(panes: Iterable[Pane]) -> Iterator[Entry]:
    """Every action, every pane, and the colours."""
    for group in GROUPS:
        for action in group.actions:
            if action.help and action.name != "command_palette":
                yield Entry(f"{action.label} ({action.shown})", action.help, action.name)
    for pane in panes:
        name = "command" if pane.KEY == ":" else f"pane({pane.NUMBER})"
        yield Entry(f"pane: {pane.NAME} ({pane.key})", pane.ABOUT, name)
    yield Entry("theme", "Change the colours", "change_theme")

"""The command palette, made from the table of keys and what the panes say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct
from textual.app import App, SystemCommand

from ...model.language.words import tr, translatable
from ..draw.themes import ABOUT
from ..panes.pane import Pane
from ..settings.bindings import KEY_BINDINGS, help_of, label_of
from ..settings.keymap import Keymap

COMMANDS = {
    "present": translatable("For a projector: few panes, what changed in the light; again ends it"),
    "keys": translatable("Show keys as they are pressed while one presents, or not"),
    "timer": translatable("Show the time while one presents, or not"),
}
"""Commands that have no key, and turn something over."""


class PaletteEntry(Struct, frozen=True):
    """A line of the palette, and the app's action it stands for."""

    title: str
    help: str
    action: str


def palette_entries(panes: Iterable[Pane], keys: Keymap) -> Iterator[PaletteEntry]:
    """Every action, every pane, and the colours."""
    for action in KEY_BINDINGS.values():
        if action.help and action.id != "palette":
            yield PaletteEntry(
                f"{label_of(action)} ({keys.shown(action.id)})", help_of(action), f"act('{action.id}')"
            )
    for pane in panes:
        key = f" ({pane.key})" if pane.key else ""
        yield PaletteEntry(
            tr("pane: {name}{key}", name=tr(pane.NAME), key=key),
            keys.words(tr(pane.ABOUT)),
            f"show_pane('{pane.ID}')",
        )
        for action in pane.KEYS:
            yield PaletteEntry(
                f"{tr(pane.NAME)}: {label_of(action)} ({keys.shown(action.id)})",
                help_of(action),
                f"pane_act('{pane.ID}', '{action.id}')",
            )
    for line, about in COMMANDS.items():
        yield PaletteEntry(line, tr(about), f"command('{line}')")
    for name, about in ABOUT.items():
        yield PaletteEntry(tr("theme: {name}", name=name), tr(about), f"dress('{name}')")


def open_palette(app: App[Any]) -> None:
    """Open the palette, unless it is open."""
    from textual.command import CommandPalette  # the first screen has none

    if not CommandPalette.is_open(app):
        app.push_screen(CommandPalette(placeholder=tr("Search for commands…"), id="--command-palette"))


def system_commands(
    panes: Iterable[Pane], keys: Keymap, run: Callable[[str], object]
) -> Iterator[SystemCommand]:
    """The same as Textual takes them; `run` runs an action of the app."""
    for entry in palette_entries(panes, keys):

        def chosen(action: str = entry.action) -> None:
            run(action)

        yield SystemCommand(entry.title, entry.help, chosen)

"""The table of keys as Textual takes it."""

from __future__ import annotations

from textual.binding import Binding

from ..settings.bindings import KeyBinding


def binding(key: KeyBinding, action: str, priority: bool = False) -> Binding:
    """A line of the table of keys as Textual takes it; `action` is Textual's name for what it does."""
    return Binding(
        key.keys, action, key.label, show=False, key_display=key.shown, priority=priority, id=key.id
    )


def method_name(key: KeyBinding) -> str:
    """The method that a key of a single pane calls, without ``action_``."""
    return key.id.partition(".")[2].replace("-", "_")

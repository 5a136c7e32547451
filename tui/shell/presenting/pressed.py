"""The keys that were pressed last, and what they did, for an audience."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ...settings.bindings import KEY_BINDINGS, SCROLLING, KeyBinding, label_of
from ...settings.keymap import Keymap, shown_key

LINGER = 10.0
"""Seconds that a key stays."""
MOST = 5


class Pressed(NamedTuple):
    """A key, what it did, how often it was pressed on end, and when at last."""

    key: str
    label: str
    times: int
    at: float


class PressedKeys:
    """The last keys, the newest first; `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.keys: list[Pressed] = []

    def press(self, key: str, label: str) -> None:
        """A key was pressed."""
        last = self.keys[0] if self.keys else None
        times = 1
        if last is not None and (last.key, last.label) == (key, label):
            times = last.times + 1
            del self.keys[0]
        self.keys.insert(0, Pressed(key, label, times, self.clock()))
        del self.keys[MOST:]

    def seen(self) -> list[Pressed]:
        """Those that are still to be seen."""
        since = self.clock() - LINGER
        return [key for key in self.keys if key.at >= since]


def meaning(key: str, keymap: Keymap, of_pane: Iterable[KeyBinding]) -> tuple[str, str]:
    """What people call a key of Textual's, and what it does where the focused pane has keys `of_pane`;
    nothing: it does nothing."""
    for each in (*KEY_BINDINGS.values(), *of_pane, *SCROLLING):
        if key in keymap.of(each.id):
            return shown_key(key), label_of(each)
    return shown_key(key), ""

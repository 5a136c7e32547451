"""The footer: the keys one needs first, from the table of actions."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from .actions import FOOTER, HINT


class KeyBar(Widget):
    """One row of keys and what they do; a click does it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--label"}

    def __init__(self) -> None:
        super().__init__(id="keybar")
        self._spans: list[tuple[int, int, str]] = []

    def render_line(self, y: int) -> Strip:
        """As many keys as fit."""
        base = self.rich_style
        key_style = self.get_component_rich_style("keybar--key")
        label_style = self.get_component_rich_style("keybar--label")
        segments: list[Segment] = []
        self._spans = []
        column = 0
        for action in FOOTER:
            key, label = f" {action.shown} ", f"{action.label} "
            if column + len(key) + len(label) > self.size.width:
                break
            segments += [Segment(key, key_style), Segment(label, label_style)]
            self._spans.append((column, column + len(key) + len(label), action.id))
            column += len(key) + len(label)
        hint = f"{HINT} " if column + len(HINT) + 3 <= self.size.width else ""
        segments.append(Segment(" " * max(self.size.width - column - len(hint), 0), base))
        return Strip([*segments, Segment(hint, label_style)])

    async def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        for start, end, id in self._spans:
            if start <= event.x < end:
                await self.run_action(f"app.act('{id}')")

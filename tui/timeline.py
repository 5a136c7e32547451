"""The position in the boot: a bar of its phases, and where one stands in it."""

from __future__ import annotations

from bisect import bisect_right
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from .snapshot import Snapshot

LEAST = 3
"""Columns that even the shortest phase gets."""


class Timeline(Widget):
    """One row.  The phases share its columns by their events, each has a few at least; a click goes there."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "timeline--past",
        "timeline--future",
        "timeline--here",
        "timeline--mark",
        "timeline--text",
    }

    class Sought(Message):
        """Go to a position."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(self) -> None:
        super().__init__(id="timeline")
        self.snapshot: Snapshot | None = None
        self.columns: list[int] = []
        self.positions: list[int] = []

    def show(self, snapshot: Snapshot) -> None:
        """Draw the position of a snapshot."""
        self.snapshot = snapshot
        self.refresh()

    def position_text(self) -> str:
        """As in ``412/1187 · 34 %``."""
        if self.snapshot is None:
            return "reading the kernel …"
        at, length = self.snapshot.position, self.snapshot.length
        if not self.snapshot.finished:
            return f"{at}/{length} … recording"
        return f"{at}/{length} · {100 * at // max(length, 1)} %"

    def _share(self, width: int) -> None:
        """Give every phase its columns: `columns` and `positions` are where each starts, and the end."""
        assert self.snapshot is not None
        phases = self.snapshot.phases
        least = min(LEAST, width // max(len(phases), 1))
        room = width - least * len(phases)
        total = max(self.snapshot.length, 1)
        self.columns, self.positions = [0], [0]
        for at, phase in enumerate(phases, 1):
            self.columns.append(least * at + room * phase.end // total)
            self.positions.append(phase.end)

    def column_of(self, position: int) -> int:
        """The column that stands for a position."""
        at = max(min(bisect_right(self.positions, position) - 1, len(self.positions) - 2), 0)
        start, end = self.positions[at], self.positions[at + 1]
        first, last = self.columns[at], self.columns[at + 1]
        return min(first + (position - start) * (last - first) // max(end - start, 1), self.columns[-1] - 1)

    def position_of(self, column: int) -> int:
        """The position that a column stands for."""
        at = max(min(bisect_right(self.columns, column) - 1, len(self.columns) - 2), 0)
        first, last = self.columns[at], self.columns[at + 1]
        return self.positions[at] + (column - first) * (self.positions[at + 1] - self.positions[at]) // max(
            last - first, 1
        )

    def render_line(self, y: int) -> Strip:
        """The bar, then the position in figures."""
        text = f" {self.position_text()} "
        width = max(self.size.width - len(text) - 1, 8)
        words = Segment(text, self._style("text"))
        if self.snapshot is None or not self.snapshot.phases:
            return Strip([Segment(" " + "─" * width, self._style("future")), words])
        self._share(width)
        return Strip([Segment(" ", self.rich_style), *self._bar(width), words])

    def _bar(self, width: int) -> list[Segment]:
        assert self.snapshot is not None
        here = self.column_of(self.snapshot.position)
        glyphs = ["━" if column < here else "─" for column in range(width)]
        for column in self.columns[1:-1]:
            glyphs[column] = "┷" if column < here else "┴"
        glyphs[here] = "●"
        past, future = "".join(glyphs[:here]), "".join(glyphs[here + 1 :])
        return [
            Segment(past, self._style("past")),
            Segment("●", self._style("here")),
            Segment(future, self._style("future")),
        ]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"timeline--{name}")

    def on_click(self, event: events.Click) -> None:
        """Go where the bar was clicked."""
        if self.snapshot is not None and 1 <= event.x <= self.columns[-1]:
            self.post_message(self.Sought(self.position_of(event.x - 1)))

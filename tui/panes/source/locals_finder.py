"""Local variables for the source pane: looked for in a thread where one comes to rest, once a position."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widget import Widget

if TYPE_CHECKING:
    from ....model.source.trace_source import FrameLocals, TraceSource

REST = 0.15
"""Seconds to stand still before a second boot is worth it."""
REMEMBERED = 200
"""Positions whose variables are kept."""


class LocalsFinder:
    """Finds the scopes of a position; `widget` lends its timer and its threads, `found` is told of news."""

    def __init__(self, widget: Widget, found: Callable[[], None]) -> None:
        self.widget = widget
        self.found = found
        self._source: TraceSource | None = None
        self._known: dict[int, tuple[FrameLocals, ...]] = {}
        self._wanted: int | None = None
        self._looking: Event | None = None
        """Set when nobody waits for the look that is under way."""
        self._timer: Timer | None = None

    def scopes(self, source: TraceSource, position: int) -> tuple[FrameLocals, ...] | None:
        """The open functions' variables, outermost first; None if they are not known yet."""
        return self._known.get(position) if source is self._source else None

    def is_looking(self, source: TraceSource, position: int) -> bool:
        """Whether they will be known soon."""
        return source is self._source and self._wanted == position

    def want(self, source: TraceSource, position: int, at_once: bool = False) -> None:
        """Look for them, after a moment's rest; whatever else was looked for is given up."""
        if source is not self._source:
            self._source = source
            self._known.clear()
        elif self._wanted == position or position in self._known:
            return
        self.give_up()
        self._wanted = position
        self._timer = self.widget.set_timer(0.001 if at_once else REST, lambda: self._start(source, position))

    def give_up(self) -> None:
        """One has moved on."""
        if self._timer is not None:
            self._timer.stop()
        if self._looking is not None:
            self._looking.set()
        self._wanted = self._looking = self._timer = None

    def _start(self, source: TraceSource, position: int) -> None:
        self._timer = None
        self._looking = looking = Event()
        self.widget.run_worker(lambda: self._run(source, position, looking), thread=True, group="locals")

    def _run(self, source: TraceSource, position: int, looking: Event) -> None:
        """In a thread."""
        scopes = source.locals_at(position, looking.is_set)
        self.widget.call_later(self._take, looking, position, scopes)

    def _take(self, looking: Event, position: int, scopes: tuple[FrameLocals, ...]) -> None:
        if looking is not self._looking:
            return
        self._wanted = self._looking = None
        while len(self._known) >= REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[position] = scopes
        self.found()

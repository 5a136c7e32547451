"""Local variables for the source pane: looked for in a thread where one comes to rest, once a position."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widget import Widget

if TYPE_CHECKING:
    from ....boots.core.kernel import Kernel
    from ....boots.sources.rerun import Probe, Scope

REST = 0.15
"""Seconds to stand still before a second boot is worth it."""
AUTOMATIC = 50_000
"""Events of a boot that may be run again without being asked."""
REMEMBERED = 200
"""Positions whose variables are kept."""


class LocalsFinder:
    """Finds the scopes of a position; `widget` lends its timer and its threads, `found` is told of news."""

    def __init__(self, widget: Widget, found: Callable[[], None]) -> None:
        self.widget = widget
        self.found = found
        self._kernel: Kernel | None = None
        self._known: dict[int, tuple[Scope, ...]] = {}
        self._wanted: int | None = None
        self._probe: Probe | None = None
        self._timer: Timer | None = None

    def scopes(self, kernel: Kernel, position: int) -> tuple[Scope, ...] | None:
        """The open functions' variables, outermost first; None if they are not known yet."""
        return self._known.get(position) if kernel is self._kernel else None

    def is_looking(self, kernel: Kernel, position: int) -> bool:
        """Whether they will be known soon."""
        return kernel is self._kernel and self._wanted == position

    def want(self, kernel: Kernel, position: int, at_once: bool = False) -> None:
        """Look for them, after a moment's rest; whatever else was looked for is given up."""
        if kernel is not self._kernel:
            self._kernel = kernel
            self._known.clear()
        elif self._wanted == position or position in self._known:
            return
        self.give_up()
        self._wanted = position
        self._timer = self.widget.set_timer(0.001 if at_once else REST, lambda: self._start(kernel, position))

    def give_up(self) -> None:
        """One has moved on."""
        if self._timer is not None:
            self._timer.stop()
        if self._probe is not None:
            self._probe.abandon()
        self._wanted = self._probe = self._timer = None

    def _start(self, kernel: Kernel, position: int) -> None:
        from ....boots.sources.rerun import Probe

        self._timer = None
        self._probe = probe = Probe(kernel, position)
        self.widget.run_worker(lambda: self._run(probe, position), thread=True, group="locals")

    def _run(self, probe: Probe, position: int) -> None:
        """In a thread."""
        scopes = probe.run()
        self.widget.call_later(self._take, probe, position, scopes)

    def _take(self, probe: Probe, position: int, scopes: tuple[Scope, ...]) -> None:
        if probe is not self._probe:
            return
        self._wanted = self._probe = None
        while len(self._known) >= REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[position] = scopes
        self.found()

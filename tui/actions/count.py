"""A number typed before a key: ``5n``.

Digits also show panes, so a digit does both: it shows its pane at once, and if a key that counts follows
within a second it was a count, and what it showed is put back.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

WAIT = 1.0
"""Seconds after which a digit was meant for a pane only."""
MOST_DIGITS = 7

View = TypeVar("View")
"""What is put back: which pane was focused, and which were seen."""


class Count(Generic[View]):
    """The digits typed so far, and the view before the first of them."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.digits = ""
        self.view: View | None = None
        self._typed_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the next digit or key still belongs to what was typed."""
        return bool(self.digits) and self.clock() - self._typed_at <= WAIT

    def type(self, digit: str, view: View) -> None:
        """Another digit; `view` is what is seen before it."""
        if not self.is_open:
            self.digits, self.view = "", view
        self.digits = (self.digits + digit)[-MOST_DIGITS:]
        self._typed_at = self.clock()

    def take(self) -> tuple[int, View] | None:
        """The number and the view before it, if there is one that still counts; it is used up."""
        found = (int(self.digits), self.view) if self.is_open and self.view is not None else None
        self.clear()
        return found

    def clear(self) -> None:
        """What was typed is no count."""
        self.digits, self.view = "", None

"""A number typed before a key: ``5n``.

Digits also show panes, so a digit does both: it shows its pane at once, and if a key that counts follows
within a second it was a count, and what it showed is put back.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

WAIT = 1.0
"""Seconds after which a digit was meant for a pane only."""
MOST_DIGITS = 7

PutBack = Callable[[], None]
"""Shows again what was seen when it was made: which pane was focused, and how the panes stood."""


class Prefix:
    """The digits typed so far, and what puts back the view before the first of them.  `typed` is the number
    before the last key, None if there was none."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.digits = ""
        self.typed: int | None = None
        self._put_back: PutBack | None = None
        self._typed_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the next digit or key still belongs to what was typed."""
        return bool(self.digits) and self.clock() - self._typed_at <= WAIT

    def type(self, digit: str, put_back: PutBack) -> None:
        """Another digit; `put_back` is for what is seen before it."""
        if not self.is_open:
            self.digits, self._put_back = "", put_back
        self.digits = (self.digits + digit)[-MOST_DIGITS:]
        self._typed_at = self.clock()

    def take(self) -> int | None:
        """The number, if there is one that still counts; it is used up, and the view before it put back."""
        put_back = self._put_back if self.is_open else None
        self.typed = int(self.digits) if put_back is not None else None
        self.clear()
        if put_back is not None:
            put_back()
        return self.typed

    def clear(self) -> None:
        """What was typed is no count."""
        self.digits, self._put_back = "", None

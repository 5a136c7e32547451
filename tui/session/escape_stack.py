"""What was opened over the panes, and the key that leaves it: the last one first."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Opened(Struct, frozen=True):
    """Something that was opened: what people call it, whether it is still open, and how it is left."""

    name: str
    is_open: Callable[[], bool]
    leave: Callable[[], None]


class EscapeStack:
    """All that is open, what was opened last at the end."""

    def __init__(self) -> None:
        self._opened: list[Opened] = []

    def push(self, name: str, is_open: Callable[[], bool], leave: Callable[[], None]) -> None:
        """Something was opened.  What is open already keeps its own way out."""
        old = next((each for each in self._opened if each.name == name and each.is_open()), None)
        self._opened = [each for each in self._opened if each.name != name]
        self._opened.append(old or Opened(name, is_open, leave))

    def last(self) -> Opened | None:
        """What was opened last, of all that is still open."""
        while self._opened and not self._opened[-1].is_open():
            self._opened.pop()
        return self._opened[-1] if self._opened else None

    def leave(self) -> str:
        """Leave what was opened last; returns what people call it."""
        opened = self.last()
        if opened is None:
            return ""
        self._opened.pop()
        opened.leave()
        return opened.name

"""What takes more than a moment is told: on stderr, or where whoever listens shows it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

SLOW = 1.0
"""Seconds after which it is said what takes so long, and how often it is said again."""
Teller = Callable[[str], None]


def _on_stderr(what: str) -> None:
    print(f"bootstep: {what}", file=sys.stderr)


class _Listener:
    """Who is told."""

    def __init__(self) -> None:
        self.tell: Teller = _on_stderr


LISTENER = _Listener()


@contextmanager
def told_to(teller: Teller) -> Generator[None]:
    """For so long `teller` is told what takes a while, in whatever thread that happens."""
    before, LISTENER.tell = LISTENER.tell, teller
    try:
        yield
    finally:
        LISTENER.tell = before


class Progress:
    """Tells what is being done, from when on it is slow, and not more than once in a while."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, what: str) -> None:
        if time.monotonic() - self._last > SLOW:
            self._last = time.monotonic()
            LISTENER.tell(what)

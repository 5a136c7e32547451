"""What a target says through its stub: semihosting, a monitor's words."""

from __future__ import annotations

from collections import deque

from ....model.base.units import printable

MOST = 1 << 16
"""Characters that are kept."""


class Said:
    """The last words of a target; control characters in them are shown, not obeyed."""

    def __init__(self) -> None:
        self._parts: deque[str] = deque()
        self._size = 0

    def add(self, digits: bytes) -> None:
        """More of it, as hexadecimal digits; what is none is left out."""
        try:
            text = printable(bytes.fromhex(digits.decode("ascii")).decode("utf-8", "replace"))[-MOST:]
        except ValueError:
            return
        self._parts.append(text)
        self._size += len(text) + 1
        while self._size > MOST and self._parts:
            self._size -= len(self._parts.popleft()) + 1

    def text(self) -> str:
        """All that is kept."""
        return "".join(self._parts)

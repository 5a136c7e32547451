"""The positions that jumps left, as a browser and vim have them: where going back and forward lead."""

from __future__ import annotations

MOST = 1000
"""Places that are remembered."""
SINGLE = frozenset(("step", "next", "finish", "event"))
"""Reasons to stop of moves that are no jumps: one would step back from them, not look for the place left."""


class JumpList:
    """Positions that jumps left, the latest last (`behind`), and those that going back left (`ahead`)."""

    def __init__(self) -> None:
        self.behind: list[int] = []
        self.ahead: list[int] = []
        self.here = 0

    def arrived(self, position: int, reason: str) -> bool:
        """A move ended at a position, for a reason (see `Stop`); whether it was a jump that left a place."""
        is_jump = reason not in SINGLE and position != self.here
        if is_jump:
            if self.behind[-1:] != [self.here]:
                self.behind.append(self.here)
            del self.behind[:-MOST]
            self.ahead.clear()
        self.here = position
        return is_jump

    def left(self) -> int | None:
        """The place that the last jump left."""
        return next((place for place in reversed(self.behind) if place != self.here), None)

    def back(self, count: int) -> int:
        """Where to go for so many places back; it is taken for where one is from now on."""
        return self._follow(self.behind, self.ahead, count)

    def forward(self, count: int) -> int:
        """The way that `back` came."""
        return self._follow(self.ahead, self.behind, count)

    def _follow(self, way: list[int], other: list[int], count: int) -> int:
        for _ in range(count):
            while way and way[-1] == self.here:
                way.pop()
            if not way:
                break
            other.append(self.here)
            self.here = way.pop()
        return self.here

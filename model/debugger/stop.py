"""What a move leaves behind: where it stopped and why, and the machine as it was before."""

from __future__ import annotations

from msgspec import Struct

from ..memory.state import Replica, State
from ..trace.events import Trace


class Stop(Struct, frozen=True):
    """Where a move came to rest, and why.  `reason` is one of step, next, finish, event, goto, until, phase,
    breakpoint, watch, start, end, panic, recording (as far as the boot has got) or nowhere (nothing to go
    to)."""

    position: int
    reason: str
    text: str
    breakpoint: int | None = None


class Moved(Struct, frozen=True):
    """The last move: from where to where."""

    start: int
    end: int
    stop: Stop


class Before:
    """The machine as it was before the last move."""

    LOOK_AT_MOST = 2000
    """Events between two positions that are worth looking through for the parts they change."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.position = 0
        self._after = 0
        self._replica: Replica | None = None

    def set(self, position: int, after: int) -> None:
        """Remember where a move began and ended."""
        self.position, self._after = position, after

    @property
    def state(self) -> State:
        """The state before the last move; it is made when it is asked for."""
        if self._replica is None:
            self._replica = Replica(self.trace)
        if self._replica.position != self.position:
            self._replica.move(self.position)
        return self._replica.state

    @property
    def changed(self) -> frozenset[str]:
        """The names of the targets (`State.targets`) that the last move may have changed."""
        first, last = sorted((self.position, self._after))
        if last - first > self.LOOK_AT_MOST:
            return frozenset(self.trace.targets)
        return frozenset(
            change.target for _, changes in self.trace.changes(first, last) for change in changes
        )

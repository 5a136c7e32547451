"""Two boots stepped together: the second follows the first by the names of its positions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..language.words import tr
from .compare import Differences, differences
from .debugger import Debugger, Stop
from .position_names import PositionNameError


class PairStop(NamedTuple):
    """Where both came to rest.  `note` says where the second could not follow exactly, and why; at worst it
    stays where it was."""

    leader: Stop
    follower: Stop
    note: str


class Pair:
    """Two debuggers; `leader` is moved, `follower` goes to the same named position."""

    def __init__(self, leader: Debugger, follower: Debugger) -> None:
        self.leader = leader
        self.follower = follower

    def move(self, move: Callable[[Debugger], Stop]) -> PairStop:
        """Make a move with the leader (``Debugger.step``, a lambda, …) and let the follower follow."""
        return self.follow(move(self.leader))

    def follow(self, stop: Stop | None = None) -> PairStop:
        """Bring the follower to where the leader is, which stopped there with `stop`."""
        leader = stop or self.leader.last.stop
        try:
            found = self.follower.position_names.nearest(self.leader.position_name())
        except PositionNameError as error:
            return PairStop(leader, self.follower.last.stop, str(error))
        return PairStop(leader, self.follower.goto(found.position), found.note)

    def swap(self) -> None:
        """Let the other lead."""
        self.leader, self.follower = self.follower, self.leader

    def differences(self) -> Differences:
        """What the two differ in, where they stand."""
        return differences(self.leader, self.follower)


FacingEvents = tuple[int | None, int | None]
"""The LOG events of two lines of the follower and the leader; None: there is none."""


class LinePair(Pair):
    """Two debuggers on boots whose lines face each other: the follower goes to the line that tells the same
    as the last one of the leader, for boots whose functions are not the same."""

    def __init__(self, leader: Debugger, follower: Debugger, lines: Sequence[FacingEvents]) -> None:
        super().__init__(leader, follower)
        pairs = [(its, mine) for mine, its in lines if mine is not None and its is not None]
        self._theirs = [its for its, _ in pairs]
        self._mine = [mine for _, mine in pairs]

    def follow(self, stop: Stop | None = None) -> PairStop:
        """Bring the follower to the line that faces the leader's."""
        leader = stop or self.leader.last.stop
        position, note = self._facing(self.leader.position)
        return PairStop(leader, self.follower.goto(position), note)

    def _facing(self, position: int) -> tuple[int, str]:
        """Where the follower stands when the leader is at `position`, and what is in the way of more."""
        trace, other = self.leader.trace, self.follower.trace
        if position >= len(trace):
            return len(other), ""
        at = bisect_left(self._theirs, position) - 1
        if at < 0:
            return 0, tr("it tells nothing like what came so far") if trace.log_count(position) else ""
        its, mine = self._theirs[at], self._mine[at]
        logs = other.logs
        following = bisect_left(logs, mine + 1)
        stop = logs[following] if following < len(logs) else len(other)
        beyond = trace.log_count(position) - trace.log_count(its + 1)
        if beyond:
            return mine + 1, tr(
                "it tells nothing like the last {beyond} lines", beyond=beyond
            ) if beyond > 1 else (tr("it tells nothing like the last line"))
        return min(mine + position - its, stop), ""

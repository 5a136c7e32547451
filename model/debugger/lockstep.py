"""Two boots stepped together: the second follows the first by the names of its positions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

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

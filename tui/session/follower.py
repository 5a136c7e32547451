"""Another boot that goes along with the one that is stepped through."""

from __future__ import annotations

from ...model.debugger.debugger import Debugger
from ...model.debugger.lockstep import Pair
from ...model.debugger.moment import Answers
from .comparison import BootComparison
from .snapshot import OtherBoot


class Follower:
    """The boot from before a what-if, which follows to wherever the changed one goes."""

    def __init__(self, leader: Debugger, follower: Debugger, label: str, comparison: BootComparison) -> None:
        self.pair = Pair(leader, follower)
        self.label = label
        self.comparison = comparison
        self.note = ""

    def follow(self) -> str:
        """Go to where the leader is; returns why that was not possible, if it was not."""
        self.note = self.pair.follow().note
        return self.note

    def seen(self) -> OtherBoot:
        """What the panes may see of it."""
        return OtherBoot(Answers(self.pair.follower), self.label, self.comparison, self.note)

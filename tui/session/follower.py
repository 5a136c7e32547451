"""Another boot that goes along with the one that is stepped through."""

from __future__ import annotations

from ...model.debugger.debugger import Debugger
from ...model.debugger.lockstep import LinePair, Pair
from ...model.debugger.moment import Answers
from .comparison import BootComparison
from .snapshot import OtherBoot


class Follower:
    """The boot from before, which follows to wherever the one that came after it goes.  `names` are what the
    two are called, `label` says how one came from the first to the second."""

    def __init__(
        self,
        leader: Debugger,
        follower: Debugger,
        label: str,
        comparison: BootComparison,
        names: tuple[str, str],
    ) -> None:
        lines = [(row.left, row.right) for row in comparison.log] if comparison.faces else None
        self.pair = Pair(leader, follower) if lines is None else LinePair(leader, follower, lines)
        self.label = label
        self.names = names
        self.comparison = comparison
        self.note = ""

    def follow(self) -> str:
        """Go to where the leader is; returns why that was not possible, if it was not.  Where both part, each
        has a place of its own."""
        held = self.comparison.held
        parting = held.divergence if held is not None else None
        if parting is not None and self.pair.leader.position == parting.right.position:
            self.pair.follower.goto(parting.left.position)
            self.note = ""
        else:
            self.note = self.pair.follow().note
        return self.note

    def seen(self) -> OtherBoot:
        """What the panes may see of it."""
        return OtherBoot(Answers(self.pair.follower), self.names, self.comparison, self.note)

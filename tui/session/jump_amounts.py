"""What is told of a jump past whole phases of a boot, after which everything is new: amounts instead of marks
everywhere."""

from __future__ import annotations

from msgspec import Struct

from ...model.analysis.amounts import Difference, differences
from ...model.analysis.names import said
from ...model.analysis.ownership import Owners
from ...model.base.units import readable_size
from ...model.language.words import tr
from ...model.memory.picture import Picture

MOST = 3
"""The differences that are named."""


class JumpAmounts(Struct, frozen=True):
    """The state that a jump left, and the largest differences to where it led."""

    left: Picture
    biggest: tuple[Difference, ...]

    @property
    def new_ranges(self) -> tuple[tuple[int, int], ...]:
        """The physical addresses that belong to the largest differences now, and did not before."""
        return tuple(each for difference in self.biggest for each in difference.ranges)

    def words(self) -> str:
        """The largest differences by name; nothing if no owner has more or less."""
        more = [_words(each) for each in self.biggest if each.size > 0]
        less = [_words(each) for each in self.biggest if each.size < 0]
        told = tr("most of what is new: {owners}", owners=", ".join(more)) if more else ""
        gone = tr("most of what is gone: {owners}", owners=", ".join(less)) if less else ""
        return " · ".join(filter(None, (told, gone)))


def jump_amounts(left: Picture, owners: Owners, start: int, end: int) -> JumpAmounts:
    """What a jump from position `start`, where the state was `left`, to `end` comes to."""
    return JumpAmounts(left, tuple(differences(owners, start, end)[:MOST]))


def _words(difference: Difference) -> str:
    return f"{said(difference.name)} {readable_size(abs(difference.size))}"

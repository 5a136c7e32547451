"""Whether two calls are the same, and where two boots do the same again after they did not."""

from __future__ import annotations

from typing import Any

from .finding import Finding
from .known import Calls, Inside
from .names import is_deed, tells_memory
from .sides import Pair
from .values import Values

SEARCH = frozenset(("start", "min_addr", "goal"))
"""Parameters that say where an allocation begins to search."""
LOOK_AHEAD = 64
"""So many calls are skipped at most to find the place where both do the same again."""
SAME_NAME_AHEAD = 8
"""The same where both call the same function, only with other arguments."""


class Level:
    """A call that both make, and how far both are in it; `pending` is a call in it that only one of them
    makes, which may be inlined in the other."""

    def __init__(self, left: Inside, right: Inside) -> None:
        self.left = left
        self.right = right
        self.pending: Finding | None = None
        self.is_other = False
        """Whether something in it was not the same: what it returns follows from that."""


class Agreement:
    """Compares calls of both boots of a pair."""

    def __init__(self, pair: Pair, left: Calls, right: Calls) -> None:
        self.pair = pair
        self.left = left
        self.right = right
        self.values = Values(pair)

    def is_same_function(self, left: int, right: int) -> bool:
        return self.left.name(left) == self.right.name(right)

    def other_arguments(self, left: int, right: int) -> tuple[str, ...]:
        """The arguments that are not the same, of those that both tell."""
        one, other = _arguments(self.left, left), _arguments(self.right, right)
        # Where an allocation begins to search depends on where the linear map begins.
        skipped = SEARCH if self.pair.is_moved and "align" in one else frozenset[str]()
        return tuple(
            name
            for name, value in one.items()
            if name in other
            and name not in skipped
            and not self.values.are_same(name, value, other[name], tells_memory(name))
        )

    def counts(self, calls: Calls, enter: int) -> bool:
        """Whether it counts that a call is made, and with what.  Between the model and a kernel only what is
        done to memblock does: the model does at once what the kernel does in many calls, and what others
        are given comes out in what they do."""
        return self.pair.are_alike or is_deed(calls.name(enter))

    def ahead(self, level: Level, left: int | None, right: int | None) -> tuple[int, int]:
        """How many calls of one boot, or else of the other, come before both do the same again; 0, 0 if they
        do not for a while."""
        if left is None or right is None:
            return 0, 0
        most = SAME_NAME_AHEAD if self.is_same_function(left, right) else LOOK_AHEAD
        for is_sure in (True, False):
            for count in range(1, most + 1):
                if self._agree(level, count, 0, is_sure):
                    return count, 0
                if self._agree(level, 0, count, is_sure):
                    return 0, count
        return 0, 0

    def _agree(self, level: Level, skip_left: int, skip_right: int, is_sure: bool) -> bool:
        """Whether both do the same after so many calls more; `is_sure`: and the next thing too."""
        for more in range(1 + is_sure):
            left, right = level.left.peek(skip_left + more), level.right.peek(skip_right + more)
            if left is None or right is None:
                return more > 0 and left is right
            if not self.is_same_function(left, right) or self.other_arguments(left, right):
                return False
        return True

    # ---- inlined functions ----

    def may_be_inlined(self, inside: Inside, across: Inside, enter: int) -> bool:
        """Whether a call that only one boot makes may be there in the other too, without being seen: that one
        never makes it from there, and was not told by the model."""
        if self.pair.are_models:
            return False
        caller = across.calls.name(across.enter)
        return (caller, inside.calls.name(enter)) not in across.calls.pairs

    def open_inlined(self, level: Level, left: int | None, right: int | None) -> bool:
        """Where one calls a function that the other has inlined, and what that does is what the other does
        next: look into it."""
        for inside, across, enter, beside in (
            (level.left, level.right, left, right),
            (level.right, level.left, right, left),
        ):
            if enter is None or beside is None or not self.may_be_inlined(inside, across, enter):
                continue
            first = Inside(inside.calls, enter).peek()
            if first is not None and inside.calls.name(first) == across.calls.name(beside):
                inside.open_up()
                return True
        return False


def _arguments(calls: Calls, enter: int) -> dict[str, Any]:
    """The arguments of a call by the names of the parameters."""
    values = calls.trace.payload(enter)
    return dict(zip(calls.trace.function(enter).parameters, values, strict=False))

"""Two boots walked through together, call by call: where a call is not the same in both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...trace.events import Kind
from .finding import Finding, What
from .known import Calls, Inside, Known
from .names import answers_with_memory, tells_memory
from .sides import Pair
from .states import States
from .values import Values

LOOK_AHEAD = 64
"""So many calls are skipped at most to find the place where both do the same again."""
SAME_NAME_AHEAD = 8
"""The same where both call the same function, only with other arguments."""
MOST_DEEP = 10_000


class Level:
    """A call that both make, and how far both are in it; `pending` is a call in it that only one of them
    makes, which may be inlined in the other."""

    def __init__(self, left: Inside, right: Inside) -> None:
        self.left = left
        self.right = right
        self.pending: Finding | None = None
        self.is_other = False
        """Whether something in it was not the same: what it returns follows from that."""


class Walk:
    """Two boots side by side."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        known = Known(pair)
        self.left, self.right = (known.calls(side) for side in pair.sides)
        self.values = Values(pair)
        self.states: States | None = States(pair)
        self.levels: list[Level] = []
        self.met = (0, 0)
        """The positions at which both last did the same."""
        self.until: tuple[int, int] | None = None
        """The positions up to which both were compared, if one trace breaks off where the other goes on."""

    # ---- walking ----

    def findings(self) -> Iterator[Finding]:
        """The calls that are not the same, in the order of the boots.  Once the caller has one and asks for
        the next, states are not compared any more."""
        for found in self._walk():
            yield found
            self.states = None
            for level in self.levels:
                level.pending, level.is_other = None, True

    def _walk(self) -> Iterator[Finding]:
        self._open(-1, -1)
        while self.levels:
            level = self.levels[-1]
            left, right = level.left.peek(), level.right.peek()
            if left is None and right is None:
                if not (yield from self._close(level)):
                    return
            elif left is not None and right is not None and self._is_same_function(left, right):
                yield from self._meet(level, left, right)
            elif not self._open_inlined(level, left, right):
                if self._has_ended(level):
                    yield from self._ended(level)
                    return
                yield from self._part(level, left, right)

    def _open(self, left: int, right: int) -> None:
        self.levels.append(Level(Inside(self.left, left), Inside(self.right, right)))
        if self.states is not None:
            self.states.enter()

    def _is_same_function(self, left: int, right: int) -> bool:
        return self.left.name(left) == self.right.name(right)

    def _meet(self, level: Level, left: int, right: int) -> Iterator[Finding]:
        """Both call the same function."""
        names = self._other_arguments(left, right)
        if names:
            yield from self._part(level, left, right)
            return
        found = self._state_at(left, right)
        if found is not None:
            yield found
        level.left.pop()
        level.right.pop()
        self.met = (left + 1, right + 1)
        self._open(left, right)

    def _close(self, level: Level) -> Iterator[Finding] | Any:
        """Both have done all that the call does; false if there is no more to compare."""
        left, right = level.left.enter, level.right.enter
        if left >= 0 and self._has_ended(level):
            yield from self._ended(level)
            return False
        ends = self.left.end(left), self.right.end(right)
        found = self._state_at_return(level, *ends)
        self.levels.pop()
        self.met = (ends[0] + (left >= 0), ends[1] + (right >= 0))
        if found is not None:
            yield found
        elif left >= 0 and not level.is_other:
            result = self._other_result(left, right)
            if result is not None:
                yield result
        return True

    # ---- arguments and results ----

    def _other_arguments(self, left: int, right: int) -> tuple[str, ...]:
        """The arguments that are not the same, of those that both tell."""
        one, other = _arguments(self.left, left), _arguments(self.right, right)
        # Where an allocation begins to search depends on where the linear map begins.
        is_search = self.pair.is_moved and "align" in one
        return tuple(
            name
            for name, value in one.items()
            if name in other
            and not self.values.are_same(
                name, value, other[name], tells_memory(name) and not (is_search and name == "start")
            )
        )

    def _other_result(self, left: int, right: int) -> Finding | None:
        leaves = self.left.leave(left), self.right.leave(right)
        if leaves[0] is None or leaves[1] is None:
            return None
        name = self.left.name(left)
        if not (self.pair.is_strict or answers_with_memory(name)):
            return None
        results = self.left.trace.payload(leaves[0]), self.right.trace.payload(leaves[1])
        if self.values.are_same("", *results):
            return None
        return Finding(What.RESULT, left, right, leaves[0] + 1, leaves[1] + 1)

    # ---- states ----

    def _pending(self) -> Finding | None:
        """The outermost of the calls that only one boot makes, and that were taken to be inlined."""
        return next((level.pending for level in self.levels if level.pending is not None), None)

    def _state_at(self, left: int, right: int) -> Finding | None:
        """What of the state is not the same before two calls."""
        if self.states is None:
            return None
        self.states.move(left, right)
        part = self.states.check()
        if not part:
            return None
        return self._pending() or Finding(What.STATE, left, right, left, right, part=part)

    def _state_at_return(self, level: Level, left: int, right: int) -> Finding | None:
        if self.states is None:
            return None
        self.states.move(left, right)
        part = self.states.check()
        part = self.states.leave() or part
        if not part:
            return None
        one, other = level.left.enter, level.right.enter
        return self._pending() or Finding(
            What.STATE, _call(one), _call(other), left + (one >= 0), right + (other >= 0), part=part
        )

    # ---- where one makes a call that the other does not ----

    def _part(self, level: Level, left: int | None, right: int | None) -> Iterator[Finding]:
        """The next calls are not the same: one boot makes some that the other does not, or both go on in
        another way."""
        more_left, more_right = self._ahead(level, left, right)
        if more_left:
            yield from self._only(level, What.ONLY_LEFT, more_left)
        elif more_right:
            yield from self._only(level, What.ONLY_RIGHT, more_right)
        elif left is None or right is None:
            yield from self._only(level, What.ONLY_RIGHT if left is None else What.ONLY_LEFT, 1)
        else:
            level.left.pop()
            level.right.pop()
            same = self._is_same_function(left, right)
            names = self._other_arguments(left, right) if same else ()
            what = What.ARGUMENTS if same else What.OTHER_CALL
            yield Finding(what, left, right, left + 1, right + 1, names)

    def _only(self, level: Level, what: What, count: int) -> Iterator[Finding]:
        """Calls that only one of the boots makes; the other stands before what it does next."""
        is_left = what is What.ONLY_LEFT
        inside, across = (level.left, level.right) if is_left else (level.right, level.left)
        beside = across.peek()
        there = across.calls.end(across.enter) if beside is None else beside
        for _ in range(count):
            enter = inside.pop()
            found = (
                Finding(what, enter, None, enter + 1, there)
                if is_left
                else Finding(what, None, enter, there, enter + 1)
            )
            if not self._may_be_inlined(inside, across, enter):
                yield self._pending() or found
            elif self.states is not None:
                level.pending = level.pending or found

    def _ahead(self, level: Level, left: int | None, right: int | None) -> tuple[int, int]:
        """How many calls of one boot, or else of the other, come before both do the same again; 0, 0 if they
        do not for a while."""
        if left is None or right is None:
            return 0, 0
        most = SAME_NAME_AHEAD if self._is_same_function(left, right) else LOOK_AHEAD
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
            if not self._is_same_function(left, right) or self._other_arguments(left, right):
                return False
        return True

    # ---- inlined functions ----

    def _may_be_inlined(self, inside: Inside, across: Inside, enter: int) -> bool:
        """Whether a call that only one boot makes may be there in the other too, without being seen: that one
        never makes it from there, and was not told by the model."""
        if self.pair.are_models:
            return False
        caller = across.calls.name(across.enter)
        return (caller, inside.calls.name(enter)) not in across.calls.pairs

    def _open_inlined(self, level: Level, left: int | None, right: int | None) -> bool:
        """Where one calls a function that the other has inlined, and what that does is what the other does
        next: look into it."""
        for inside, across, enter, beside in (
            (level.left, level.right, left, right),
            (level.right, level.left, right, left),
        ):
            if enter is None or beside is None or not self._may_be_inlined(inside, across, enter):
                continue
            first = Inside(inside.calls, enter).peek()
            if first is not None and inside.calls.name(first) == across.calls.name(beside):
                inside.open_up()
                return True
        return False

    # ---- the end ----

    def _has_ended(self, level: Level) -> bool:
        """Whether one of the traces has no more to tell of the innermost call, and does not say that it
        returned; outside any call, whether one of them is over that was not told by the model: who watches a
        kernel stops somewhere."""
        return any(
            inside.peek() is None
            and (not side.is_model if inside.enter < 0 else inside.calls.leave(inside.enter) is None)
            for side, inside in zip(self.pair.sides, (level.left, level.right), strict=True)
        )

    def _ended(self, level: Level) -> Iterator[Finding]:
        """One of the boots ends here: that is a divergence only if its kernel stops."""
        one, other = self.left.trace, self.right.trace
        stops = [each.last_of_kind(Kind.PANIC) for each in (one, other)]
        words = [each.payload(at) if at >= 0 else None for each, at in zip((one, other), stops, strict=True)]
        here = [
            calls.end(inside.enter) if (at := inside.peek()) is None else at
            for calls, inside in ((self.left, level.left), (self.right, level.right))
        ]
        if here != [len(one), len(other)] or not self.pair.are_models:
            self.until = self.met
        if words[0] != words[1]:
            yield Finding(What.ENDS, _call(level.left.enter), _call(level.right.enter), here[0], here[1])


def _call(enter: int) -> int | None:
    return enter if enter >= 0 else None


def _arguments(calls: Calls, enter: int) -> dict[str, Any]:
    """The arguments of a call by the names of the parameters."""
    values = calls.trace.payload(enter)
    return dict(zip(calls.trace.function(enter).parameters, values, strict=False))

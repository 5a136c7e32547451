"""Two boots walked through together, call by call: where a call is not the same in both."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from ...trace.events import Kind
from .agreement import Agreement, Level
from .finding import Finding, What
from .known import Inside, Known
from .names import answers_with_memory
from .sides import Pair
from .states import States


class Walk:
    """Two boots side by side."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        known = Known(pair)
        self.left, self.right = (known.calls(side) for side in pair.sides)
        self.agreement = Agreement(pair, self.left, self.right)
        self.states: States | None = States(pair)
        self.levels: list[Level] = []
        self.met = (0, 0)
        """The positions at which both last did the same."""
        self.until: tuple[int, int] | None = None
        """The positions up to which both were compared, if that is not to the end of both."""
        self.breaks_off = False
        """Whether one trace ends where the other goes on."""

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
            elif left is not None and right is not None and self.agreement.is_same_function(left, right):
                yield from self._meet(level, left, right)
            elif not self.agreement.open_inlined(level, left, right):
                if self._has_ended(level):
                    yield from self._ended(level)
                    return
                yield from self._part(level, left, right)

    def _open(self, left: int, right: int) -> None:
        self.levels.append(Level(Inside(self.left, left), Inside(self.right, right)))
        if self.states is not None:
            self.states.enter()

    def _meet(self, level: Level, left: int, right: int) -> Iterator[Finding]:
        """Both call the same function."""
        if self.agreement.other_arguments(left, right):
            counts = self.agreement.counts(self.left, left)
            if counts or self.agreement.ahead(level, left, right) != (0, 0):
                yield from self._part(level, left, right)
                return
        found = self._state_at(left, right)
        if found is not None:
            yield found
        level.left.pop()
        level.right.pop()
        self.met = (left + 1, right + 1)
        self._open(left, right)

    def _close(self, level: Level) -> Generator[Finding, None, bool]:
        """Both have done all that the call does; false if there is no more to compare."""
        left, right = level.left.enter, level.right.enter
        if left >= 0 and self._has_ended(level):
            yield from self._ended(level)
            return False
        if left < 0 and not self.pair.are_models:
            # Who watches a kernel stops somewhere: what was changed behind the last call says nothing.
            self.until = self.met
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

    def _other_result(self, left: int, right: int) -> Finding | None:
        leaves = self.left.leave(left), self.right.leave(right)
        if leaves[0] is None or leaves[1] is None:
            return None
        name = self.left.name(left)
        if not (self.pair.is_strict or answers_with_memory(name)) or not self.agreement.counts(
            self.left, left
        ):
            return None
        results = self.left.trace.payload(leaves[0]), self.right.trace.payload(leaves[1])
        if self.agreement.values.are_same("", *results):
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
        more_left, more_right = self.agreement.ahead(level, left, right)
        if more_left:
            yield from self._only(level, What.ONLY_LEFT, more_left)
        elif more_right:
            yield from self._only(level, What.ONLY_RIGHT, more_right)
        elif left is None or right is None:
            yield from self._only(level, What.ONLY_RIGHT if left is None else What.ONLY_LEFT, 1)
        elif not self.agreement.counts(self.left, left):
            level.left.open_up()
        elif not self.agreement.counts(self.right, right):
            level.right.open_up()
        else:
            level.left.pop()
            level.right.pop()
            same = self.agreement.is_same_function(left, right)
            names = self.agreement.other_arguments(left, right) if same else ()
            what = What.ARGUMENTS if same else What.OTHER_CALL
            yield Finding(what, left, right, left + 1, right + 1, names)

    def _only(self, level: Level, what: What, count: int) -> Iterator[Finding]:
        """Calls that only one of the boots makes; the other stands before what it does next."""
        is_left = what is What.ONLY_LEFT
        inside, across = (level.left, level.right) if is_left else (level.right, level.left)
        beside = across.peek()
        there = across.calls.end(across.enter) if beside is None else beside
        for _ in range(count):
            enter = inside.peek()
            if enter is None:
                return
            if not self.agreement.counts(inside.calls, enter):
                inside.open_up()
                return
            enter = inside.pop()
            found = (
                Finding(what, enter, None, enter + 1, self.met[1], beside=there)
                if is_left
                else Finding(what, None, enter, self.met[0], enter + 1, beside=there)
            )
            if not self.agreement.may_be_inlined(inside, across, enter):
                yield self._pending() or found
            elif self.states is not None:
                level.pending = level.pending or found

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
        """One of the boots ends here: that is a divergence only if its kernel stops, and the other goes on or
        stops in another way."""
        both = (level.left, level.right)
        goes_on = [
            inside.peek() is not None or inside.calls.leave(inside.enter) is not None for inside in both
        ]
        self.breaks_off = goes_on[0] != goes_on[1]
        if self.breaks_off or not self.pair.are_models:
            self.until = self.met
        stops = [None if is_on else _last_words(inside) for is_on, inside in zip(goes_on, both, strict=True)]
        is_other = all(stops) and self.pair.are_alike and stops[0] != stops[1]
        if is_other or (any(stops) and any(goes_on)):
            here = [
                inside.calls.end(inside.enter) if (at := inside.peek()) is None else at for inside in both
            ]
            yield Finding(What.ENDS, _call(level.left.enter), _call(level.right.enter), here[0], here[1])


def _last_words(inside: Inside) -> str | None:
    """The words in which a kernel panics; None if it does not."""
    trace = inside.calls.trace
    stop = trace.last_of_kind(Kind.PANIC)
    return str(trace.payload(stop)) if stop >= 0 else None


def _call(enter: int) -> int | None:
    return enter if enter >= 0 else None

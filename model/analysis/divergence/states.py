"""Two states led forwards together, compared by what the two boots changed since they were last the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any, cast

from msgspec import Struct

from ...trace.changes import Assign, Change
from .names import variable_tells_memory
from .parts import MEMBLOCK, Item, Items, is_compared, is_list, items
from .sides import Pair, Side
from .values import Values

Touched = tuple[str, Any]
"""A part of the state by its name, and the key of an entry of it (None: the whole)."""
Both = tuple[set[Touched], set[Touched]]
MOST_ROWS = 12


class StateRow(Struct, frozen=True):
    """An entry of a part that differs, in words; "" where that boot has none."""

    left: str
    right: str


class PartDifference(Struct, frozen=True):
    """A part of the state that differs: its name, the first rows of it, and how many there are."""

    part: str
    rows: tuple[StateRow, ...]
    count: int


class States:
    """The states of both boots.  They only go forwards."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self._replicas = tuple(side.replica() for side in pair.sides)
        self._values = Values(pair)
        self._own = {part.target: part for part in self._replicas[0].state.parts}
        self._open: Both = (set(), set())
        """What each boot changed in the innermost call, and was not compared since."""
        self._outside: list[Both] = []

    # ---- what can be compared ----

    @cached_property
    def _compared(self) -> frozenset[str]:
        return frozenset(self.targets)

    def _is_told(self, target: str) -> bool:
        """Whether both sources tell of a part of the state."""
        part = self._own.get(target)
        if part is None or any(target not in replica.state for replica in self._replicas):
            return False
        can = (side.facts.can for side in self.pair.sides)
        has = all(not part.capability or getattr(each, part.capability, True) for each in can)
        return has and is_compared(self.pair, target, self._replicas[0].state.trees)

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The parts that are compared."""
        return tuple(target for target in self._own if self._is_told(target))

    @cached_property
    def _ever(self) -> tuple[frozenset[Touched], frozenset[Touched]]:
        """What is ever changed in each of the boots; who watches kernels also tells of what is there from the
        beginning, where the model has what kernels begin with."""
        found: list[frozenset[Touched]] = []
        for side in self.pair.sides:
            there: set[Touched] = set()
            for target in self.targets:
                start = side.trace.at_start(target)
                if isinstance(start, dict) and self.pair.are_alike:
                    there.update((target, key) for key in cast("dict[Any, Any]", start))
            for _, changes in side.trace.changes(0, len(side.trace)):
                there.update((change[0], change.key) for change in changes if isinstance(change, Assign))
                there.update((change[0], None) for change in changes)
            found.append(frozenset(there))
        return found[0], found[1]

    def _both_tell(self, target: str, key: Any) -> bool:
        """Whether an entry is told in both boots: models tell all there is, who watches a kernel what it was
        asked to."""
        if target in MEMBLOCK or self.pair.are_models:
            return True
        touched = (target, None if is_list(target) else key)
        return all(touched in each for each in self._ever)

    # ---- going on ----

    def move(self, left: int, right: int) -> None:
        """Lead both forwards to a position each."""
        changes = tuple(
            self._changes(side, replica.position, position)
            for side, replica, position in zip(self.pair.sides, self._replicas, (left, right), strict=True)
        )
        for replica, position in zip(self._replicas, (left, right), strict=True):
            if position > replica.position:
                replica.move(position)
        # What both changed alike stays as equal as it was.
        if changes[0] != changes[1]:
            for touched, each in zip(self._open, changes, strict=True):
                touched.update(map(_touched, each))

    def _changes(self, side: Side, start: int, stop: int) -> list[Change]:
        targets = self._compared
        return [
            change
            for _, changes in side.trace.changes(start, stop)
            for change in changes
            if change[0] in targets
        ]

    def enter(self) -> None:
        """A call begins in both."""
        self._outside.append(self._open)
        self._open = (set(), set())

    def leave(self) -> str:
        """It ends in both: the part that differs, of what was changed in it; "" if none does."""
        inside, outside = self._open, self._outside.pop()
        self._open = outside
        if self.pair.are_even:
            return self._first(inside[0] | inside[1])
        # The model may change a variable before or after a call where the kernel does it behind or before:
        # what only one of them has changed by now, the call around it may tell.
        for touched, more in zip(outside, inside, strict=True):
            touched |= more
        return self._first(inside[0] & inside[1])

    def check(self) -> str:
        """The part that differs where both are, of those that have to be the same wherever both are."""
        is_all = self.pair.are_even
        looked = {each for touched in self._open for each in touched if is_all or each[0] in MEMBLOCK}
        for touched in self._open:
            touched -= looked
        return self._first(looked)

    def _first(self, looked: set[Touched]) -> str:
        differing = [target for target, key in looked if self._differs(target, key)]
        order = list(self.targets)
        return min(differing, key=order.index, default="")

    def _views(self, target: str) -> tuple[Any, Any]:
        left, right = (replica.state[target].view() for replica in self._replicas)
        return left, right

    def _differs(self, target: str, key: Any) -> bool:
        left, right = self._views(target)
        if is_list(target):
            return self._both_tell(target, None) and self._rows_differ(target, left, right)
        if key is None or not self._both_tell(target, key):
            return False
        return self._entry_differs(target, key, left.get(key), right.get(key))

    def _rows_differ(self, target: str, left: Any, right: Any) -> bool:
        if not self.pair.is_moved and not target.startswith("memblock"):
            return list(left) != list(right)
        one, other = (
            items(self.pair, side, target, view)
            for side, view in zip(self.pair.sides, (left, right), strict=True)
        )
        return one.keys() != other.keys() if self.pair.is_loaded_elsewhere else list(one) != list(other)

    def _entry_differs(self, target: str, key: Any, left: Any, right: Any) -> bool:
        if left is None and right is None:
            return False
        one = items(self.pair, self.pair.left, target, {} if left is None else {key: left})
        other = items(self.pair, self.pair.right, target, {} if right is None else {key: right})
        return not self._same_items(target, key, one.get(key), other.get(key))

    def _same_items(self, target: str, key: Any, left: Item | None, right: Item | None) -> bool:
        if left is None or right is None:
            return left is right or not self.pair.is_strict
        told = target != "variables" or variable_tells_memory(str(key))
        if target == "variables" and not self.pair.is_strict and not told:
            return True
        return self._values.are_same(str(key), left.value, right.value, told)

    # ---- all that differs ----

    def differences(self, among: Collection[str] = ()) -> tuple[PartDifference, ...]:
        """What differs where both states are, part by part: `among` these, or if that is none, all."""
        targets = (target for target in self.targets if not among or target in among)
        found = (self._part_difference(target) for target in targets)
        return tuple(each for each in found if each is not None)

    def _part_difference(self, target: str) -> PartDifference | None:
        left, right = self._views(target)
        is_listed = is_list(target)
        if is_listed and not (self._both_tell(target, None) and self._rows_differ(target, left, right)):
            return None
        one = items(self.pair, self.pair.left, target, left)
        other = items(self.pair, self.pair.right, target, right)
        rows = list(self._list_rows(one, other) if is_listed else self._rows(target, one, other))
        return PartDifference(target, tuple(rows[:MOST_ROWS]), len(rows)) if rows else None

    def _list_rows(self, left: Items, right: Items) -> Iterator[StateRow]:
        for key, item in left.items():
            if key not in right:
                yield StateRow(item.text, "")
        for key, item in right.items():
            if key not in left:
                yield StateRow("", item.text)

    def _rows(self, target: str, left: Items, right: Items) -> Iterator[StateRow]:
        for key in dict.fromkeys((*left, *right)):
            mine, its = left.get(key), right.get(key)
            if self._both_tell(target, key) and not self._same_items(target, key, mine, its):
                yield StateRow(mine.text if mine else "", its.text if its else "")


def _touched(change: Change) -> Touched:
    return change[0], change.key if isinstance(change, Assign) else None

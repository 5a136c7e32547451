"""The hit condition of a breakpoint: at which times of all those in the boot it stops.

A boot that is recorded has a first, second and last time of everything, whichever way one goes through it: a
hit condition counts those, not how often somebody has come by.
"""

from __future__ import annotations

import operator
import re
from array import array
from collections.abc import Callable

from msgspec import Struct

from ...model.debugger.breakpoints.breakpoints import Breakpoint, Breakpoints
from ...model.debugger.breakpoints.locations import Location
from ...model.index.calls import within
from .arguments import DapError

_CONDITION = re.compile(r"\s*(==|=|>=|<=|>|<|%)?\s*([0-9]{1,9})\s*")
_TESTS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "%": lambda time, number: number > 0 and time % number == 0,
}


class HitCondition(Struct, frozen=True):
    """``5`` (the fifth time in the boot), ``>= 5``, ``< 5``, or ``% 5`` (every fifth)."""

    test: str
    number: int

    @classmethod
    def parse(cls, text: str) -> HitCondition:
        """Read one.  Raises `DapError`."""
        found = _CONDITION.fullmatch(text)
        if found is None:
            raise DapError(f"hit condition {text!r}: expected a number, or one after ==, >=, <=, >, < or %")
        test = found[1] or "=="
        return cls("==" if test == "=" else test, int(found[2]))

    def holds(self, time: int) -> bool:
        """Whether it is true of a time, counted from 1."""
        return _TESTS[self.test](time, self.number)


def limit(breakpoints: Breakpoints, point: Breakpoint, condition: HitCondition) -> None:
    """Let a breakpoint stop at some times only, of those at which its own condition is true."""
    whole = point.location
    chosen: array[int] | None = None

    def times() -> array[int]:
        nonlocal chosen
        if chosen is None:
            events = whole.events(0, len(whole.names.trace))
            hits = (event for event in events if breakpoints.would_hit(point, event))
            chosen = array("I", (event for time, event in enumerate(hits, 1) if condition.holds(time)))
        return chosen

    point.location = Location(
        whole.spec,
        whole.names,
        lambda start, stop: within(times(), start, stop),
        whole.functions,
        whole.watch,
        whole.is_before,
    )

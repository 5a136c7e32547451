"""`diff`: what two boots differ in."""

from __future__ import annotations

from ...model.debugger.debugger import Debugger
from ...model.views.comparison import Comparison
from .boot import Boot, Position


def diff(left: Boot, right: Boot, at: Position | None = None, to: Position | None = None) -> Comparison:
    """Compare two boots: where `left` is `at` a position and `right` is at `to`, by default the one of the
    same name; at their ends if nothing is said, which of kernel logs compares all that they tell.  Raises
    `InputError` for a position that a boot does not have."""
    there = at if to is None else to
    return Comparison(_standing(left, at), _standing(right, there), is_whole=at is None and to is None)


def _standing(boot: Boot, at: Position | None) -> Debugger:
    """A debugger of its own at a position: it is asked later, when others may have gone on."""
    debugger = boot.debugger()
    debugger.goto(boot.position("end" if at is None else at))
    return debugger

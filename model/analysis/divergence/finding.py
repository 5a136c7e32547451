"""What is found where two boots part."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class What(Enum):
    """What is not the same."""

    ARGUMENTS = "arguments"
    RESULT = "result"
    STATE = "state"
    ONLY_LEFT = "only_left"
    ONLY_RIGHT = "only_right"
    OTHER_CALL = "other_call"
    ENDS = "ends"


class Finding(Struct, frozen=True):
    """A call that is not the same in both boots.

    `left` and `right` are its ENTER events; None where one of them does not make it: there
    `left_position` or `right_position` is where that boot last did the same, and `beside` the event of the
    next call or return that both know.  The positions are those to look from:
    inside the call, or where its result or the state is seen.  `names` are the arguments that differ, `part`
    the part of the state that does first.
    """

    what: What
    left: int | None
    right: int | None
    left_position: int
    right_position: int
    names: tuple[str, ...] = ()
    part: str = ""
    beside: int | None = None

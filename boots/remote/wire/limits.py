"""How long the other side may take, and how often it may be asked again."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Seconds: to `connect`, until an `answer` is whole, until it has stopped (`stop`) after it was asked
    to, and the same if it was asked only to hear whether it is there (`probe`); `resends` of one packet that
    was damaged on its way."""

    connect: float = 10.0
    answer: float = 10.0
    stop: float = 10.0
    probe: float = 30.0
    resends: int = 5


USUAL = Limits()

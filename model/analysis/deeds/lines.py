"""Lines of two logs that face each other because they tell the same."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from functools import cached_property

from ...base.alignment import equal_pairs, facing
from ...trace.events import Trace
from .deed import Deed
from .told import ToldTrace

NUMBERS = re.compile(r"0x[0-9a-f]+|\d+")
Facing = tuple[int | None, int | None, bool]
"""The LOG events of two lines (None: there is none), and whether they tell the same."""


class ToldLines:
    """The lines of a trace: what each tells, and what kind of line it is."""

    def __init__(self, told: ToldTrace, trace: Trace) -> None:
        self.trace = trace
        self._deeds = told.deeds_by_event()

    @cached_property
    def tells(self) -> list[Hashable]:
        """The same for lines that tell the same, wherever it lies; other lines tell their text."""
        return [self._key(event, with_sizes=True) for event in self.trace.logs]

    @cached_property
    def kinds(self) -> list[Hashable]:
        """The same for lines that differ in numbers only."""
        return [self._key(event, with_sizes=False) for event in self.trace.logs]

    def _key(self, event: int, with_sizes: bool) -> Hashable:
        deeds: Sequence[Deed] = self._deeds.get(event, ())
        if deeds:
            return tuple((*deed.key, deed.size if with_sizes else 0) for deed in deeds)
        text = self.trace.log_text(event)
        # What is asked for stands in the line that follows: what matters is who asks.
        return text if with_sizes and "memblock_" not in text else NUMBERS.sub("", text)


def facing_lines(one: ToldLines, other: ToldLines) -> list[Facing]:
    """All lines of both, in their order."""
    pairs = equal_pairs(one.tells, other.tells)
    mine, its = one.trace.logs, other.trace.logs
    found: list[Facing] = []
    for at, to in facing(one.kinds, other.kinds, pairs):
        same = at is not None and to is not None and one.tells[at] == other.tells[to]
        found.append((None if at is None else mine[at], None if to is None else its[to], same))
    return found

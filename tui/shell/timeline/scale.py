"""How the columns of the timeline are shared among the phases of a boot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import sqrt
from typing import TYPE_CHECKING

from ....model.language.words import tr
from ...draw.widths import cells, clipped, ljust

if TYPE_CHECKING:
    from ....model.index.phases import Phase

LEAST = 3
"""Columns that even the shortest phase gets, where there are so many."""
SHORTEST = 3
"""Letters of a name below which it says nothing."""


class PhaseScale:
    """Columns for positions.  Every phase has room for its short name if there is so much; what is left is
    shared half alike, half by the square roots of the numbers of events: page tables take nine tenths of a
    boot's events, but not of its timeline.  `columns` and `positions` are where each phase starts, and the
    end."""

    def __init__(self, phases: Sequence[Phase], length: int, width: int) -> None:
        self.phases = phases
        self.width = width
        least = [cells(tr(phase.short)) + 1 for phase in phases]
        if sum(least) > width:
            least = [min(LEAST, width // len(phases))] * len(phases)
        room = width - sum(least)
        roots = [sqrt(max(phase.end - phase.start, 0)) for phase in phases]
        weights = [root + sum(roots) / len(phases) for root in roots]
        total = sum(weights) or 1
        self.columns, self.positions = [0], [0]
        for at, phase in enumerate(phases, 1):
            self.columns.append(sum(least[:at]) + round(room * sum(weights[:at]) / total))
            self.positions.append(phase.end)

    def column_of(self, position: int) -> int:
        """The column that stands for a position."""
        at = max(min(bisect_right(self.positions, position) - 1, len(self.positions) - 2), 0)
        start, end = self.positions[at], self.positions[at + 1]
        first, last = self.columns[at], self.columns[at + 1]
        return min(first + (position - start) * (last - first) // max(end - start, 1), self.width - 1)

    def position_of(self, column: int) -> int:
        """The first position that a column stands for; of the last one the end."""
        if column >= self.width - 1:
            return self.positions[-1]
        at = max(min(bisect_right(self.columns, column) - 1, len(self.columns) - 2), 0)
        first, last = self.columns[at], self.columns[at + 1]
        start, end = self.positions[at], self.positions[at + 1]
        return start - (first - column) * (end - start) // max(last - first, 1)

    def phase_at(self, column: int) -> Phase:
        """The phase that a column is in."""
        at = bisect_right(self.columns, column) - 1
        return self.phases[max(min(at, len(self.phases) - 1), 0)]


def phase_names(scale: PhaseScale) -> list[str]:
    """The name of each phase, cut or filled to the room of its phase; none where too little of it would be
    seen."""
    names: list[str] = []
    for phase, first, last in zip(scale.phases, scale.columns, scale.columns[1:], strict=False):
        room = last - first
        name = tr(phase.name)
        name = name if cells(name) < room else tr(phase.short)
        if cells(name) >= room:
            name = clipped(name, room - 2) + "…" if room - 2 >= SHORTEST else ""
        names.append(ljust(name, room))
    return names

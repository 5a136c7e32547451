"""The row below a map: addresses, and marks below what changed and what the cursor is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ...draw.lines import Span
from .stretches import MapStretch, Range

CHANGED: Span = ("▲", "changed")
CHANGED_BELOW: Span = ("◀", "changed")
CHANGED_ABOVE: Span = ("▶", "changed")


class Ruler(Struct, frozen=True):
    """What is measured: stretches of addresses over `total` cells, in rows of `width`."""

    layout: Sequence[MapStretch]
    total: int
    width: int

    def labels(self) -> list[tuple[int, int]]:
        """The columns that deserve an address, and theirs."""
        starts = {part.column: part.start for part in self.layout if not part.is_cut}
        for column in range(0, self.total, self.width):
            part = next(part for part in self.layout if part.column <= column < part.column + part.cells)
            starts[column] = part.address(column)
        return sorted(starts.items())

    def cell(self, address: int) -> int | None:
        """The cell of an address, if it is there."""
        for stretch in self.layout:
            if stretch.start <= address < stretch.end:
                return stretch.cell(address)
        return None


def scale(
    ruler: Ruler, changed: Mapping[int, float], outside: tuple[bool, bool], pointed: Range | None
) -> list[Span]:
    """One span for each cell: addresses where stretches and rows start, and the last one at the end, where no
    marks are in their way.  `outside` says whether anything changed below or above all that is shown."""
    # Where all is new anyway, the addresses go before the marks.
    is_all_new = len(changed) == ruler.total
    marks = _marks(ruler, {} if is_all_new else changed, outside, pointed)
    blank: Span = CHANGED if is_all_new else (" ", "")
    row: list[Span] = [marks.get(cell, blank) for cell in range(ruler.total)]
    last = f"{ruler.layout[-1].end - 1:#x}"
    end = ruler.total - (ruler.total - 1 in marks)
    if len(last) <= end and marks.keys().isdisjoint(range(end - len(last), end)):
        row[end - len(last) : end] = [(letter, "dim") for letter in last]
        end -= len(last)
    used = 0
    for column, address in ruler.labels():
        first = column + (column in marks)
        label = f"{address:#x}"
        following = first + len(label)
        is_free = marks.keys().isdisjoint(range(first, following))
        is_crossing = column // ruler.width != (following - 1) // ruler.width
        if first >= used and following < end and is_free and not is_crossing:
            row[first:following] = [(letter, "dim") for letter in label]
            used = following + 1
    return row


def _marks(
    ruler: Ruler, changed: Mapping[int, float], outside: tuple[bool, bool], pointed: Range | None
) -> dict[int, Span]:
    marks: dict[int, Span] = {}
    if pointed is not None:
        for address, mark in ((pointed[0], "└"), (pointed[1] - 1, "┘")):
            cell = ruler.cell(address)
            if cell is not None:
                marks[cell] = ("^" if cell in marks else mark, "accent")
    marks.update(dict.fromkeys(changed, CHANGED))
    if outside[0]:
        marks[0] = CHANGED_BELOW
    if outside[1]:
        marks[ruler.total - 1] = CHANGED_ABOVE
    return marks

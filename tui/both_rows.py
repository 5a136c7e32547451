"""Two boots row by row: what the pane of both shows of their calls, regions, zones, variables and logs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..model.call_diff import BOTH
from ..model.debugger import Debugger
from ..model.diff import (
    SAME,
    LogRow,
    OwnerRow,
    RegionRow,
    ZoneRow,
    owner_rows,
    region_rows,
    region_text,
    variable_rows,
    zone_rows,
    zone_text,
)
from ..model.text import readable_size, value_text
from .lines import plain
from .snapshot import OtherBoot

MOST_ALIKE = 3
"""So many rows that differ in numbers only are shown where there are more."""
NUMBERS = re.compile(r"0x[0-9a-f]+|\d+")


class Row(NamedTuple):
    """Two texts that face each other, with a mark as in `model.diff`, and the event of each that one can go
    to.  `left` is the boot from before, `right` that of the what-if."""

    mark: str
    left: str
    right: str
    left_event: int | None = None
    right_event: int | None = None


class Part(NamedTuple):
    """Rows of one kind under a title.  Those of calls are all shown: they are the way to the differences."""

    title: str
    rows: tuple[Row, ...]
    is_all_shown: bool = False

    @property
    def differing(self) -> int:
        """How many rows are not the same."""
        return sum(row.mark != SAME for row in self.rows)

    def differences(self) -> list[Row]:
        """What is to be read of it: the rows that differ, of many alike the first."""
        rows = self.rows if self.is_all_shown else [row for row in self.rows if row.mark != SAME]
        found: list[Row] = []
        for _, run in itertools.groupby(rows, _kind):
            alike = list(run)
            found += alike
            if len(alike) > MOST_ALIKE + 1:
                del found[len(found) - len(alike) + MOST_ALIKE :]
                left, right = (
                    f"… {len(alike) - MOST_ALIKE} more like that" if text else "" for text in alike[0][1:3]
                )
                found.append(Row(alike[0].mark, str(left), str(right)))
        return found


def _kind(row: Row) -> tuple[str, str, str]:
    """The same for rows that differ from each other in numbers only."""
    return row.mark, NUMBERS.sub("", row.left), NUMBERS.sub("", row.right)


def parts(other: OtherBoot, debugger: Debugger) -> Iterator[Part]:
    """All there is, where both boots stand; `debugger` is the what-if's."""
    left, right = other.debugger, debugger
    one, two = left.state.memblock, right.state.memblock
    yield Part("memory", tuple(_regions(region_rows(one.memory.regions, two.memory.regions))))
    yield Part("reserved", tuple(_regions(region_rows(one.reserved.regions, two.reserved.regions))))
    yield Part("zones", tuple(_zones(zone_rows(left, right))))
    yield Part("variables", tuple(_variables(left, right)))
    yield Part("who has it", tuple(_owners(owner_rows(left, right))))
    yield Part("calls of the whole boot", tuple(_calls(other)), is_all_shown=True)
    yield Part("log", tuple(_log(other.comparison.log, left, right)))


def _regions(rows: Iterator[RegionRow]) -> Iterator[Row]:
    for row in rows:
        yield Row(
            row.mark,
            region_text(row.left) if row.left else "",
            region_text(row.right) if row.right else "",
        )


def _zones(rows: Iterator[ZoneRow]) -> Iterator[Row]:
    for row in rows:
        left, right = (f"node {row.nid} {zone_text(zone)}" if zone else "" for zone in (row.left, row.right))
        yield Row(row.mark, left, right)


def _variables(left: Debugger, right: Debugger) -> Iterator[Row]:
    for row in variable_rows(left, right):
        yield Row(
            "~",
            plain(f"{row.name} = {value_text(row.name, row.left)}"),
            plain(f"{row.name} = {value_text(row.name, row.right)}"),
            left.occurrences.last_change(row.name, left.position),
            right.occurrences.last_change(row.name, right.position),
        )


def _owners(rows: Iterator[OwnerRow]) -> Iterator[Row]:
    for row in rows:
        left, right = (f"{row.name}: {readable_size(size)}" if size else "" for size in (row.left, row.right))
        yield Row(row.mark, left, right)


def _log(rows: Sequence[LogRow], left: Debugger, right: Debugger) -> Iterator[Row]:
    """The lines printed so far; one that the other prints only later stands alone."""
    for row in rows:
        one = row.left if row.left is not None and row.left < left.position else None
        other = row.right if row.right is not None and row.right < right.position else None
        if one is None and other is None:
            continue
        mark = row.mark if (one, other) == (row.left, row.right) else "<" if other is None else ">"
        yield Row(
            mark,
            plain(left.trace.log_text(one)) if one is not None else "",
            plain(right.trace.log_text(other)) if other is not None else "",
            one,
            other,
        )


def _calls(other: OtherBoot) -> Iterator[Row]:
    for row in other.comparison.calls:
        words = row.words()[2:]
        left = words if row.left is not None else ""
        right = words if row.right is not None else ""
        yield Row(SAME if row.mark == BOTH else row.mark, left, right, row.left, row.right)

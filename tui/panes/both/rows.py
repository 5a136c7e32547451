"""Two boots row by row: what the pane of both shows of their calls, regions, zones, variables and logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from ....model.analysis.call_diff import BOTH
from ....model.analysis.names import said
from ....model.base.units import readable_size, value_text
from ....model.debugger.compare import (
    SAME,
    ComparedZone,
    OwnerRow,
    RegionRow,
    owner_rows,
    region_rows,
    region_text,
    regions_of,
    variable_rows,
    zone_rows,
    zone_text,
)
from ....model.debugger.moment import Moment
from ....model.language.words import tr, translatable
from ...draw.lines import plain
from ...session.comparison import ComparedDeeds, LogSoFar, Shown
from ...session.snapshot import OtherBoot


class ComparedRow(NamedTuple):
    """Two texts that face each other, with a mark as in `model.diff`, and the event of each that one can go
    to.  `left` is the boot from before, `right` that of the what-if."""

    mark: str
    left: str
    right: str
    left_event: int | None = None
    right_event: int | None = None


class ComparedPart(Protocol):
    """Rows of one kind under a title: how many there are and differ, and each of them by its index."""

    title: str
    differing: int

    def __len__(self) -> int: ...
    def mark(self, index: int) -> str: ...
    def row(self, index: int) -> ComparedRow: ...
    def shown(self) -> Sequence[Shown]: ...


class SmallPart:
    """A part whose rows are all at hand.  Those of calls are all shown: they are the way to the
    differences."""

    def __init__(self, title: str, rows: Iterable[ComparedRow], is_all_shown: bool = False) -> None:
        self.title = title
        self.rows = tuple(rows)
        self.is_all_shown = is_all_shown
        self.differing = sum(row.mark != SAME for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def mark(self, index: int) -> str:
        """How a row differs."""
        return self.rows[index].mark

    def row(self, index: int) -> ComparedRow:
        """A row."""
        return self.rows[index]

    def shown(self) -> Sequence[Shown]:
        """What is to be read where only differences are."""
        return [Shown(at) for at, row in enumerate(self.rows) if self.is_all_shown or row.mark != SAME]


class LogPart:
    """The lines printed so far, which may be tens of thousands: each is made when it is looked at."""

    title = translatable("log")

    def __init__(self, log: LogSoFar, left: Moment, right: Moment) -> None:
        self.log = log
        self.left = left
        self.right = right
        self.differing = log.differing()

    def __len__(self) -> int:
        return len(self.log)

    def mark(self, index: int) -> str:
        """How a row differs."""
        return self.log[index].mark

    def row(self, index: int) -> ComparedRow:
        """A row."""
        mark, left, right = self.log[index]
        return ComparedRow(
            mark,
            plain(self.left.trace.log_text(left)) if left is not None else "",
            plain(self.right.trace.log_text(right)) if right is not None else "",
            left,
            right,
        )

    def shown(self) -> Sequence[Shown]:
        """What is to be read where only differences are."""
        return self.log.shown()


def parts(other: OtherBoot, ours: Moment) -> Iterator[ComparedPart]:
    """All there is, where both boots stand; `ours` is the what-if's moment."""
    left, right = other.answers, ours
    if other.comparison.deeds:
        yield SmallPart(translatable("what was done in the whole boot"), _deeds(other.comparison.deeds))
    one, two = left.state.memblock, right.state.memblock
    yield SmallPart(
        translatable("memory"), _regions(region_rows(regions_of(one, "memory"), regions_of(two, "memory")))
    )
    yield SmallPart(
        translatable("reserved"),
        _regions(region_rows(regions_of(one, "reserved"), regions_of(two, "reserved"))),
    )
    yield SmallPart(translatable("zones"), _zones(zone_rows(left, right)))
    yield SmallPart(translatable("variables"), _variables(left, right))
    yield SmallPart(translatable("who has it"), _owners(owner_rows(left, right)))
    yield SmallPart(translatable("calls of the whole boot"), _calls(other), is_all_shown=True)
    yield LogPart(LogSoFar(other.comparison, left, right), left, right)


def _deeds(rows: Iterable[ComparedDeeds]) -> Iterator[ComparedRow]:
    for mark, left, right, left_event, right_event in rows:
        yield ComparedRow(mark, plain(left), plain(right), left_event, right_event)


def _regions(rows: Iterator[RegionRow]) -> Iterator[ComparedRow]:
    for row in rows:
        yield ComparedRow(
            row.mark,
            region_text(row.left) if row.left else "",
            region_text(row.right) if row.right else "",
        )


def _zones(rows: Iterator[ComparedZone]) -> Iterator[ComparedRow]:
    for row in rows:
        left, right = (
            tr("node {nid} {zone}", nid=row.nid, zone=zone_text(zone)) if zone else ""
            for zone in (row.left, row.right)
        )
        yield ComparedRow(row.mark, left, right)


def _variables(left: Moment, right: Moment) -> Iterator[ComparedRow]:
    for row in variable_rows(left, right):
        yield ComparedRow(
            "~",
            plain(f"{row.name} = {value_text(row.name, row.left)}"),
            plain(f"{row.name} = {value_text(row.name, row.right)}"),
            left.occurrences.last_change(row.name, left.position),
            right.occurrences.last_change(row.name, right.position),
        )


def _owners(rows: Iterator[OwnerRow]) -> Iterator[ComparedRow]:
    for row in rows:
        left, right = (
            f"{said(row.name)}: {readable_size(size)}" if size else "" for size in (row.left, row.right)
        )
        yield ComparedRow(row.mark, left, right)


def _calls(other: OtherBoot) -> Iterator[ComparedRow]:
    for row in other.comparison.calls:
        words = row.words()[2:]
        left = words if row.left is not None else ""
        right = words if row.right is not None else ""
        yield ComparedRow(SAME if row.mark == BOTH else row.mark, left, right, row.left, row.right)

"""Two whole boots beside each other: what of them can be compared once and for all, in a thread."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ...model.analysis.call_diff import CallRow, Calls, call_rows
from ...model.debugger.compare import CHANGED, LEFT, RIGHT, SAME, LogRow, log_rows
from ...model.debugger.moment import Moment
from ...model.source.provenance import is_from_log

if TYPE_CHECKING:
    from ...model.analysis.deeds.report import LogComparison
    from ...model.analysis.deeds.told import ToldTrace
    from ...model.analysis.divergence.find import Held

MOST_ALIKE = 3
"""So many lines that differ in numbers only are shown where there are more."""
KINDS_AT_ONCE = 4
"""Kinds of lines that may take turns, and still are alike."""
MOST_BEYOND = 100
"""So many lines that only one boot has printed yet are shown, if both do not stand at the same place."""
NUMBERS = re.compile(r"0x[0-9a-f]+|\d+")


class Shown(NamedTuple):
    """A row of the log that is to be read, by its index; or (`hidden` of them) rows like those before it."""

    row: int
    hidden: int = 0


class ComparedDeeds(NamedTuple):
    """What both boots did for one purpose, in words, with a mark as rows of logs have, and the LOG event of
    each that tells it (None: none does)."""

    mark: str
    left: str
    right: str
    left_event: int | None
    right_event: int | None


class BootComparison(Struct, frozen=True):
    """The logs of both boots from beginning to end, line by line, and the calls that differ.

    `left_until` and `right_until` have for each row the last event up to it; `differing` counts the rows
    before each that are not the same; `shown` is what is to be read of those.  `words` is a paragraph about
    both and `deeds` what it is made of; `faces` says whether lines that tell the same face each other,
    instead of lines with the same text; `held` has the first divergence, None where a log does not tell of
    every call.
    """

    log: tuple[LogRow, ...]
    calls: tuple[CallRow, ...]
    left_until: array[int]
    right_until: array[int]
    differing: array[int]
    shown: tuple[Shown, ...]
    words: str = ""
    deeds: tuple[ComparedDeeds, ...] = ()
    faces: bool = False
    held: Held | None = None

    @classmethod
    def of(cls, left: Moment, right: Moment) -> BootComparison:
        """Of two boots that are recorded completely; takes a while for large logs."""
        return cls._of(left, right, tuple(log_rows(left, right, is_whole=True)))

    @classmethod
    def by_deeds(cls, left: Moment, right: Moment, names: tuple[str, str]) -> BootComparison:
        """The same of two boots of any kind, called by `names`, by what their lines tell."""
        from ...model.analysis.deeds.lines import ToldLines, facing_lines
        from ...model.analysis.deeds.report import LogComparison
        from ...model.analysis.deeds.told import told_trace

        one, other = (
            told_trace(each.trace, each.facts, name) for each, name in zip((left, right), names, strict=True)
        )
        found = LogComparison.of(one.boot, other.boot, (one.callers, other.callers))
        rows = facing_lines(ToldLines(one, left.trace), ToldLines(other, right.trace))
        log = tuple(LogRow(row_mark(*row), row[0], row[1]) for row in rows)
        deeds = tuple(_deeds(found, one, other))
        return replace(cls._of(left, right, log), words=found.paragraph, deeds=deeds, faces=True)

    @classmethod
    def _of(cls, left: Moment, right: Moment, log: tuple[LogRow, ...]) -> BootComparison:
        calls = (Calls(each.occurrences, len(each.trace)) for each in (left, right))
        differing = array("i", [0])
        for row in log:
            differing.append(differing[-1] + (row.mark != SAME))
        return cls(
            log,
            tuple(call_rows(*calls)),
            array("i", _until([row.left for row in log])),
            array("i", _until([row.right for row in log])),
            differing,
            tuple(_shown(log, left, right)),
            held=_held(left, right),
        )


def _held(left: Moment, right: Moment) -> Held | None:
    """Where both part, if both tell of their calls."""
    if any(is_from_log(each.trace) or not each.facts.can.calls for each in (left, right)):
        return None
    from ...model.analysis.divergence.find import held

    return held(left, right)


def _deeds(found: LogComparison, one: ToldTrace, other: ToldTrace) -> Iterator[ComparedDeeds]:
    """The rows of what was done, in words."""
    from ...model.analysis.deeds.deed import Subject
    from ...model.analysis.deeds.report import amounts

    for row in found.rows:
        left, right = row.left_rest or row.left, row.right_rest or row.right
        before = "Memory: " if row.subject is Subject.SUMMARY else ""
        mine, its = amounts(row)
        yield ComparedDeeds(
            row.mark,
            f"{before}{mine}" if mine else "",
            f"{before}{its}" if its else "",
            one.events[left[0].line] if left else None,
            other.events[right[0].line] if right else None,
        )


def row_mark(left: int | None, right: int | None, is_same: bool) -> str:
    """How two lines differ."""
    if left is None:
        return RIGHT
    if right is None:
        return LEFT
    return SAME if is_same else CHANGED


def _until(events: Sequence[int | None]) -> Iterator[int]:
    last = -1
    for event in events:
        last = last if event is None else event
        yield last


def _shown(log: Sequence[LogRow], left: Moment, right: Moment) -> Iterator[Shown]:
    """The rows that differ; of those that are alike, or whose kinds take turns, the first."""
    counts: OrderedDict[tuple[str, str], int] = OrderedDict()
    start = hidden = 0
    for index, row in enumerate(log):
        if row.mark == SAME:
            continue
        kind = row.mark, _kind(row, left, right)
        counts[kind] = counts.pop(kind, 0) + 1
        if counts[kind] > MOST_ALIKE:
            start, hidden = (start if hidden else index), hidden + 1
            continue
        if hidden:
            yield Shown(start, hidden)
            hidden = 0
        if len(counts) > KINDS_AT_ONCE:
            counts.popitem(last=False)
        yield Shown(index)
    if hidden:
        yield Shown(start, hidden)


def _kind(row: LogRow, left: Moment, right: Moment) -> str:
    """The same for lines that differ from each other in numbers only."""
    trace, event = (left.trace, row.left) if row.left is not None else (right.trace, row.right)
    return NUMBERS.sub("", trace.log_text(event)) if event is not None else ""


class LogSoFar:
    """The rows of both logs whose lines are printed where both boots stand; a line that the other prints only
    later stands alone."""

    def __init__(self, whole: BootComparison, left: Moment, right: Moment) -> None:
        self.whole = whole
        self.left_end = bisect_left(whole.left_until, left.position)
        self.right_end = bisect_left(whole.right_until, right.position)
        self.sure = min(self.left_end, self.right_end)
        """The rows before this one are as they will stay."""
        beyond = range(self.sure, max(self.left_end, self.right_end))
        self.beyond = [row for row in map(self._cut, beyond) if row is not None]

    def _cut(self, index: int) -> LogRow | None:
        """A row without what is not printed yet."""
        row = self.whole.log[index]
        left = row.left if index < self.left_end else None
        right = row.right if index < self.right_end else None
        if left is None and right is None:
            return None
        mark = row.mark if (left, right) == row[1:] else "<" if right is None else ">"
        return LogRow(mark, left, right)

    def __len__(self) -> int:
        return self.sure + len(self.beyond)

    def __getitem__(self, index: int) -> LogRow:
        """A row."""
        return self.whole.log[index] if index < self.sure else self.beyond[index - self.sure]

    def differing(self) -> int:
        """How many rows are not the same."""
        return self.whole.differing[self.sure] + sum(row.mark != SAME for row in self.beyond)

    def shown(self) -> list[Shown]:
        """What is to be read of them."""
        found = list(self.whole.shown[: bisect_left(self.whole.shown, Shown(self.sure))])
        if found and found[-1].hidden:
            row = found[-1].row
            last = self.whole.differing[self.sure] - self.whole.differing[row]
            found[-1] = Shown(row, min(found[-1].hidden, last))
        beyond = [Shown(self.sure + at) for at, row in enumerate(self.beyond) if row.mark != SAME]
        more = len(beyond) - MOST_BEYOND
        return [*found, *beyond[:MOST_BEYOND], *([Shown(self.sure, more)] if more > 0 else [])]

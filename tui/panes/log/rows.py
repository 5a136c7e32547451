"""The kernel log as rows: all of its lines or some, each in one row or wrapped.  Lines are counted and
formatted when they are first drawn, so that a log may have any length."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from ....model.language.words import translatable
from ...draw.widths import cells, clipped
from .entries import entries_of

if TYPE_CHECKING:
    from ....model.trace.events import LogFormat, Trace

INDENT = 4
"""Columns before what follows of a wrapped line."""
WARNINGS = frozenset(("warning", "err", "crit", "alert", "emerg"))


def _all(format: LogFormat) -> bool:
    return True


def _printed(format: LogFormat) -> bool:
    return format.printed


def _unasked(format: LogFormat) -> bool:
    return not format.parameter


def _warnings(format: LogFormat) -> bool:
    return format.printed and format.level in WARNINGS


class Choice(Struct, frozen=True):
    """Which lines are shown, and that in words."""

    words: str
    takes: Callable[[LogFormat], bool]


ALL_LINES = translatable("all lines")
CHOICES = (
    Choice("", _all),
    Choice(translatable("as this command line prints them"), _printed),
    Choice(translatable("without memblock=debug"), _unasked),
    Choice(translatable("warnings and errors"), _warnings),
)


class LogRow(Struct, frozen=True):
    """A row: the number of its entry (of a boot that no log was made into: of its line) in the whole log, and
    which part of it."""

    line: int
    part: int


class LogRows:
    """The rows of one trace's log.  `width` is where lines are wrapped; 0: nowhere."""

    def __init__(self, trace: Trace, choice: Choice, width: int) -> None:
        self.trace = trace
        self.choice = choice
        self.width = width
        self.entries = entries_of(trace)
        self._is_one_each = not width and not self.entries.is_from_log
        """Whether each entry has one row."""
        self._taken: list[int] = []
        """The entries shown, by their numbers in the whole log, of those looked at."""
        self._starts: list[int] = [0]
        """The first row of each of them, where one may have several."""
        self._looked_at = 0
        self._printed: list[int] = [0]
        """How many of the first lines are printed, of no line, one, two and so on."""

    def event(self, entry: int) -> int:
        """The event of an entry."""
        return self.entries.events()[entry]

    def printed(self, lines: int) -> int:
        """How many of the first `lines` of the log this command line prints."""
        counts, trace = self._printed, self.trace
        for line in range(len(counts) - 1, lines):
            counts.append(counts[-1] + trace.is_printed(trace.logs[line]))
        return counts[lines]

    def _takes(self, event: int) -> bool:
        """Whether an entry is shown: what is inferred, only where all is."""
        if not self.entries.is_line(event):
            return self.choice is CHOICES[0]
        return self.choice.takes(self.trace.log_format(event))

    def _look(self, entries: int) -> None:
        """Look at all entries before that number."""
        events = self.entries.events()
        for entry in range(self._looked_at, entries):
            if not self._takes(events[entry]):
                continue
            self._taken.append(entry)
            if not self._is_one_each:
                self._starts.append(self._starts[-1] + len(self.parts(entry)))
        self._looked_at = max(self._looked_at, entries)

    def count(self, entries: int) -> int:
        """How many rows the first `entries` of the log have."""
        if self.choice is CHOICES[0] and self._is_one_each:
            return entries
        self._look(entries)
        taken = bisect_left(self._taken, entries)
        return taken if self._is_one_each else self._starts[taken]

    def row(self, index: int) -> LogRow:
        """A row among those counted."""
        if self.choice is CHOICES[0] and self._is_one_each:
            return LogRow(index, 0)
        if self._is_one_each:
            return LogRow(self._taken[index], 0)
        at = bisect_right(self._starts, index) - 1
        return LogRow(self._taken[at], index - self._starts[at])

    def text(self, entry: int) -> str:
        """An entry in one piece."""
        return self.entries.texts(self.event(entry))[-1]

    def first_part(self, entry: int) -> int:
        """The part of an entry that is the beginning of its line: before that, something may be missing."""
        return len(self.entries.texts(self.event(entry))) - 1

    def prefix(self, row: LogRow) -> str:
        """What stands before a row: the number and the time of a line, where they are told."""
        number = self.entries.number(self.event(row.line))
        return number if row.part == self.first_part(row.line) else " " * len(number)

    def parts(self, entry: int) -> list[str]:
        """An entry, wrapped; what follows is indented."""
        event = self.event(entry)
        width = self.width and max(self.width - len(self.entries.number(event)), 8)
        return [part for text in self.entries.texts(event) for part in _wrapped(text, width)]


def _wrapped(text: str, width: int) -> list[str]:
    """A text over rows of a width (0: any)."""
    if not width or cells(text) <= width:
        return [text]
    parts = [clipped(text, width)]
    text, rest = text[len(parts[0]) :], max(width - INDENT, 8)
    while text:
        part = clipped(text, rest)
        parts.append(" " * INDENT + part)
        text = text[len(part) :]
    return parts

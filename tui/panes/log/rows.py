"""The kernel log as rows: all of its lines or some, each in one row or wrapped.  Lines are counted and
formatted when they are first drawn, so that a log may have any length."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ...draw.lines import plain

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


class Choice(NamedTuple):
    """Which lines are shown, and that in words."""

    words: str
    takes: Callable[[LogFormat], bool]


CHOICES = (
    Choice("", _all),
    Choice("as this command line prints them", _printed),
    Choice("without memblock=debug", _unasked),
    Choice("warnings and errors", _warnings),
)


class LogRow(NamedTuple):
    """A row: the number of its line in the whole log, and which part of it."""

    line: int
    part: int


class LogRows:
    """The rows of one trace's log.  `width` is where lines are wrapped; 0: nowhere."""

    def __init__(self, trace: Trace, choice: Choice, width: int) -> None:
        self.trace = trace
        self.choice = choice
        self.width = width
        self._taken: list[int] = []
        """The lines shown, by their numbers in the whole log, of those looked at."""
        self._starts: list[int] = [0]
        """The first row of each of them, where lines are wrapped."""
        self._looked_at = 0
        self._printed: list[int] = [0]
        """How many of the first lines are printed, of no line, one, two and so on."""

    def printed(self, lines: int) -> int:
        """How many of the first `lines` of the log this command line prints."""
        counts, trace = self._printed, self.trace
        for line in range(len(counts) - 1, lines):
            counts.append(counts[-1] + trace.is_printed(trace.logs[line]))
        return counts[lines]

    def _look(self, lines: int) -> None:
        """Look at all lines before that number."""
        trace, takes = self.trace, self.choice.takes
        for line in range(self._looked_at, lines):
            event = trace.logs[line]
            if not takes(trace.log_format(event)):
                continue
            self._taken.append(line)
            if self.width:
                self._starts.append(self._starts[-1] + len(self.parts(line)))
        self._looked_at = max(self._looked_at, lines)

    def count(self, lines: int) -> int:
        """How many rows the first `lines` of the log have."""
        if self.choice is CHOICES[0] and not self.width:
            return lines
        self._look(lines)
        taken = bisect_left(self._taken, lines)
        return self._starts[taken] if self.width else taken

    def row(self, index: int) -> LogRow:
        """A row among those counted."""
        if self.choice is CHOICES[0] and not self.width:
            return LogRow(index, 0)
        if not self.width:
            return LogRow(self._taken[index], 0)
        at = bisect_right(self._starts, index) - 1
        return LogRow(self._taken[at], index - self._starts[at])

    def text(self, line: int) -> str:
        """A line of the log."""
        return plain(self.trace.log_text(self.trace.logs[line]))

    def parts(self, line: int) -> list[str]:
        """A line, wrapped; what follows is indented."""
        text = self.text(line)
        if not self.width or len(text) <= self.width:
            return [text]
        rest = max(self.width - INDENT, 8)
        parts, text = [text[: self.width]], text[self.width :]
        return parts + [" " * INDENT + text[at : at + rest] for at in range(0, len(text), rest)]

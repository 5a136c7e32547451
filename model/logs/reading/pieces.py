"""Lines of a text as pieces of a log: what of a line is the kernel's, and what tells whether it is a line of
its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from .containers import left, undone
from .habits import NUMBER, ONLY_NUMBER, QUOTE, Habits, habits_of
from .prefixes import OTHERS, Stripped, parted, stripped
from .text_lines import TextLines

CUT = re.compile(
    r"[\W_]*(?:snip(?:ped)?|cut|skip(?:ped)?|omitted|truncated|8<|>8|\d+ lines (?:cut|omitted))?[\W_]*$",
    re.IGNORECASE,
)
"""A line that stands for lines that were cut out; only if there is something in it that is no blank."""
DOTS = re.compile(r"\.{2,}|…|snip|cut|skip|omitted|truncated|8<|>8|~{3,}\s*\S|\[\s*\]", re.IGNORECASE)
DROPPED = re.compile(
    r"\s*(?:\*\* )?\d+ printk messages dropped|.*Missed \d+ kernel messages|<\d+ messages? suppressed"
)
"""What is said where a kernel's or a daemon's buffer overflowed."""
FENCE = re.compile(
    r"\s*(?:```+\s*\w*|~~~+\s*\w*|\{/?(?:code|noformat)[^}]*\}|\[/?(?:code|quote|log)[^\]]*\]|</?\w+>)\s*$"
)
"""What stands around a text that is shown as it is, in Markdown, forums and trackers."""
PROPERTY = re.compile(r" [A-Z]\w*=")
"""A line that /dev/kmsg gives after a record."""


class Piece(NamedTuple):
    """A line of a text, or one of several that stand in it, without what stood before it.

    `text` may have blanks at its start that are not the kernel's if it is not `is_stamped`.  `number` is
    where it stands, `lines` how many lines of the file it takes; `width` is how many characters were taken
    off, `indent` the blanks before all that, and `length` how long the line was without marks of quotes.
    `is_apart`: a blank line or a fence is before it; `is_after_cut`: something was cut out before it.
    """

    text: str
    number: int
    lines: int = 1
    time: float | None = None
    is_stamped: bool = False
    width: int = 0
    length: int = 0
    indent: str = ""
    is_apart: bool = False
    is_after_cut: bool = False


class Pieces:
    """The pieces of a text in their order, and how often something was undone on the way."""

    def __init__(self, lines: TextLines) -> None:
        self._lines = lines
        self.undone = Counter[str]()
        self._is_apart = self._is_after_cut = False
        self._listed: int | None = None
        self._has_records = False
        self._has_bare_time = False
        self._habits: Habits | None = None

    def __iter__(self) -> Iterator[Piece]:
        first = None
        for number, line in self._lines:
            containers = self._lines.containers
            if not containers:
                yield from self._pieces(line, number, 1)
                continue
            first = number if first is None else first
            found = undone(containers, line)
            for one in found:
                yield from self._pieces(one, first, number - first + 1)
            if found or not any(container.is_waiting for container in containers):
                first = None
        for line in left(self._lines.containers):
            yield from self._pieces(line, first or self._lines.number, 1)

    def _pieces(self, line: str, number: int, lines: int) -> Iterator[Piece]:
        """The pieces that stand in a line."""
        line = self._unlisted(line)
        found = stripped(line)
        if found.is_stamped and found.time is None and self._has_bare_time and line[:1] != "<":
            found = Stripped(line)  # a date of the line itself: in this log the kernel's time is first
        elif found.time is not None:
            self._has_bare_time = found.is_bare
            self._has_records = found.is_record
        if not found.is_stamped and not self._is_text(line):
            return
        for text in parted(found.text):
            if text is not found.text:
                again = stripped(text)
                found = again if again.is_stamped else found._replace(text=text)
                self.undone["parted"] += again.is_stamped
            if found.number is not None:
                self._count(found.number)
            if not found.text.strip() and not found.is_stamped:
                continue
            if DROPPED.match(found.text):
                self._is_after_cut = True
            yield self._made(found, (number, lines), line)

    def _is_text(self, line: str) -> bool:
        """Whether a line without a stamp may be, or belong to, one of the kernel's."""
        if not line.strip() or FENCE.match(line):
            self._is_apart = True
        elif _is_cut(line):
            self._is_after_cut = True
        elif OTHERS.match(line):
            self.undone["others"] += 1
        else:
            return not (self._has_records and PROPERTY.match(line))
        return False

    def _unlisted(self, line: str) -> str:
        """A line without the marks of a quote and the number in a listing."""
        if self._habits is None:
            self._habits = habits_of(self._lines.beginning)
        if self._habits.is_quoted and (quote := QUOTE.match(line)):
            line = line[quote.end() :]
            self.undone["quoted"] += 1
        if (
            self._habits.is_numbered
            and (listed := NUMBER.match(line))
            and int(listed[1]) > (self._listed or 0)
        ):
            line = line[listed.end() :]
            self._count(int(listed[1]))
        if self._habits.has_number_lines and ONLY_NUMBER.match(line):
            return ""
        return line

    def _count(self, listed: int) -> None:
        """A line that had a number in a listing."""
        self.undone["numbered"] += 1
        if self._listed is not None and listed > self._listed + 1:
            self._is_after_cut = True
        self._listed = listed

    def _made(self, found: Stripped, place: tuple[int, int], line: str) -> Piece:
        piece = Piece(
            found.text,
            *place,
            found.time,
            found.is_stamped,
            found.width,
            len(line),
            line[: len(line) - len(line.lstrip())],
            self._is_apart,
            self._is_after_cut,
        )
        self._is_apart = self._is_after_cut = False
        return piece


def _is_cut(line: str) -> bool:
    return len(line) < 80 and DOTS.search(line) is not None and CUT.match(line) is not None

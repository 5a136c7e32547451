"""A form: what a line of one kind looks like, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple, TypeAlias

from ..log_line import LogLine
from ..records.record import Record
from .setting import Setting

Said: TypeAlias = Record | list[Record] | None
"""What a line says: a record, several, or nothing by itself."""
Make: TypeAlias = Callable[[LogLine, re.Match[str], Setting], Said]

HEX = r"(?:0x)?([0-9a-fA-F]+)"
"""A number to base 16, with or without its mark."""
MEM = r"\[(?:mem|gap|mem-gap) " + HEX + r"-" + HEX + r"\]"
"""A range as ``%pR`` prints it: the end is included."""
CALLER = r"(?P<caller>[A-Za-z_][\w.$]*)\+0x[0-9a-f]+/0x[0-9a-f]+(?: \[\w+\])?"
"""A function that calls, with the offset in it."""
RAW_CALLER = r"(?:\[?<?(?:0x)?[0-9a-f]{8,16}>?\]?|\(ptrval\)|\(____ptrval____\))"
"""One whose symbol is not known."""


class Form(NamedTuple):
    """Lines of one kind.  `starts` are the words that such a line may begin with, ``()`` if it may be any;
    then `holds` is what is in it.  `pattern` matches all of it but blanks at both ends, and `make` makes
    what it says; it raises ValueError if its numbers cannot be true.  Where `tail` is a group of the
    pattern, a line without it is understood, but more may have followed."""

    starts: tuple[str, ...]
    pattern: str
    make: Make
    holds: str = ""
    tail: str = ""

    def match(self, text: str) -> re.Match[str] | None:
        """The match if a line without blanks at its ends is of this form."""
        return compiled(self.pattern).fullmatch(text)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, made when it is needed first: most logs need few."""
    return re.compile(pattern)


def number(text: str) -> int:
    """A number to base 16."""
    return int(text, 16)


def inclusive(first: str, last: str) -> tuple[int, int]:
    """The base and size of a range whose end is included; it may be empty.  Raises ValueError if it ends
    before that."""
    base, size = int(first, 16), int(last, 16) + 1 - int(first, 16)
    if size < 0:
        raise ValueError(f"a range of {size} bytes")
    return base, size


def exclusive(start: str, end: str) -> tuple[int, int]:
    """The base and size of a range whose end is not included.  Raises ValueError if it ends before it
    begins."""
    base, size = int(start, 16), int(end, 16) - int(start, 16)
    if size < 0:
        raise ValueError(f"a range of {size} bytes")
    return base, size


UNITS = {"": 1, "B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def size_of(digits: str, unit: str) -> int:
    """A size in bytes, of a number and a unit such as k, KiB, MB."""
    return int(digits) * UNITS[unit[:1].upper()]


def nothing(line: LogLine, match: re.Match[str], setting: Setting) -> None:
    """Of a line that says nothing by itself, as headings."""

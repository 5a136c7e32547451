"""What is done to all lines of a text alike: quoted as mails do, numbered as listings are.  It is told from
many lines together, because one alone may begin so by itself."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

QUOTE = re.compile(r"[ \t]{0,3}>(?:[ \t]{0,2}>)*")
"""The marks of a mail's quote; the blank after them may be theirs or the line's."""
NUMBER = re.compile(r"\s*(\d{1,6})(?::(?!\d)|[.|)](?!\d)[ \t]?|[ \t])")
"""A line's number in a listing, of grep -n, a pastebin or an editor."""
QUOTED_LOG = re.compile(r"^[ \t]{0,3}>[>\s]*(?:(?:<\d+>)?\[ *\d+\.\d+\]|Linux version \d)", re.MULTILINE)
ONLY_NUMBER = re.compile(r"\s*\d{1,6}\s*$")
SAMPLE = 1 << 16
"""Characters of a text that tell how it is quoted and numbered."""
FEWEST = 4
"""Lines of a listing."""


class Habits(NamedTuple):
    """`is_quoted`: lines stand behind marks of a quote.  `is_numbered`: behind their numbers.
    `has_number_lines`: numbers stand between them, on lines of their own."""

    is_quoted: bool = False
    is_numbered: bool = False
    has_number_lines: bool = False


def habits_of(text: str) -> Habits:
    """How the lines of a text that begins so are quoted and numbered."""
    is_quoted = ">" in text and QUOTED_LOG.search(text) is not None
    lines = [line for line in text[:SAMPLE].split("\n") if line.strip()]
    quoted = sum(QUOTE.match(line) is not None for line in lines)
    alone = sum(ONLY_NUMBER.match(line) is not None for line in lines)
    numbers = [int(found[1]) for line in lines if (found := NUMBER.match(line))]
    in_order = sum(0 < after - before < 100 for before, after in pairwise(numbers))
    is_numbered = len(numbers) >= FEWEST and in_order * 5 >= 4 * (len(lines) - 1)
    return Habits(
        is_quoted or quoted * 3 > len(lines), is_numbered, alone >= FEWEST and alone * 4 > len(lines)
    )

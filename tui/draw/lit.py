"""Which rows are lit up: those about a place in memory, or with some words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...model.lecture.tours.page import Light

RANGE = r"0x([0-9a-fA-F]+)(?:\s*(?:-|\.\.+|–)\s*(?:0x)?([0-9a-fA-F]+))?"  # noqa: RUF001
"""An address, or a range; compiled when the first light shines."""


def shines_on(light: Light) -> Callable[[str], bool]:
    """Whether a row is lit, by its text: it has one of the words, is about a whole region, or about a range
    that an address is in."""
    addresses = [start for start, end in light.ranges if end == start + 1]
    regions = [(start, end) for start, end in light.ranges if end != start + 1]

    def is_lit(text: str) -> bool:
        if any(words in text for words in light.texts):
            return True
        if not light.ranges or "0x" not in text:
            return False
        rows = [_range(found) for found in re.finditer(RANGE, text)]
        if any(row in regions for row in rows if row[1] > row[0] + 1):
            return True
        starts = {row[0] for row in rows}
        return any(start in starts for start in addresses) or any(
            row[0] <= start < row[1] for row in rows[:1] for start in addresses
        )

    return is_lit


def _range(found: re.Match[str]) -> tuple[int, int]:
    start = int(found[1], 16)
    return start, int(found[2], 16) + 1 if found[2] else start + 1

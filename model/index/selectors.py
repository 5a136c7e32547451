"""Parts of memory that people ask about, and how they write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from ..language.words import tr

PHYSICAL, VIRTUAL, SECTION, ZONE = "physical", "virtual", "section", "zone"
FIRST_VIRTUAL = 1 << 63
"""Addresses from here on are the kernel's virtual ones."""
ANY_NODE = -1

_NUMBER = r"0[xX][0-9a-fA-F]+|\d+"
_RANGE = rf"({_NUMBER})\s*(?:-|\.\.)\s*({_NUMBER})"
_ZONE = r"zone\s+(\w+)(?:\s+(?:of\s+)?node\s+(\d+))?"


class PlaceError(ValueError):
    """Why some words name no place, in one sentence."""


class MemoryRange(Struct, frozen=True):
    """A part of memory: `space` is one of the four above.  Addresses [start, end) in bytes; sections by
    number [start, end); a zone by its name, of node `start` (`ANY_NODE`: of any)."""

    space: str
    start: int
    end: int
    name: str = ""

    def words(self) -> str:
        """The place in words; sections and zones as people type them."""
        if self.space == SECTION:
            return f"section {self.start}"
        if self.space == ZONE:
            return f"zone {self.name}" + (f" of node {self.start}" if self.start != ANY_NODE else "")
        if self.end - self.start == 1:
            if self.space == PHYSICAL:
                return tr("physical address {start:#x}", start=self.start)
            return tr("virtual address {start:#x}", start=self.start)
        if self.space == PHYSICAL:
            return tr("physical range [{start:#x}-{end:#x}]", start=self.start, end=self.end - 1)
        return tr("virtual range [{start:#x}-{end:#x}]", start=self.start, end=self.end - 1)


def parse_place(text: str, evaluate: Callable[[str], Any], page_shift: int) -> MemoryRange:
    """The place that is meant by ``zone DMA``, ``zone DMA of node 1``, ``section 5``, ``pfn 0x48000``, a
    range as the kernel prints it (``[mem 0x48000000-0x4fffffff]``, ``0x48000000..0x4fffffff``: both ends
    included), ``ADDRESS,SIZE`` or an address.  `evaluate` gives the value of an expression.  Raises
    `PlaceError` and what `evaluate` raises."""
    text = text.strip().strip("[]").removeprefix("mem ").strip()
    zone = re.fullmatch(_ZONE, text, flags=re.IGNORECASE)
    if zone:
        return MemoryRange(ZONE, int(zone[2]) if zone[2] else ANY_NODE, 0, _zone_name(zone[1]))
    word, _, rest = text.partition(" ")
    if word in ("section", "pfn") and rest:
        number = _number(rest, evaluate)
        if word == "section":
            return MemoryRange(SECTION, number, number + 1)
        return MemoryRange(PHYSICAL, number << page_shift, (number + 1) << page_shift)
    found = re.fullmatch(_RANGE, text)
    if found:
        return _range(int(found[1], 0), int(found[2], 0) + 1, text)
    start_text, comma, size = text.rpartition(",")
    if comma and start_text.count("(") == start_text.count(")"):
        start = _number(start_text, evaluate)
        return _range(start, start + _number(size, evaluate), text)
    start = _number(text, evaluate)
    return _range(start, start + 1, text)


def _zone_name(text: str) -> str:
    known = {"dma": "DMA", "dma32": "DMA32", "normal": "Normal", "movable": "Movable", "device": "Device"}
    return known.get(text.lower(), text)


def _number(text: str, evaluate: Callable[[str], Any]) -> int:
    value = evaluate(text)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise PlaceError(tr("{text} is neither an address nor a number", text=text))
    return value


def _range(start: int, end: int, text: str) -> MemoryRange:
    if end <= start:
        raise PlaceError(tr("the range {text} is empty", text=text))
    return MemoryRange(VIRTUAL if start >= FIRST_VIRTUAL else PHYSICAL, start, end)

"""The symbols of a kernel that the model has a use for: the rest is nobody's business.

A kernel's list of symbols tells which drivers it has and where they are.  The model asks for symbols by name,
so those that its own source mentions stay, with the tables of options and early consoles, and the symbols
whose addresses say how long another one is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
ROOMS = ("boots/**/*.py", "model/**/*.py", "boots/machines/*.txt")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TABLES = re.compile(
    r"__(setup|param|of_table|earlycon|UNIQUE_ID___earlycon)_|.*__earlycon|_*(start|stop|end)_"
)
"""The beginnings of symbols that are entries of tables, or their ends."""
LINE = re.compile(r"([0-9a-f]+) (\S) (\S+)")
PART_SHIFT = 16
"""The parts of an image begin at multiples of 64 KiB; the last symbol before one tells where a part ends."""


@cache
def mentioned() -> frozenset[str]:
    """Every name in the source of the model, and in its list of the command line's options."""
    found: set[str] = set()
    for room in ROOMS:
        for path in PACKAGE.glob(room):
            found.update(WORD.findall(path.read_text(encoding="utf-8")))
    return frozenset(found)


def counted(kallsyms: str) -> int:
    """How many symbols these are."""
    return sum(LINE.match(line) is not None for line in kallsyms.splitlines())


def needed(kallsyms: str) -> str:
    """The lines of kallsyms that are needed; those that are no symbols stay as they are."""
    lines = kallsyms.splitlines(keepends=True)
    kept = set(_needed(lines))
    return "".join(line for number, line in enumerate(lines) if number in kept)


def _needed(lines: list[str]) -> Iterator[int]:
    """The numbers of the lines."""
    symbols: list[tuple[int, int, bool]] = []
    for number, line in enumerate(lines):
        found = LINE.match(line)
        if found is None:
            yield number
            continue
        name = found[3]
        is_needed = name.partition(".")[0] in mentioned() or TABLES.match(name) is not None
        symbols.append((int(found[1], 16), number, is_needed))
    symbols.sort()
    # Several symbols of one address are one place, whose printed name may be any of them.
    places = [(at, list(group)) for at, group in groupby(symbols, key=lambda symbol: symbol[0])]
    follows = False
    for (address, place), (following, _) in zip(places, [*places[1:], (-1, [])], strict=True):
        is_needed = any(needed for _, _, needed in place)
        if is_needed or follows or address >> PART_SHIFT != following >> PART_SHIFT:
            yield from (number for _, number, _ in place)
        # What comes after a place ends it.
        follows = is_needed

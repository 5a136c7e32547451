"""The presets of the layout: how screens of different sizes are divided among the panes.

A preset knows no pane.  It divides the screen into rooms, and a room takes the panes of its slots: each pane
says which slot it goes to (`Pane.PLACE`).  A slot has one subject:

    where     the way one came here        source    what is done here
    regions, mappings, sections, zones     memory, one for each part of its state
    log, variables, commands               what the boot prints, what it keeps, what one asks and waits for
    answers   to questions about memory    boots     two boots side by side
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from textual.geometry import Size


class Room(Struct, frozen=True):
    """Room for one pane at a time of those in `slots`; the others are tabs in its title."""

    slots: tuple[str, ...]


class Split(Struct, frozen=True):
    """Parts beside or below each other; `weights` say how they share what it has, `least` what
    each needs."""

    is_row: bool
    parts: tuple[Split | Room, ...]
    weights: tuple[int, ...]
    least: tuple[int, ...]


Preset = Split | Room


def row(*parts: tuple[Preset, int, int]) -> Split:
    """Parts beside each other, each with its weight and the columns it needs."""
    return Split(True, *zip(*parts, strict=True))  # pyright: ignore[reportArgumentType]


def column(*parts: tuple[Preset, int, int]) -> Split:
    """Parts below each other, each with its weight and the rows it needs."""
    return Split(False, *zip(*parts, strict=True))  # pyright: ignore[reportArgumentType]


def room(*slots: str) -> Room:
    """Room for the panes of some slots."""
    return Room(slots)


MEMORY = ("regions", "mappings", "sections", "zones")
RECORD = ("log", "variables", "commands")

HUGE = row(
    (column((room("where"), 20, 6), (room("source"), 38, 8), (room("variables"), 10, 4)), 75, 40),
    (column((room("regions"), 30, 8), (room("mappings"), 22, 6), (room("commands"), 14, 4)), 95, 50),
    (
        column(
            (room("sections"), 17, 6),
            (room("zones"), 13, 6),
            (room("log"), 20, 6),
            (room("answers", "boots"), 16, 6),
        ),
        80,
        50,
    ),
)
"""Everything there is, at once."""
WIDE = column(
    (
        row(
            (column((room("where"), 10, 6), (room("source", "answers"), 22, 8)), 64, 50),
            (
                column(
                    (room("regions"), 13, 8),
                    (room("mappings"), 11, 6),
                    (row((room("sections"), 48, 30), (room("zones"), 48, 30)), 9, 6),
                ),
                96,
                60,
            ),
        ),
        33,
        20,
    ),
    (room(*RECORD, "boots"), 9, 6),
)
"""All of the memory at once.  Answers come before the source, where they have rows enough."""
FLAT = row((room("where", "source", "answers"), 45, 40), (room(*MEMORY, *RECORD, "boots"), 55, 40))
"""Wide but low: where one is, and the memory, side by side."""
TALL = column(
    (room("source", "where"), 9, 5), (room(*MEMORY, "answers"), 12, 6), (room(*RECORD, "boots"), 7, 4)
)
"""Not wide: where one is, the memory, and the log, below each other."""
NARROW = column((room("source", "where"), 9, 6), (room(*MEMORY, *RECORD, "answers", "boots"), 12, 6))
"""Small: where one is above, the memory below."""
TINY = room("source", "where", *MEMORY, *RECORD, "answers", "boots")
"""Too small for two panes."""
EVERYTHING_ELSE = (*MEMORY, *RECORD, "answers", "boots")
PRESENTED_WIDE = row((room("source", "where"), 42, 40), (room(*EVERYTHING_ELSE), 58, 40))
"""For a class: where one is, and what matters there, side by side."""
PRESENTED = column((room("source", "where"), 8, 6), (room(*EVERYTHING_ELSE), 14, 8))
"""The same below each other."""
PRESETS = (HUGE, WIDE, FLAT, TALL, NARROW, TINY)


def preset_for(size: Size) -> Preset:
    """The preset that suits a screen."""
    width, height = size
    if width < 44 or height < 16:
        return FLAT if width >= 130 and height >= 8 else TINY
    if width >= 220 and height >= 54:
        return HUGE
    if width >= 130:
        return WIDE if height >= 30 else FLAT
    return TALL if height >= 28 else NARROW


def presented_for(size: Size) -> Preset:
    """The preset that suits a projector: few panes, as large as can be."""
    width, height = size
    if width < 44 or height < 16:
        return TINY
    return PRESENTED_WIDE if width >= 130 else PRESENTED


def rooms(preset: Preset) -> Iterator[Room]:
    """The rooms of a preset."""
    if isinstance(preset, Room):
        yield preset
    else:
        for part in preset.parts:
            yield from rooms(part)

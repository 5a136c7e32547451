"""What a browser sends: checked before anything is done with it."""

from __future__ import annotations

import json
from typing import NamedTuple, cast

LARGEST = 1 << 16
"""Bytes of a message."""
COLUMNS, ROWS = (20, 500), (5, 200)
"""The sizes of a terminal, at least and at most."""


class Typed(NamedTuple):
    """Keys, as a terminal sends them."""

    text: str


class Resized(NamedTuple):
    """The terminal has another size."""

    columns: int
    rows: int


class Pinged(NamedTuple):
    """The browser asks whether somebody is there."""

    text: str


class Focus(NamedTuple):
    """The page has the focus, or has lost it."""

    is_there: bool


Message = Typed | Resized | Pinged | Focus


def read_message(text: str) -> Message | None:
    """What a message says; None: nothing that is known here."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match given:
        case ["stdin", str(typed)]:
            return Typed(typed)
        case ["resize", {"width": int(width), "height": int(height)}]:
            return Resized(*terminal_size(width, height))
        case ["ping", str(sent)]:
            return Pinged(sent[:40])
        case ["focus"] | ["blur"]:
            return Focus(cast("list[str]", given)[0] == "focus")
        case _:
            return None


def terminal_size(columns: int, rows: int) -> tuple[int, int]:
    """A size within bounds."""
    return min(max(columns, COLUMNS[0]), COLUMNS[1]), min(max(rows, ROWS[0]), ROWS[1])

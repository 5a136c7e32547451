"""The tours that come with the program, and what somebody may call one."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from ...base.errors import InputError
from ...base.units import printable
from .reading import read_tour
from .tour import Tour

SHIPPED = Path(__file__).parent / "shipped"


def shipped_tours() -> list[Tour]:
    """All of them, in the order in which to take them."""
    tours = [read_tour(path) for path in SHIPPED.glob("*.toml")]
    return sorted(tours, key=lambda tour: (tour.order, tour.name))


def shipped_names() -> list[str]:
    """What people type for them, sorted; no file is read."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def tour_named(word: str) -> Tour:
    """A shipped tour, or the tour in a file that a word names.  Raises `InputError`."""
    names = shipped_names()
    if word in names:
        return read_tour(SHIPPED / f"{word}.toml")
    if "\0" not in word and Path(word).exists():
        return read_tour(Path(word))
    near = get_close_matches(word, names, 1)
    hint = f"did you mean {near[0]}?" if near else "'bootstep tour' lists them"
    raise InputError(f"{printable(word)}: there is no such tour, and no file of that name; {hint}")

"""How a live recording went: where the kernel was, how much was seen, why it ended, what is missing."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from ...model.build.release import Release


class Ending(Enum):
    """What ended a recording."""

    HANDOVER = "handover"
    """The function that it was to go until returned."""
    PANIC = "panic"
    """The kernel panicked; its words are in the report's `ending_words`."""
    TIME_LIMIT = "time limit"
    EVENT_LIMIT = "event limit"
    STOPPED = "stopped"
    """Whoever watched it stopped it."""
    TARGET_GONE = "target gone"
    """The target ended, or its stub cannot be used any more; how, is in `ending_words`."""


class LiveReport(Struct, frozen=True):
    """What is told of a recording that has ended, or of one that goes on (`ending` is None then).

    `release` and `banner` are what the kernel says of itself (None, "" if it was not found).  `load_address`
    is where it lies in physical memory, None if nobody knows; `moved` is by how many bytes KASLR moved its
    virtual addresses, None if that was not found.  `watched` is how many functions were watched, of `known`
    that were meant to be; `stops` how often the target stood still for us, `seconds` how long it took, from
    connecting on.  `missing` has a sentence for everything that could not be recorded, with the reason.
    """

    ending: Ending | None = None
    ending_words: str = ""
    release: Release | None = None
    banner: str = ""
    architecture: str = ""
    load_address: int | None = None
    moved: int | None = None
    watched: int = 0
    known: int = 0
    stops: int = 0
    seconds: float = 0.0
    missing: tuple[str, ...] = ()

"""What somebody looks at from where the debugger stands: the selected frame, and the lines listed last."""

from __future__ import annotations

from msgspec import Struct

LISTSIZE = 10
"""Lines that ``list`` shows, as gdb has it."""


class Listed(Struct, frozen=True):
    """The lines of a file that were listed last: their numbers, the last included; `path` is where the file
    is."""

    path: str
    first: int
    last: int


class Looking:
    """Where one looks.  All of it is of one position: a move begins anew."""

    def __init__(self) -> None:
        self.level = 0
        """The selected frame: how many calls outward of the innermost."""
        self.listed: Listed | None = None
        self.listsize = LISTSIZE

    def anew(self) -> None:
        """A move was made."""
        self.level, self.listed = 0, None

    def select(self, level: int) -> None:
        """Select a frame; what is listed next is around its line."""
        self.level, self.listed = level, None

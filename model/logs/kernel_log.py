"""The log of one boot, out of a file with anything in it."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from .log_line import LogLine


class BootExtent(NamedTuple):
    """One boot of those in a file: its first and last line there, counted from 1.  It `begins` with the
    kernel's banner, it `ends` with its summary of memory, or a panic."""

    first: int
    last: int
    release: str
    begins: bool
    ends: bool

    @property
    def is_complete(self) -> bool:
        """Whether all of the boot's early part is there."""
        return self.begins and self.ends


class KernelLog(Struct, frozen=True):
    """The early part of one boot's log: `lines`, from `source` (a file's name, or "standard input").

    `boots` are all that the file has, `chosen` is the number of this one, counted from 1.  `gaps` are the
    numbers of lines (of the file) before which something was cut out.  `repairs` has a sentence for
    everything that was undone to read it, such as "12 lines were wrapped and are joined".
    """

    source: str
    lines: tuple[LogLine, ...]
    boots: tuple[BootExtent, ...]
    chosen: int
    gaps: frozenset[int] = frozenset()
    repairs: tuple[str, ...] = ()

    @property
    def extent(self) -> BootExtent:
        """Where in the file this boot stands."""
        return self.boots[self.chosen - 1]

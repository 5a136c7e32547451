"""A line of a kernel log, as the kernel said it."""

from __future__ import annotations

from typing import NamedTuple


class LogLine(NamedTuple):
    """What the kernel said, without anything that was put before it on the way; blanks at its start are the
    kernel's own.  `number` is where it stands in the file, counted from 1, `lines` how many lines of the file
    it takes (more than one where it was wrapped), `time` the kernel's time in seconds, None if it is not
    there."""

    text: str
    number: int = 0
    time: float | None = None
    lines: int = 1

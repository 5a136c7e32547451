"""Standard output and error, whatever they are: a terminal, a full disk, a pipe that nobody reads any more.

What is printed may come from a device tree, a file's name or somebody else's log.  No character of it reaches
a terminal that the terminal would obey.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TextIO

from ...model.base.errors import InputError
from ...model.base.units import printable
from ...model.language.words import tr


class PlainOutput(io.TextIOBase):
    """Writes `printable` text to a stream."""

    def __init__(self, stream: TextIO, is_vital: bool) -> None:
        super().__init__()
        self.stream, self.is_vital = stream, is_vital
        if isinstance(stream, io.TextIOWrapper):
            # What the terminal's character set does not have is shown by its number.
            stream.reconfigure(errors="backslashreplace")

    def write(self, text: str, /) -> int:
        """Write it, or raise `InputError` if there is no room for it."""
        with self._complaining():
            self.stream.write(printable(text))
        return len(text)

    def flush(self) -> None:
        """Write out what has not been; raises `InputError` if there is no room for it."""
        with self._complaining():
            self.stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def fileno(self) -> int:
        """The file descriptor of the stream."""
        return self.stream.fileno()

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self.stream.isatty()

    @contextmanager
    def _complaining(self) -> Generator[None]:
        try:
            yield
        except BrokenPipeError:
            if self.is_vital:
                raise
        except OSError as error:
            if self.is_vital:
                forget(self.stream)
                reason = (error.strerror or tr("cannot be written to")).lower()
                raise InputError(tr("standard output: {reason}", reason=reason)) from None


def forget(stream: TextIO) -> None:
    """Let a stream that cannot be written to swallow what it still has: Python would complain once more when
    it closes it."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return


@contextmanager
def plain_output() -> Generator[None]:
    """Let everything that is printed go through `PlainOutput`.  Raises `InputError` if there is no standard
    output."""
    before = sys.stdout, sys.stderr
    # Python has None for a stream that is closed.
    stdout, stderr = before if before[1] else (before[0], io.StringIO())  # pyright: ignore[reportUnnecessaryComparison]
    sys.stderr = PlainOutput(stderr, is_vital=False)
    try:
        if stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
            raise InputError(tr("standard output is closed, there is nowhere to print to"))
        sys.stdout = PlainOutput(stdout, is_vital=True)
        yield
    finally:
        sys.stdout, sys.stderr = before

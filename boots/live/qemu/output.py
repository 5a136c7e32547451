"""What a program prints, read as fast as it comes and kept as far as anybody will ask: the end of it."""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Lock, Thread

from ....model.base.units import one_line
from ....model.logs.visible_text import visible

KEPT = 1 << 16
"""Bytes of the end that are kept."""
AT_ONCE = 1 << 16


class Output:
    """The output of a program, from a file that is read by a thread until it ends; the program never waits
    for anybody to read, and nothing reaches the terminal."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._kept = bytearray()
        self._lock = Lock()
        self._thread = Thread(target=self._read, name="output of QEMU", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with suppress(OSError):
            while data := os.read(self._file, AT_ONCE):
                with self._lock:
                    self._kept += data
                    del self._kept[:-KEPT]

    def ended(self, seconds: float) -> bool:
        """Whether it has ended, which is waited for so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def lines(self) -> list[str]:
        """The last lines, without anything that a terminal obeys; those that are empty are left out."""
        with self._lock:
            text = self._kept.decode("utf-8", "surrogateescape")
        shown = (one_line(line.strip()) for line in visible(text).split("\n"))
        return [line for line in shown if line]

    def last_line(self, program: str = "") -> str:
        """The last line in which a program of that name complains, or else the last one; "" if there is
        none."""
        lines = self.lines()
        complaints = [line for line in lines if line.startswith(f"{program}: ") and ": warning: " not in line]
        return (complaints or lines or [""])[-1]

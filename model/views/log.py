"""The kernel log of a boot, as a sequence of lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from ..language.words import tr
from ..pictures.markup import MONOSPACED, text

SHOWN = 400
"""So many lines a notebook shows."""


class LogView(Sequence[str]):
    """The lines as dmesg prints them, with their times; as text, one below the other."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = tuple(lines)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return self._lines[index]

    def __len__(self) -> int:
        return len(self._lines)

    def grep(self, words: str) -> tuple[str, ...]:
        """The lines that contain some words."""
        return tuple(line for line in self._lines if words in line)

    def __str__(self) -> str:
        return "\n".join(self._lines)

    def __repr__(self) -> str:
        return f"<log of {len(self)} lines>"

    def _repr_html_(self) -> str:
        shown = "\n".join(self._lines[:SHOWN])
        more = tr("\n… {count} more", count=len(self) - SHOWN) if len(self) > SHOWN else ""
        return f'<pre style="font-family:{text(MONOSPACED)}">{text(shown + more)}</pre>'

"""The row of a presentation: the keys as they are pressed, and the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from ...draw.frame import FrameWidget
from ...draw.lines import cut
from ...draw.widths import cells

if TYPE_CHECKING:
    from .pressed import Pressed

ROOMY = 30
"""Rows of a screen from which on keys have three."""


class BarWords(NamedTuple):
    """What it shows: keys, the newest first, and the time, which may be late."""

    keys: tuple[Pressed, ...]
    time: str
    is_late: bool


class PresenterBar(FrameWidget):
    """Keys in boxes on a large screen, else on their own ground; the newest at the left.  `words` tells what
    there is to show."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "presenter--key",
        "presenter--box",
        "presenter--label",
        "presenter--older",
        "presenter--time",
        "presenter--late",
    }

    def __init__(self, words: Callable[[], BarWords]) -> None:
        super().__init__(id="presenter")
        self.words = words
        self._shown = BarWords((), "", False)

    def fit(self, height: int) -> None:
        """Be as high as suits a screen of so many rows."""
        self.take_rows(3 if height >= ROOMY else 1)

    def look(self) -> None:
        """Draw again if there is something else to show."""
        if self.words() != self._shown:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A row; of three, the one in the middle has the words."""
        self._shown = words = self.words()
        height, width = self.size.height, self.size.width
        is_middle = y == height // 2
        time = f" {words.time} " if words.time and is_middle else ""
        room = max(width - cells(f" {words.time} ") if words.time else width, 0)
        segments: list[Segment] = []
        taken = 0
        for number, key in enumerate(words.keys):
            parts = _boxed(key, y, number == 0) if height == 3 else _plain(key, number == 0)
            needed = sum(cells(text) for text, _ in parts)
            if taken + needed > room:
                if number == 0:
                    parts = cut(parts, room)
                    needed = sum(cells(text) for text, _ in parts)
                else:
                    break
            segments += [self._segment(text, style) for text, style in parts]
            taken += needed
        segments.append(self._segment(" " * max(width - taken - cells(time), 0), ""))
        segments.append(self._segment(time, "late" if words.is_late else "time"))
        return Strip(segments)

    def _segment(self, text: str, style: str) -> Segment:
        return Segment(text, self.component(f"presenter--{style}" if style else ""))


def _label(key: Pressed) -> str:
    times = f" ×{key.times}" if key.times > 1 else ""  # noqa: RUF001
    return f" {key.label}{times}  "


def _plain(key: Pressed, is_newest: bool) -> list[tuple[str, str]]:
    return [
        (f" {key.key} ", "key" if is_newest else "older"),
        (_label(key), "label" if is_newest else "older"),
    ]


def _boxed(key: Pressed, y: int, is_newest: bool) -> list[tuple[str, str]]:
    """One of three rows of a key in a box."""
    width, label = cells(key.key) + 2, _label(key)
    box = (f" ╭{'─' * width}╮", f" │ {key.key} │", f" ╰{'─' * width}╯")[y]
    styles = ("box", "label") if is_newest else ("older", "older")
    return [(box, styles[0]), (label if y == 1 else " " * cells(label), styles[1])]

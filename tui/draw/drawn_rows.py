"""The rows of a widget as they are on the screen: they are kept, and drawn again where they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from .lines import Line, StyleName


class Row(Struct, frozen=True):
    """A row of the screen: its line, the columns of it that are selected, and what they became."""

    line: Line
    chosen: tuple[int, int] | None
    strip: Strip


class DrawnRows:
    """A row stays the same object as long as it looks the same: Textual keeps with a strip what it became on
    its way to the terminal.  `find_style` is asked once for each style."""

    def __init__(self, find_style: Callable[[StyleName], Style]) -> None:
        self.rows: Sequence[Row] = ()
        self._find_style = find_style
        self._styles: dict[StyleName, Style] = {}

    def drawn(self, y: int, line: Line, width: int, chosen: tuple[int, int] | None = None) -> Row:
        """What a line of `width` cells is as row `y`; columns that are `chosen` are in reverse."""
        if y < len(self.rows) and self.rows[y].line == line and self.rows[y].chosen == chosen:
            return self.rows[y]
        strip = Strip([Segment(text, self._style(style)) for text, style in line if text])
        if chosen is not None:
            start, end = chosen
            end = width if end == -1 else end
            marked = strip.crop(start, end).apply_style(self._style("cursor"))
            strip = Strip.join([strip.crop(0, start), marked, strip.crop(end, width)])
        return Row(line, chosen, strip)

    def replace(self, rows: Sequence[Row]) -> list[int] | None:
        """Take these instead; where they are others, None if they are more or fewer."""
        before, self.rows = self.rows, rows
        if len(before) != len(rows):
            return None
        return [y for y, row in enumerate(rows) if row is not before[y]]

    def text(self) -> str:
        """What can be read in them."""
        return "\n".join(row.strip.text.rstrip() for row in self.rows)

    def forget(self) -> None:
        """Draw all again."""
        self.rows = ()

    def forget_styles(self) -> None:
        """Draw all again, with other styles."""
        self._styles.clear()
        self.forget()

    def _style(self, name: StyleName) -> Style:
        found = self._styles.get(name)
        if found is None:
            found = self._styles[name] = self._find_style(name)
        return found

"""A widget of lines that scrolls and repaints only the lines that differ (Textual's Line API)."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.selection import Selection
from textual.strip import Strip

from ..settings.bindings import SCROLLING
from .drawn_rows import DrawnRows, Row
from .frame import FrameWidget
from .lines import Line, StyleName, cut, length, lit, padded, text_of, without_start
from .search import FAR, SearchHit, left_to_see, search_start, with_matches

SCROLLS = {
    "scroll.up": "scroll_rows(-1)",
    "scroll.down": "scroll_rows(1)",
    "scroll.page-up": "scroll_pages(-1)",
    "scroll.page-down": "scroll_pages(1)",
    "scroll.first": "to_end(-1)",
    "scroll.last": "to_end(1)",
    "scroll.left": "scroll_columns(-8)",
    "scroll.right": "scroll_columns(8)",
    "scroll.open": "activate",
}
"""What the keys for scrolling do, as Textual writes it."""
Spotlight = Callable[[list[Line], int, int], list[Line]]
"""Gets the rows in sight, how many of them are the header's, and their width; returns as many."""


class LineView(FrameWidget, can_focus=True):
    """A title, a header that stays, and a body that scrolls, all of them plain lines.

    A view with a cursor marks one body line, which Enter or a double click activates.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, SCROLLS[action.id], action.label, show=False, id=action.id)
        for action in SCROLLING
    ]
    HAS_CURSOR: ClassVar[bool] = False

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.header: list[Line] = []
        self.top = 0
        self.left = 0
        self.cursor = 0
        self.palette: FrameWidget = self
        """The widget whose component classes colour this one: all panes share one, since Textual takes as
        long to work out one such class as to draw a pane."""
        self.text_width = 1
        """Cells for a line."""
        self.columns = self.screen_rows = 0
        self.edge: Line = []
        self.pattern: re.Pattern[str] | None = None
        """What is searched: its matches are marked."""
        self.is_lit: Callable[[str], bool] | None = None
        """Which lines are lit up, by their text."""
        self.spotlight: Spotlight | None = None
        """What is done to the rows in sight, so that some stand out."""
        self.match: SearchHit | None = None
        """The match that the search stands at."""
        self.drawn = DrawnRows(self._style)

    # ---- what it shows ----

    @abstractmethod
    def title(self) -> Line:
        """The first row, `columns` wide."""

    @abstractmethod
    def count(self) -> int:
        """How many lines the body has."""

    @abstractmethod
    def line(self, index: int) -> Line:
        """One line of the body."""

    def activate(self, index: int) -> None:
        """Enter was pressed on a body line."""

    def title_clicked(self, column: int, times: int) -> None:
        """The first row was clicked, for the first time or the second."""

    # ---- drawing ----

    @property
    def body_height(self) -> int:
        """Rows for body lines."""
        return max(self.screen_rows - 1 - len(self.header), 1)

    def measure(self) -> None:
        """Note the size once: asking Textual for it takes longer than composing a line."""
        region = self.region
        self.columns, self.screen_rows = region.width, region.height
        self.edge = [(" ", "")] if region.x == 0 else [("│ ", "rule")]
        self.text_width = max(region.width - 1 - length(self.edge), 1)

    def bring_into_sight(self, first: int, last: int) -> None:
        """Scroll if body lines are out of sight; if not all fit, to the first."""
        height = self.body_height
        if first < self.top or last >= self.top + height:
            margin = min(2, height // 4)
            is_from_first = first < self.top or last - first >= height
            self.top = first - margin if is_from_first else last - height + 1 + margin

    def keep_in_bounds(self) -> None:
        """The body may have become shorter."""
        self.top = max(0, min(self.top, self.count() - self.body_height))
        self.cursor = max(0, min(self.cursor, self.count() - 1))

    def repaint(self) -> None:
        """Draw again, and tell the screen of the lines that came out different."""
        self.measure()
        changed = self.drawn.replace(self._drawn_rows())
        if changed is None:
            self.refresh()
        elif changed:
            self.refresh(*(Region(0, y, self.columns, 1) for y in changed))

    def repaint_title(self) -> None:
        """Draw the first row again, if it comes out different."""
        rows = self.drawn.rows
        if rows and self.drawn.replace([self.drawn.drawn(0, self.title(), self.columns), *rows[1:]]):
            self.refresh(Region(0, 0, self.columns, 1))

    def render_line(self, y: int) -> Strip:
        """One row (the Line API)."""
        # Textual asks the line under the mouse where in it a selection begins; to number the others costs as
        # much as to draw them.
        return self.painted(y).apply_offsets(0, y) if self.mouse_hover else self.painted(y)

    def painted(self, y: int) -> Strip:
        """One row, without the places of its letters."""
        if len(self.drawn.rows) != self.size.height:
            self.measure()
            self.drawn.replace(self._drawn_rows())
        rows = self.drawn.rows
        return rows[y].strip if y < len(rows) else Strip.blank(self.columns)

    def _drawn_rows(self) -> list[Row]:
        selection, thumb = self.text_selection, self._thumb()
        held = ("┃", "focus" if self.has_focus else "dim")
        drawn, width = self.drawn.drawn, self.columns
        rows = [drawn(0, self.title(), width)] if self.screen_rows else []
        lines = [self._row(row) for row in range(self.screen_rows - 1)]
        if self.spotlight is not None:
            lines = self.spotlight(lines, len(self.header), self.text_width)
        for y, line in enumerate(lines, 1):
            bar = held if y - 1 - len(self.header) in thumb else (" ", "")
            line = [*self.edge, *padded(self._with_cursor(line, y - 1), self.text_width), bar]
            rows.append(drawn(y, line, width, selection.get_span(y) if selection is not None else None))
        return rows

    def forget_rows(self) -> None:
        """Draw all rows again when the screen is painted next."""
        self.drawn.forget()

    def _row(self, row: int) -> Line:
        if row < len(self.header):
            return self._with_matches(self.header[row], -1)
        index = self.top + row - len(self.header)
        if index >= self.count():
            return []
        line = self._with_matches(self.line(index), index)
        if self.left:
            line = without_start(line, self.left)
        line = cut(line, self.text_width)
        if self.is_lit is not None and self.is_lit(self.text(index)):
            line = lit(line, self.text_width)
        return line

    def _with_cursor(self, line: Line, row: int) -> Line:
        """The line with the cursor, if that is on it."""
        index = self.top + row - len(self.header)
        if row < len(self.header) or index >= self.count():
            return line
        is_pointed = self.HAS_CURSOR and index == self.cursor and self.has_focus
        if is_pointed and not (line and line[0][1] == "here"):
            line = self.mark_pointed(line)
        return line

    def _with_matches(self, line: Line, index: int) -> Line:
        if self.pattern is None:
            return line
        is_here = self.match is not None and self.match.row == index
        return with_matches(line, self.pattern, self.match.start if is_here and self.match else None)

    def mark_pointed(self, line: Line) -> Line:
        """The line with the cursor."""
        marked: Line = [
            (text, style if style in ("match", "match-here", "lit") else "cursor")
            for text, style in padded(line, self.text_width)
        ]
        return padded(marked, self.text_width)

    def _thumb(self) -> range:
        """The rows of the body beside which the scroll bar's handle is, where there is more than fits."""
        height, count = self.body_height, self.count()
        if count <= height:
            return range(0)
        thumb = max(1, height * height // count)
        start = round(self.top * (height - thumb) / max(count - height, 1))
        return range(start, start + thumb)

    # ---- styles ----

    def _style(self, name: StyleName) -> Style:
        return self.palette.component(f"pane--{name}") if name else self.component("")

    def notify_style_update(self) -> None:
        """The theme or the focus changed: ask for the colours again."""
        super().notify_style_update()
        self.drawn.forget_styles()

    # ---- keys and mouse ----

    def action_scroll_rows(self, rows: int) -> None:
        """Move the cursor, or the view that has none."""
        if self.HAS_CURSOR:
            self.move_cursor(self.cursor + rows)
        else:
            self.scroll_body(self.top + rows)

    def action_scroll_pages(self, pages: int) -> None:
        """Move by as much as fits."""
        self.action_scroll_rows(pages * max(self.body_height - 1, 1))

    def action_to_end(self, side: int) -> None:
        """To the first line (-1) or the last (1)."""
        self.action_scroll_rows(side * FAR)

    def action_scroll_columns(self, columns: int) -> None:
        """Scroll sideways."""
        self.left = max(0, self.left + columns)
        self.repaint()

    def action_activate(self) -> None:
        """Act on the line under the cursor."""
        if self.HAS_CURSOR and self.cursor < self.count():
            self.activate(self.cursor)

    def move_cursor(self, index: int) -> None:
        """Put the cursor on a body line and bring it into sight."""
        self.cursor = max(0, min(index, self.count() - 1))
        self.top = max(self.cursor - self.body_height + 1, min(self.top, self.cursor))
        self.repaint()

    def scroll_body(self, top: int) -> None:
        """Show the body from line `top`."""
        self.top = max(0, min(top, self.count() - self.body_height))
        self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls what it is over."""
        event.stop()
        self.scroll_body(self.top + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls what it is over."""
        event.stop()
        self.scroll_body(self.top - 3)

    def on_click(self, event: events.Click) -> None:
        """The scroll bar jumps; a line takes the cursor, and a second click acts on it."""
        row = event.y - 1 - len(self.header)
        if event.y == 0:
            self.title_clicked(int(event.x), event.chain)
        elif event.x == self.columns - 1 and self.count() > self.body_height:
            hidden = self.count() - self.body_height
            self.scroll_body(round(max(row, 0) / max(self.body_height - 1, 1) * hidden))
        elif self.HAS_CURSOR and row >= 0 and self.top + row < self.count():
            self.move_cursor(self.top + row)
            if event.chain == 2:
                self.activate(self.cursor)

    def on_focus(self) -> None:
        """The title shows where the keys go."""
        self.repaint()

    def on_blur(self) -> None:
        """The title shows that the keys go elsewhere."""
        self.repaint()

    # ---- search ----

    def text(self, index: int) -> str:
        """The characters of a body line, for the search."""
        return text_of(self.line(index))

    def seek(self, pattern: re.Pattern[str] | None) -> None:
        """Mark the matches of a pattern, or none any more."""
        self.pattern, self.match = pattern, None
        self.repaint()

    def forget_search(self) -> None:
        """No marks any more."""
        if self.pattern is not None:
            self.seek(None)

    def search_start(self, direction: int) -> tuple[int, int]:
        """The line and the column after which (direction 1), or before which (-1), the next match is."""
        sight = range(self.top, min(self.top + self.body_height, self.count()))
        return search_start(self.match, sight, self.cursor if self.HAS_CURSOR else None, direction)

    def show_match(self, found: SearchHit) -> None:
        """Scroll to a match, and put the cursor there."""
        self.match = found
        self.left = left_to_see(found, self.text(found.row), self.left, self.text_width)
        self.bring_into_sight(found.row, found.row)
        if self.HAS_CURSOR:
            self.move_cursor(found.row)
        else:
            self.scroll_body(self.top)

    # ---- text ----

    def text_lines(self) -> Iterator[str]:
        """Everything there is, line by line, as plain text."""
        for line in self.header:
            yield text_of(line).rstrip()
        for index in range(self.count()):
            yield text_of(self.line(index)).rstrip()

    def copy_text(self) -> str:
        """Everything there is, as plain text."""
        return "\n".join(self.text_lines()) + "\n"

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text selected with the mouse."""
        return selection.extract(self.drawn.text()), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.repaint()

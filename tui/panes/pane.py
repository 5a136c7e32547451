"""A pane: a titled list of lines that scrolls, follows what changed, and repaints only lines that differ."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from ..lines import Line, Span, StyleName, cut, length, padded, text_of
from ..snapshot import Snapshot


class Pane(Widget, can_focus=True):
    """What every pane shares.  A pane makes lines from the snapshot; this draws them under a title rule.

    The first lines of `header` stay; those of the body scroll.  A pane with a cursor marks one body line,
    which Enter or a double click activates.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_rows(-1)", show=False),
        Binding("down,j", "scroll_rows(1)", show=False),
        Binding("pageup", "scroll_pages(-1)", show=False),
        Binding("pagedown,space", "scroll_pages(1)", show=False),
        Binding("home,g", "to_end(-1)", show=False),
        Binding("end,G", "to_end(1)", show=False),
        Binding("left,h", "scroll_columns(-8)", show=False),
        Binding("right,l", "scroll_columns(8)", show=False),
        Binding("enter", "activate", show=False),
    ]

    NUMBER: ClassVar[int]
    KEY: ClassVar[str] = ""
    """The key that shows it, where that is not its number."""
    NAME: ClassVar[str]
    SHORT: ClassVar[str] = ""
    """The name where room is scarce."""
    ABOUT: ClassVar[str]
    """One sentence for the help page."""
    HAS_CURSOR: ClassVar[bool] = False

    class TabClicked(Message):
        """The name of another pane of the same slot was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self) -> None:
        super().__init__(id=f"pane-{self.NUMBER}")
        self.snapshot: Snapshot | None = None
        self.header: list[Line] = []
        self.top = 0
        self.left = 0
        self.cursor = 0
        self.is_changed = False
        self.tabs: tuple[Pane, ...] = (self,)
        self.palette: Widget = self
        """The widget whose component classes colour this pane: all panes share one, since Textual takes as
        long to work out one such class as to draw a pane."""
        self.text_width = 1
        """Columns for a line."""
        self._columns = self._rows = 0
        self._edge: Line = []
        self._drawn: tuple[object, ...] | None = None
        self._tab_spans: list[tuple[int, int, int]] = []
        self._strips: list[Strip] = []
        self._styles_by_name: dict[str, Style] = {}

    @property
    def key(self) -> str:
        """The key that shows this pane."""
        return self.KEY or str(self.NUMBER)

    # ---- what each pane says ----

    @abstractmethod
    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """Prepare `header` and the body from a snapshot, for lines of `width` characters."""

    @abstractmethod
    def count(self) -> int:
        """How many lines the body has."""

    @abstractmethod
    def line(self, index: int) -> Line:
        """One line of the body."""

    def summary(self) -> Line:
        """A few words for the right end of the title."""
        return []

    def follow(self) -> tuple[int, int] | None:
        """The body lines, first and last, that should be in sight after a move."""
        return None

    def sources(self, snapshot: Snapshot) -> tuple[object, ...] | None:
        """What this pane draws from: while these are the very same objects there is nothing to draw again."""
        return None

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether the last move changed what this pane shows."""
        return False

    def activate(self, index: int) -> None:
        """Enter was pressed on a body line."""

    # ---- showing ----

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot.  A pane that is out of sight only notes whether it changed."""
        self.snapshot = snapshot
        self.is_changed = self.has_changed(snapshot)
        if not self.is_in_sight:
            self._drawn = None
            return
        sources = self.sources(snapshot)
        if sources is None or self._drawn is None or not _same(sources, self._drawn):
            self._drawn = sources
            self._prepare()
            self.repaint()

    @property
    def is_in_sight(self) -> bool:
        """Whether the deck has given this pane a place."""
        return bool(self.display) and self.size.width > 4

    @property
    def body_height(self) -> int:
        """Rows for body lines."""
        return max(self._rows - 1 - len(self.header), 1)

    def _measure(self) -> None:
        """Note the size once: asking Textual for it takes longer than composing a line."""
        region = self.region
        self._columns, self._rows = region.width, region.height
        self._edge = [(" ", "")] if region.x == 0 else [("│ ", "rule")]
        self.text_width = max(region.width - 1 - length(self._edge), 1)

    def _prepare(self) -> None:
        if self.snapshot is None:
            return
        self._measure()
        self.compose_lines(self.snapshot, self.text_width)
        target = self.follow()
        if target is not None:
            self._bring_into_sight(*target)
        self.top = max(0, min(self.top, self.count() - self.body_height))
        self.cursor = max(0, min(self.cursor, self.count() - 1))

    def _bring_into_sight(self, first: int, last: int) -> None:
        height = self.body_height
        if first < self.top or last >= self.top + height:
            margin = min(2, height // 4)
            self.top = (
                first - margin if first < self.top or last - first >= height else last - height + 1 + margin
            )

    def repaint(self) -> None:
        """Draw again, and tell the screen of the lines that came out different."""
        self._measure()
        strips = [self._compose_strip(y) for y in range(self._rows)]
        if len(strips) != len(self._strips):
            self._strips = strips
            self.refresh()
            return
        changed = [y for y, strip in enumerate(strips) if strip != self._strips[y]]
        self._strips = strips
        if changed:
            self.refresh(*(Region(0, y, self._columns, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """One row of the pane (the Line API)."""
        if len(self._strips) != self.size.height:
            self._measure()
            self._strips = [self._compose_strip(row) for row in range(self._rows)]
        return self._strips[y].apply_offsets(0, y) if y < len(self._strips) else Strip.blank(self._columns)

    def _compose_strip(self, y: int) -> Strip:
        if y == 0:
            return self._strip(self._title(self._columns))
        line = self._row(y - 1)
        strip = self._strip([*self._edge, *padded(line, self.text_width), self._scroll_bar(y - 1)])
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(y)) is not None:
            start, end = span
            end = self._columns if end == -1 else end
            chosen = strip.crop(start, end).apply_style(self._style("cursor"))
            strip = Strip.join([strip.crop(0, start), chosen, strip.crop(end, self._columns)])
        return strip

    def _row(self, row: int) -> Line:
        if row < len(self.header):
            return self.header[row]
        index = self.top + row - len(self.header)
        if index >= self.count():
            return []
        line = self.line(index)
        if self.left:
            line = _without_start(line, self.left)
        line = cut(line, self.text_width)
        if self.HAS_CURSOR and index == self.cursor and self.has_focus and line[0][1] != "here":
            line = [(text, "cursor") for text, _ in padded(line, self.text_width)]
        return line

    def _scroll_bar(self, row: int) -> Span:
        """The scroll bar, in the last column, where there is more than fits."""
        height, count = self.body_height, self.count()
        row -= len(self.header)
        if row < 0 or count <= height:
            return (" ", "")
        thumb = max(1, height * height // count)
        start = round(self.top * (height - thumb) / max(count - height, 1))
        return ("┃", "focus" if self.has_focus else "dim") if start <= row < start + thumb else (" ", "")

    # ---- the title ----

    def _title(self, width: int) -> Line:
        rule, rule_style = ("━", "focus") if self.has_focus else ("─", "rule")
        line: Line = [("─" if self._edge[0][0] == " " else "├", "rule"), (rule, rule_style)]
        self._tab_spans = []
        for pane, tab in zip(self.tabs, self._tabs_that_fit(width), strict=True):
            start = length(line)
            line += tab
            self._tab_spans.append((start, length(line), pane.NUMBER))
        line.append((rule, rule_style))
        right = self.summary()
        if right:
            right = [(" ", ""), *right, (" ", ""), (rule, rule_style)]
        room = width - length(line)
        if length(right) > room - 2:
            right = []
        line.append((rule * max(width - length(line) - length(right), 0), rule_style))
        return padded([*line, *right], width)

    def _tabs_that_fit(self, width: int) -> list[Line]:
        """All panes that share this place: their names, or short ones, or just keys where room is scarce."""
        tabs: list[Line] = []
        for form in (2, 1, 0):
            tabs = [self._tab(pane, form) for pane in self.tabs]
            if sum(length(tab) for tab in tabs) + 4 <= width:
                break
        return tabs

    def _tab(self, pane: Pane, form: int) -> Line:
        name = ("", pane.SHORT or pane.NAME, pane.NAME)[form]
        if pane is not self:
            mark = ("~", "gutter-changed") if pane.is_changed else (" ", "")
            parting: Line = [("─", "rule"), (" ", "")] if form == 2 else []
            return [*parting, (f"{pane.key} {name}".rstrip(), "dim"), mark]
        style: StyleName = "focus" if self.has_focus else "title"
        return [(" ", ""), (f"{self.key} {self.NAME}", style), (" ", "")]

    # ---- styles ----

    def _style(self, name: StyleName) -> Style:
        found = self._styles_by_name.get(name)
        if found is None:
            found = self.palette.get_component_rich_style(f"pane--{name}") if name else self.rich_style
            self._styles_by_name[name] = found
        return found

    def _strip(self, line: Line) -> Strip:
        return Strip([Segment(text, self._style(style)) for text, style in line if text])

    def notify_style_update(self) -> None:
        """The theme or the focus changed: ask for the colours again."""
        super().notify_style_update()
        self._styles_by_name.clear()
        self._strips = []

    # ---- keys and mouse ----

    def action_scroll_rows(self, rows: int) -> None:
        """Move the cursor, or the view of a pane that has none."""
        if self.HAS_CURSOR:
            self.move_cursor(self.cursor + rows)
        else:
            self.scroll_body(self.top + rows)

    def action_scroll_pages(self, pages: int) -> None:
        """Scroll by as much as fits."""
        rows = pages * max(self.body_height - 1, 1)
        if self.HAS_CURSOR:
            self.move_cursor(self.cursor + rows)
        else:
            self.scroll_body(self.top + rows)

    def action_to_end(self, side: int) -> None:
        """To the first line (-1) or the last (1)."""
        if self.HAS_CURSOR:
            self.move_cursor(0 if side < 0 else self.count() - 1)
        else:
            self.scroll_body(0 if side < 0 else self.count())

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
        height = self.body_height
        self.top = max(self.cursor - height + 1, min(self.top, self.cursor))
        self.repaint()

    def scroll_body(self, top: int) -> None:
        """Show the body from line `top`."""
        self.top = max(0, min(top, self.count() - self.body_height))
        self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls the pane it is over."""
        event.stop()
        self.scroll_body(self.top + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls the pane it is over."""
        event.stop()
        self.scroll_body(self.top - 3)

    def on_click(self, event: events.Click) -> None:
        """A tab shows its pane; the scroll bar jumps; a line takes the cursor, a second click acts on it."""
        if event.y == 0:
            for start, end, number in self._tab_spans:
                if start <= event.x < end:
                    self.post_message(self.TabClicked(number))
            return
        row = event.y - 1 - len(self.header)
        if row < 0:
            return
        if event.x == self.size.width - 1 and self.count() > self.body_height:
            self.scroll_body(round(row / max(self.body_height - 1, 1) * (self.count() - self.body_height)))
        elif self.HAS_CURSOR and self.top + row < self.count():
            self.move_cursor(self.top + row)
            if event.chain == 2:
                self.activate(self.cursor)

    def on_focus(self) -> None:
        """The title shows where the keys go."""
        self.repaint()

    def on_blur(self) -> None:
        """The title shows that the keys go elsewhere."""
        self.repaint()

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self._prepare()
        self.repaint()

    # ---- text ----

    def copy_text(self) -> str:
        """Everything the pane has to say, as plain text."""
        lines = [*self.header, *(self.line(index) for index in range(self.count()))]
        return "\n".join(text_of(line).rstrip() for line in lines) + "\n"

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text selected with the mouse."""
        return selection.extract("\n".join(strip.text for strip in self._strips)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.repaint()


def _same(left: tuple[object, ...], right: tuple[object, ...]) -> bool:
    return all(one is other for one, other in zip(left, right, strict=True))


def _without_start(line: Line, columns: int) -> Line:
    rest: Line = []
    for text, style in line:
        if columns >= len(text):
            columns -= len(text)
            continue
        rest.append((text[columns:], style))
        columns = 0
    return rest

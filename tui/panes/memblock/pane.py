"""memblock: a map of physical memory, and the tables of memory and reserved regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size

from ....model.base.units import readable_size
from ....model.language.words import tr, translatable
from ....model.source.provenance import is_from_log
from ...draw.lines import Line, StyleName, length, note, padded, without_start
from ...draw.widths import cells, clipped
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place

if TYPE_CHECKING:
    from ....model.memory.memblock import Region
    from ....model.memory.picture import Picture
    from .region_rows import RegionRow
    from .stretches import Range
    from .view import MemblockView

TALL, MAP_ROWS = 24, 4
"""Rows of the pane from which the map has several."""
LEGEND_FROM = 13
"""Rows from which there is a legend."""
NOT_LOGGED = translatable("No memory yet: no line so far tells of any.")
NO_MEMORY = translatable("No memory yet: {}.")


class MemblockPane(Pane):
    """Both region tables, in address order, under a map of physical memory."""

    ID = "memblock"
    PLACE = Place("regions", 10)
    NAME = translatable("memblock")
    SHORT = translatable("mem")
    ABOUT = translatable(
        "Physical memory as memblock knows it: a map by owner, and the tables of memory and of what is "
        "reserved. Enter opens a region of several owners, and tells all about another; ⟨travel⟩ goes to "
        "where it was made."
    )
    COMES_FORWARD = True
    HAS_CURSOR = True
    KEYS = (
        KeyBinding("memblock.map-in", "x", "x", "map in", "Zoom the map in, at the region under the cursor"),
        KeyBinding("memblock.map-out", "X", "X", "map out", "Zoom the map out"),
        KeyBinding("memblock.map-left", "shift+left", "Shift+←", "map left", "Scroll the zoomed map down"),
        KeyBinding("memblock.map-right", "shift+right", "Shift+→", "map right", "Scroll the zoomed map up"),
        KeyBinding(
            "memblock.amounts",
            "a",
            "a",
            "amounts",
            "The map as amounts instead of places: a bar by owner, logarithmic",
        ),
        KeyBinding("memblock.form", "r", "r", "form", "Regions readable, or as the kernel prints them"),
    )

    @cached_property
    def view(self) -> MemblockView:
        """The map and the tables."""
        from .view import MemblockView  # all of memblock: not for the first screen

        return MemblockView()

    # ---- composing ----

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The map above, the tables below."""
        self.view.compose(snapshot, Size(width, self.screen_rows - 1 - max(len(self.header), 2)))
        if self.view.row(self.cursor) is None and (stops := self.view.stops()):
            changed = self.view.tables.changed_table()
            here = [stop for stop in stops if stop.table == changed]
            stop = (here or stops)[0]
            self.cursor, self.view.pointed = stop.line, stop.table
        self._draw_map()

    def _draw_map(self, has_cursor: bool = True) -> None:
        row = self.view.row(self.cursor) if has_cursor and self.has_focus else None
        rows = MAP_ROWS if self.screen_rows >= TALL else 1
        pointed = row.range if row is not None else None
        legend = 0 if self.screen_rows < LEGEND_FROM else 1 if self.screen_rows < TALL else MAP_ROWS
        lines = self.view.map.lines(self.text_width, rows, pointed, legend)
        is_of_log = self.snapshot is not None and is_from_log(self.snapshot.trace)
        finds = self.snapshot.facts.arch.finds_memory if self.snapshot is not None else ""
        self.header = lines or note(
            tr(NOT_LOGGED) if is_of_log else tr(NO_MEMORY).format(tr(finds)), self.text_width
        )

    def _redraw_map(self, has_cursor: bool = True) -> None:
        if self.snapshot is not None:
            self._draw_map(has_cursor)
            self.keep_in_bounds()
        self.repaint()

    def on_focus(self) -> None:
        """The map shows where the cursor is."""
        self._redraw_map()

    def on_blur(self) -> None:
        """There is none any more."""
        self._redraw_map(has_cursor=False)

    # ---- what the frame asks ----

    def legend(self) -> tuple[tuple[str, str, StyleName], ...]:
        """The letters of the map."""
        from ...draw.owner_glyphs import GLYPHS, NOMAP

        return (
            *((glyph.letter, each.value, f"own-{glyph.style}") for each, glyph in GLYPHS.items()),
            (NOMAP.letter, tr("no-map: the kernel does not map it"), f"own-{NOMAP.style}"),
            ("k", tr("a small letter: less than half of a column"), "part-kernel"),
            ("░", tr("free memory"), "memory"),
            ("▒", tr("free memory that may be taken out (hotplug)"), "memory"),
            ("·", tr("no memory"), "hole"),
            ("▲", tr("what the last move changed"), "changed"),
        )

    def summary(self) -> Line:
        """How much there is, and how much of it is reserved."""
        if self.snapshot is None:
            return []
        now = self.snapshot.now
        sizes = tr(
            "{memory} memory · {reserved} reserved",
            memory=readable_size(_total(now.memory)),
            reserved=readable_size(_total(now.reserved)),
        )
        form = self.view.form_words
        return [(f"{form} · {sizes}" if form else sizes, "dim")]

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before."""
        now, before = snapshot.now, snapshot.before
        owners, areas = snapshot.answers.owners, self.view.holdings.areas(snapshot)
        return (now.memory, now.reserved, before.memory, before.reserved, areas, owners)

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether either table changed."""
        now, before = snapshot.now, snapshot.before
        return now.memory != before.memory or now.reserved != before.reserved

    def measure_of(self, picture: Picture) -> int:
        """The regions of both tables."""
        return sum(1 for region in (*picture.memory, *picture.reserved) if region.size)

    def follow(self) -> tuple[int, int] | None:
        """The rows that changed; of those that a jump marked, the first."""
        marked = self.view.tables.changed()
        is_jump = self.snapshot is not None and self.snapshot.jump is not None
        return (marked[0], marked[0] if is_jump else marked[-1]) if marked else None

    def count(self) -> int:
        """Lines of the tables."""
        return self.view.tables.count() if self.snapshot is not None else 0

    def line(self, index: int) -> Line:
        """A line of the tables."""
        return self.view.tables.line(index)

    # ---- the cursor ----

    def _pointed_row(self) -> RegionRow | None:
        return self.view.row(self.cursor) if self.snapshot is not None else None

    def subject(self) -> str | None:
        """The region under the cursor."""
        row = self._pointed_row() if self.is_cursor_in_sight else None
        return f"{row.range[0]:#x}" if row else None

    def origin(self) -> int | None:
        """The event that made the region under the cursor, or took it away."""
        row = self._pointed_row()
        return self.view.origin(row, self.snapshot) if row and self.snapshot else None

    def break_spec(self) -> str | None:
        """A watch on the region under the cursor."""
        row = self._pointed_row()
        return f"watch:{row.range[0]:#x}-{row.range[1] - 1:#x}" if row else None

    def move_cursor(self, index: int) -> None:
        """The map shows where the cursor is."""
        super().move_cursor(index)
        row = self._pointed_row()
        if row is not None:
            self.view.map.bring_into_sight(row.range)
        self._redraw_map()

    def action_scroll_rows(self, rows: int) -> None:
        """From row to row, from the last one of memory to the first that is reserved."""
        found = self.view.moved(self.cursor, rows)
        if found is None:
            super().action_scroll_rows(rows)
            return
        self.view.pointed = found.table
        if found == self.view.stops()[0]:
            self.top = 0
        self.move_cursor(found.line)

    def action_scroll_columns(self, columns: int) -> None:
        """To the other table, where both stand beside each other."""
        if self.view.tables.is_wide:
            self.view.pointed = 1 if columns > 0 else 0
            self.move_cursor(self.cursor)
        else:
            super().action_scroll_columns(columns)

    def mark_pointed(self, line: Line) -> Line:
        """Only one of the tables has the cursor."""
        if not self.view.tables.is_wide:
            return super().mark_pointed(line)
        split = self.view.tables.split
        left, right = _divided(padded(line, max(length(line), split)), split)
        if self.view.side(self.cursor):
            return [*left, *super().mark_pointed(right)]
        return [*((text, "cursor") for text, _ in left), *right]

    def opens(self, index: int) -> bool:
        """Open or close a region of several owners."""
        row = self._pointed_row()
        if row is None or row.part is not None or not self.view.tables.open_or_close(row):
            return False
        cursor = self.cursor
        self.compose_again()
        self.move_cursor(cursor)
        return True

    # ---- keys and mouse ----

    def _say_or_draw(self, sentence: str) -> None:
        if sentence:
            self.post_message(self.Said(sentence, "stop"))
        else:
            self._redraw_map()

    def action_map_in(self) -> None:
        """Zoom in at the region under the cursor."""
        row = self._pointed_row()
        self._say_or_draw(self.view.map.zoom_in(row.range if row else None))

    def action_map_out(self) -> None:
        """Zoom out."""
        self._say_or_draw(self.view.map.zoom_out())

    def action_map_left(self) -> None:
        """To lower addresses."""
        self._say_or_draw(self.view.map.move(-1))

    def action_map_right(self) -> None:
        """To higher addresses."""
        self._say_or_draw(self.view.map.move(1))

    def action_amounts(self) -> None:
        """A bar of amounts instead of the map, and back."""
        self.view.map.shows_amounts = not self.view.map.shows_amounts
        self._redraw_map()

    def action_form(self) -> None:
        """The next form of the tables."""
        form = self.view.next_form()
        self.compose_again()
        self.post_message(self.Said(tr("Regions {form}.", form=tr(form))))

    def _column(self, event: events.MouseEvent) -> int:
        """The column of the text under the mouse."""
        return int(event.x) - length(self.edge)

    def _map_range(self, event: events.MouseEvent) -> Range | None:
        """The addresses under the mouse, if it is on the map."""
        drawn, row = self.view.map.drawn, int(event.y) - 1
        if self.snapshot is None or drawn is None or not 0 <= row < len(drawn.lines):
            return None
        return drawn.at(row, self._column(event))

    def on_click(self, event: events.Click) -> None:
        """On the map: to the region there, and with a second click into it.  Else as in every pane."""
        found = self._map_range(event)
        if found is None:
            if event.y > len(self.header) and self.view.tables.is_wide:
                self.view.pointed = 1 if self._column(event) >= self.view.tables.split else 0
            return
        event.prevent_default()
        row = self.view.tables.row_of(*found)
        if row is not None:
            line, self.view.pointed = self.view.tables.line_of(row)
            self.move_cursor(line)
        if event.chain == 2:
            self._say_or_draw(self.view.map.zoom_in(found))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """With Ctrl the wheel zooms the map out, with Shift it scrolls it up."""
        self._wheel(event, self.view.map.zoom_out, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """With Ctrl the wheel zooms the map in where it points, with Shift it scrolls it down."""
        self._wheel(event, lambda: self.view.map.zoom_in(self._map_range(event)), -1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """A wheel that goes sideways scrolls the map."""
        self._say_or_draw(self.view.map.move(-1))

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """A wheel that goes sideways scrolls the map."""
        self._say_or_draw(self.view.map.move(1))

    def _wheel(self, event: events.MouseEvent, zoom: Callable[[], str], direction: int) -> None:
        if event.ctrl or event.shift:
            event.prevent_default()
            event.stop()
            self._say_or_draw(zoom() if event.ctrl else self.view.map.move(direction))


def _divided(line: Line, columns: int) -> tuple[Line, Line]:
    """The first columns of a line, and the others."""
    right = without_start(line, columns)
    left: Line = []
    for text, style in line:
        start = clipped(text, columns)
        left.append((start, style))
        columns -= cells(start)
    return left, right


def _total(regions: Sequence[Region]) -> int:
    return sum(region.size for region in regions)

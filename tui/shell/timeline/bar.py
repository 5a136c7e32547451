"""The position in the boot: a bar of its phases, what is marked on it, and where one stands."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from ....model.language.words import tr
from ...draw.frame import FrameWidget
from ...draw.widths import cells, ljust
from ...panes.pane import Pane
from ...session.snapshot import Snapshot
from .marks import TimelineMarks
from .scale import PhaseScale, phase_names

WIDE = 100
"""Columns from which on the names of the phases stand above the bar."""
ROOMY = 140
"""Columns from which on the figures say of what they are."""
LOW = 30
"""Rows below which there is no room for them."""
REST = 0.05
"""Seconds before conditions of breakpoints are tested on."""


class Timeline(FrameWidget):
    """The bar: past ━ and future ─, parted into phases; ● where breakpoints would stop, letters where
    bookmarks are, ▶ here.  A click seeks, dragging scrubs, the wheel turns through the phases."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "timeline--past",
        "timeline--future",
        "timeline--here",
        "timeline--breakpoint",
        "timeline--bookmark",
        "timeline--phase",
        "timeline--phase-here",
        "timeline--text",
    }

    class Sought(Message):
        """Go to a position; `is_scrub` if the mouse is still held and will go on."""

        def __init__(self, position: int, is_scrub: bool = False) -> None:
            super().__init__()
            self.position = position
            self.is_scrub = is_scrub

    def __init__(self) -> None:
        super().__init__(id="timeline")
        self.snapshot: Snapshot | None = None
        self.marks = TimelineMarks()
        self.scale = PhaseScale((), 1, 1)
        self.playing = ""
        self.is_scrubbing = False
        self._waits = False

    def show(self, snapshot: Snapshot, playing: str = "") -> None:
        """Draw the position of a snapshot; `playing` tells the speed if it plays."""
        self.snapshot, self.playing = snapshot, playing
        self._look_for_marks()
        self.refresh()

    def _look_for_marks(self) -> None:
        """Conditions are tested a few at a time, so that keys do not wait for them."""
        if self.snapshot is not None and not self._waits and not self.marks.look(self.snapshot):
            self._waits = True
            self.set_timer(REST, self._look_on)

    def _look_on(self) -> None:
        self._waits = False
        self._look_for_marks()
        self.refresh()

    def fit(self, size: Size) -> None:
        """Two rows where the screen has room for them."""
        self.take_rows(2 if size.width >= WIDE and size.height >= LOW else 1)

    def position_text(self) -> str:
        """As in ``phase 5 of 15 · 412/1187``, for the bar is by phases and the number by events; while it
        plays, the speed too."""
        if self.snapshot is None:
            return tr("reading the kernel …")
        at, length = self.snapshot.position, self.snapshot.length
        if not self.snapshot.finished:
            return tr("{at}/{length} … recording", at=at, length=length)
        phase = tr("{phase} of {count}", phase=self.snapshot.phase + 1, count=len(self.snapshot.phases))
        if self.playing:
            return tr("phase {phase} ▶▶ {playing}", phase=phase, playing=self.playing)
        return self._words(phase, at, length)

    def _words(self, phase: str, at: int, length: int) -> str:
        if self.size.width >= ROOMY:
            return tr("phase {phase} · event {at}/{length}", phase=phase, at=at, length=length)
        return tr("phase {phase} · {at}/{length}", phase=phase, at=at, length=length)

    def _longest(self) -> int:
        """The letters of the position at the end: the bar keeps its width on the way there."""
        if self.snapshot is None:
            return 0
        length, count = self.snapshot.length, len(self.snapshot.phases)
        return cells(self._words(tr("{phase} of {count}", phase=count, count=count), length, length))

    # ---- drawing ----

    def render_line(self, y: int) -> Strip:
        """The names of the phases if there are two rows; the bar, then the position in figures."""
        text = f" {ljust(self.position_text(), self._longest())} "
        width = max(self.size.width - cells(text) - 1, 8)
        words = Segment(text, self._style("text"))
        if self.snapshot is None or not self.snapshot.phases:
            if y < self.size.height - 1:
                return Strip.blank(self.size.width, self.component(""))
            return Strip([Segment(" " + "─" * width, self._style("future")), words])
        self.scale = PhaseScale(self.snapshot.phases, self.snapshot.length, width)
        if y < self.size.height - 1:
            return self._names()
        return Strip([Segment(" ", self.component("")), *self._bar(), words])

    def _names(self) -> Strip:
        assert self.snapshot is not None
        base = self.component("")
        segments = [Segment(" ", base)]
        for at, name in enumerate(phase_names(self.scale)):
            style = self._style("phase-here" if at == self.snapshot.phase else "phase")
            words = name.rstrip()
            segments += [Segment(words, style), Segment(" " * (len(name) - len(words)), base)]
        strip = Strip([segment for segment in segments if segment.text])
        return strip.extend_cell_length(self.size.width, base)

    def _bar(self) -> list[Segment]:
        assert self.snapshot is not None
        here = self.scale.column_of(self.snapshot.position)
        signs = [("━", "past") if column < here else ("─", "future") for column in range(self.scale.width)]
        for column in self.scale.columns[1:-1]:
            signs[column] = ("┷", "past") if column < here else ("┴", "future")
        for column in self.marks.breakpoint_columns(self.scale):
            signs[column] = ("●", "breakpoint")
        for column, letter in self.marks.bookmark_columns(self.scale):
            signs[column] = (letter, "bookmark")
        signs[here] = ("▶", "here")
        return [Segment(text, self._style(name)) for text, name in _joined(signs)]

    def _style(self, name: str) -> Style:
        return self.component(f"timeline--{name}")

    # ---- the mouse ----

    def _position_at(self, x: int) -> int | None:
        """The position that a column of the widget stands for."""
        if self.snapshot is None or not self.snapshot.phases:
            return None
        return self.scale.position_of(min(max(x - 1, 0), self.scale.width - 1))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go there, and follow the mouse while it is held."""
        position = self._position_at(event.x)
        if position is not None and event.x <= self.scale.width:
            self.is_scrubbing = True
            self.capture_mouse()
            self.post_message(self.Sought(position))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse; or tell what it is over."""
        position = self._position_at(event.x)
        if position is None or self.snapshot is None:
            return
        if self.is_scrubbing and not event.button:
            self._let_go()
        if self.is_scrubbing:
            if position != self.snapshot.position:
                self.post_message(self.Sought(position, is_scrub=True))
        elif event.x <= self.scale.width:
            self.tooltip = Content(self._told(event.x - 1, position))
        else:
            self.tooltip = None

    def _told(self, column: int, position: int) -> str:
        """What is at a column, for people."""
        assert self.snapshot is not None
        phase = self.scale.phase_at(column)
        name = self.snapshot.answers.position_names.name(position)
        return tr(
            "{name}, events {start} to {end}\n{position}: {here}",
            name=tr(phase.name),
            start=phase.start,
            end=phase.end - 1,
            position=position,
            here=name,
        )

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """It is held no more."""
        self._let_go()

    def _let_go(self) -> None:
        self.is_scrubbing = False
        self.release_mouse()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """To the next phase."""
        event.stop()
        self.post_message(Pane.Acted("phase"))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """To the phase before."""
        event.stop()
        self.post_message(Pane.Acted("phase-back"))


def _joined(cells: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Neighbours of one style as one piece."""
    pieces: list[tuple[str, str]] = []
    for text, style in cells:
        if pieces and pieces[-1][1] == style:
            pieces[-1] = (pieces[-1][0] + text, style)
        else:
            pieces.append((text, style))
    return pieces

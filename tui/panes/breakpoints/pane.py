"""The breakpoints, with their conditions and hit counts; and the bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from textual.message import Message

from ....model.language.words import tr, translatable
from ...draw.lines import Line, StyleName, cut, note, plain
from ...draw.widths import cells, ljust, rjust
from ...session.snapshot import Snapshot, StoppingPoint
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place

HINT = translatable(
    "No breakpoints: ⟨breakpoint⟩ sets one at what a pane's cursor is on (a call, a region, a section, a "
    "variable, a log line), or at the function you are in. ⟨command⟩break memblock_reserve if size >= 1M "
    "sets one with a condition. ⟨bookmark⟩ and a letter sets a bookmark."
)


class Column(Struct, frozen=True):
    """A column of the table.  One that no breakpoint has anything in is left out, unless it `stays`; those
    that have a number in `gives` become narrower where room is scarce, in this order."""

    title: str
    stays: bool = False
    gives: int = 0
    is_number: bool = False


COLUMNS = (
    Column("#", stays=True, is_number=True),
    Column(translatable("kind"), stays=True),
    Column(translatable("where"), stays=True, gives=4),
    Column(translatable("condition"), gives=3),
    Column(translatable("hits"), stays=True, is_number=True),
    Column(translatable("ignore"), is_number=True),
    Column(translatable("once")),
    Column(translatable("prints"), gives=2),
    Column(translatable("note"), gives=1),
)


KINDS = {
    "breakpoint": translatable("break"),
    "watch": translatable("watch"),
    "log point": translatable("log"),
}
"""What the kinds are called in the table."""


def row_of(point: StoppingPoint) -> tuple[str, ...]:
    """What a breakpoint has in each column."""
    return (
        str(point.number),
        tr(KINDS[point.kind]),
        plain(point.where),
        plain(point.condition),
        str(point.hits),
        str(point.ignore or ""),
        tr("once") if point.temporary else "",
        plain(point.message),
        plain(point.note),
    )


LEAST = 9
"""Columns that even a cell keeps that has to give."""


class Bookmark(Struct, frozen=True):
    """A bookmark, and the name of its position."""

    letter: str
    position: int
    name: str


class BreakpointsPane(Pane):
    """One line a breakpoint; then one line a bookmark."""

    ID = "breakpoints"
    PLACE = Place("commands", 10)
    NAME = translatable("breakpoints")
    SHORT = translatable("brk")
    ABOUT = translatable(
        "Breakpoints, watches and log points with their hits: ● on, ○ off, ▶ the one that stopped; "
        "⟨breakpoints.switch⟩ switches one. Then bookmarks. ⟨travel⟩ goes there."
    )
    HAS_CURSOR = True
    KEYS = (
        KeyBinding("breakpoints.switch", "x", "x", "on/off", "Switch the breakpoint under the cursor"),
        KeyBinding("breakpoints.edit", "a", "a", "edit", "Edit the breakpoint under the cursor"),
        KeyBinding("breakpoints.delete", "d,delete", "d", "delete", "Delete what is under the cursor"),
    )
    SORTS: ClassVar[tuple[str, ...]] = (translatable("number"), translatable("hits"))

    class Commanded(Message):
        """A command to execute, with a sentence for an answer."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Typed(Commanded):
        """A command to open the command line with."""

    def __init__(self) -> None:
        super().__init__()
        self.points: tuple[StoppingPoint, ...] = ()
        self.bookmarks: tuple[Bookmark, ...] = ()
        self.widths: list[int] = []
        self.hit: int | None = None

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """All of them, by number, and the titles of their columns."""
        self.points = snapshot.breakpoints
        if self.order:
            self.points = tuple(sorted(self.points, key=lambda point: -point.hits))
        answers = snapshot.answers
        self.bookmarks = tuple(
            Bookmark(letter, position, answers.position_names.name(position))
            for letter, position in sorted(answers.bookmarks.items(), key=lambda item: item[1])
        )
        self.hit = snapshot.stop.breakpoint
        self.widths = _widths(self.points, width - 3)
        self.header = (
            [self._cells_line("   ", [tr(column.title) for column in COLUMNS], "dim")] if self.points else []
        )
        if not self.points:
            self.header = note(self.keys.words(tr(HINT)), width)

    def _cells_line(self, start: str, cells: Sequence[str], style: StyleName) -> Line:
        line: Line = [(start, "error" if start.endswith("● ") else style)]
        for column, cell, width in zip(COLUMNS, cells, self.widths, strict=True):
            if width:
                text = "".join(part for part, _ in cut([(cell, "")], width))
                filled = rjust(text, width) if column.is_number else ljust(text, width)
                line.append((f"{filled} ", style))
        return line

    def summary(self) -> Line:
        """How many there are, and how many of them are on."""
        if not self.points:
            return []
        on = sum(point.enabled for point in self.points)
        return [(f"{len(self.points)}" + (tr(", {on} on", on=on) if on < len(self.points) else ""), "dim")]

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether the last move stopped at one."""
        return snapshot.stop.breakpoint is not None

    def count(self) -> int:
        """One line a breakpoint, one a bookmark."""
        return len(self.points) + len(self.bookmarks)

    def line(self, index: int) -> Line:
        """A breakpoint, cell by cell; or a bookmark."""
        point = self._point(index)
        if point is None:
            mark = self.bookmarks[index - len(self.points)]
            return [
                (f"'{mark.letter}", "accent"),
                (tr(" bookmark at {position}: {name}", position=mark.position, name=plain(mark.name)), ""),
            ]
        is_hit = point.number == self.hit
        start = ("▶" if is_hit else " ") + ("● " if point.enabled else "○ ")
        style: StyleName = "strong" if is_hit else "" if point.enabled else "dim"
        return self._cells_line(start, row_of(point), style)

    def _point(self, index: int) -> StoppingPoint | None:
        return self.points[index] if index < len(self.points) else None

    def describe(self, index: int) -> str:
        """A breakpoint in one line; where a bookmark is."""
        point = self._point(index)
        if point is not None:
            if point.enabled:
                return tr("{text}; ⟨breakpoints.switch⟩ switches it off.", text=point.text)
            return tr("{text}; ⟨breakpoints.switch⟩ switches it on.", text=point.text)
        mark = self.bookmarks[index - len(self.points)]
        return tr(
            "bookmark {letter} is at {position}, {name}.",
            letter=mark.letter,
            position=mark.position,
            name=plain(mark.name),
        )

    def action_switch(self) -> None:
        """Switch a breakpoint off or on."""
        point = self._point(self.cursor)
        if point is None:
            self.post_message(self.Said(tr("There is no breakpoint under the cursor."), "stop"))
        else:
            self.post_message(self.Commanded(f"{'disable' if point.enabled else 'enable'} {point.number}"))

    def origin(self) -> int | None:
        """A bookmark's position, or the next place of a breakpoint, from the start again after the last."""
        if self.cursor >= self.count() or self.snapshot is None:
            return None
        point = self._point(self.cursor)
        if point is None:
            return self.bookmarks[self.cursor - len(self.points)].position - 1
        location = self.snapshot.answers.breakpoints.get(point.number).location
        events = location.events(self.snapshot.position, self.snapshot.length) or location.events(
            0, self.snapshot.length
        )
        return events[0] if events else None

    def action_delete(self) -> None:
        """Delete what is under the cursor."""
        if self.cursor >= self.count():
            self.post_message(self.Said(tr("There is nothing to delete here."), "stop"))
        elif point := self._point(self.cursor):
            self.post_message(self.Commanded(f"delete {point.number}"))
        else:
            letter = self.bookmarks[self.cursor - len(self.points)].letter
            self.post_message(self.Commanded(f"forget {letter}"))

    def action_edit(self) -> None:
        """Write the command that edits a breakpoint on the command line."""
        from ....model.debugger.commands.breakpoints import edit_line

        point = self._point(self.cursor)
        if point is None or self.snapshot is None:
            self.post_message(self.Said(tr("There is no breakpoint under the cursor."), "stop"))
        else:
            found = self.snapshot.answers.breakpoints.get(point.number)
            self.post_message(self.Typed(edit_line(found)))


def _widths(points: Sequence[StoppingPoint], room: int) -> list[int]:
    """The width of each column, 0 for those left out."""
    widths: list[int] = []
    for at, column in enumerate(COLUMNS):
        widest = max((cells(row_of(point)[at]) for point in points), default=0)
        widths.append(max(widest, cells(tr(column.title))) if widest or column.stays else 0)
    excess = max(sum(widths) + sum(map(bool, widths)) - room, 0)
    for at in sorted(_giving(), key=lambda at: COLUMNS[at].gives):
        given = min(excess, max(widths[at] - LEAST, 0))
        widths[at] -= given
        excess -= given
    return widths


def _giving() -> list[int]:
    return [at for at, column in enumerate(COLUMNS) if column.gives]

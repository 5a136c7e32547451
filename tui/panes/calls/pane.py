"""The call tree: what the boot has done and will do, opened along the way to where you are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.language.words import tr, translatable
from ...draw.lines import Line, Span, StyleName, padded, plain
from ...draw.widths import cells
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place

if TYPE_CHECKING:
    from ....model.debugger.call_tree import CallTree, CallTreeRow, View

PLACE_STYLES: dict[str, StyleName] = {
    "past": "",
    "ancestor": "strong",
    "current": "here",
    "next": "",
    "future": "dim",
}
ARROWS = {"current": "▶", "next": "▷"}
KIND_MARKS = {"LOG": "“", "PANIC": "!"}
"""What stands before a row that is not a call; changes have a ``=``."""
MOST_OPENED = 2000
"""About so many calls are opened at once."""


class CallsPane(Pane):
    """Rows of the tree; Enter opens and closes one, or tells about it when there is nothing to open."""

    ID = "calls"
    PLACE = Place("where", 10)
    NAME = translatable("calls")
    ABOUT = translatable(
        "The call tree. ▶ is where you are, ▷ what comes next, ● has a breakpoint, a letter is a bookmark. "
        "Enter opens and closes a call, and tells about one with nothing inside; ⟨travel⟩ goes there."
    )
    NEEDS = ("calls",)
    HAS_CURSOR = True
    LEGEND = (
        ("▷", translatable("what comes next"), "accent"),
        ("·", translatable("a call with nothing inside"), "dim"),
        ("▸", translatable("a call with something inside, closed"), "dim"),
        ("▾", translatable("one that is open"), "dim"),
        ("=", translatable("a change of memory or of a variable"), "dim"),
        ("“", translatable("a line of the log"), "dim"),
        ("!", translatable("the panic"), "error"),
        (
            "≈",
            translatable("of a log that was opened: no line says it, it is inferred; Enter tells why"),
            "comment",
        ),
    )
    KEYS = (
        KeyBinding("calls.unfold", "x", "x", "unfold", "Open everything inside the call under the cursor"),
        KeyBinding("calls.fold", "X", "X", "fold all", "Close everything but the way to where you are"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.call_tree: CallTree | None = None
        self.view: View | None = None
        self.expanded: set[int] = set()
        self.placed: tuple[object, ...] = ()
        self.stops: dict[int, bool] = {}
        self.bookmarks: dict[int, str] = {}

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The tree as seen from the position."""
        if self.call_tree is None or self.call_tree.trace is not snapshot.trace:
            from ....model.debugger.call_tree import CallTree

            self.call_tree = CallTree(snapshot.trace, snapshot.facts.arch.entries)
            self.expanded.clear()
        self.view = self.call_tree.view(snapshot.position, self.expanded)
        self._find_marks(snapshot)
        placed = (snapshot.trace, snapshot.position, self.body_height)
        if placed != self.placed:
            self.placed = placed
            is_past_all = snapshot.position == snapshot.length and not snapshot.where.frames
            self.cursor = len(self.view) - 1 if is_past_all else self.view.current
            # A little above the middle, so that one's eye finds the current row in the same place.
            self.top = self.cursor - self.body_height * 2 // 5

    def _find_marks(self, snapshot: Snapshot) -> None:
        """The functions that have a breakpoint, and the rows of bookmarks."""
        assert self.view is not None
        self.stops = {}
        for point in snapshot.breakpoints:
            for function in point.functions:
                self.stops[function.number] = self.stops.get(function.number, False) or point.enabled
        self.bookmarks = {}
        for name, position in snapshot.answers.bookmarks.items():
            if 0 < position <= snapshot.length:
                row = self.view.find(position - 1)
                self.bookmarks[row] = self.bookmarks.get(row, "") + name[:1]

    def summary(self) -> Line:
        """How deep one is."""
        depth = len(self.snapshot.where.frames) if self.snapshot else 0
        return [(tr("depth {depth}", depth=depth), "dim")] if depth else []

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Every move changes where one is: there is nothing to point out."""
        return False

    def count(self) -> int:
        """Rows of the tree as it is opened."""
        return len(self.view) if self.view is not None else 0

    def line(self, index: int) -> Line:
        """A row: a call, a change, a line of the log."""
        row = self._row_at(index)
        style = PLACE_STYLES[row.place]
        arrow = ARROWS.get(row.place, " ")
        indent = " " * row.depth
        label = plain(row.label)
        name, space, rest = label.partition(" ")
        mark = self._mark(index, row)
        if row.place == "current":
            words = f"{arrow}{mark[0]}{indent}{_handle(row)} {label}"
            return padded([(words, "here")], max(self.text_width + self.left, cells(words)))
        if row.kind.name != "ENTER":
            return [
                (arrow, "dim"),
                mark,
                (f"{indent}{_handle(row)} ", "dim"),
                (label, "dim" if style == "dim" else "comment"),
            ]
        return [
            (arrow, "accent"),
            mark,
            (f"{indent}{_handle(row)} ", "comment" if row.is_inferred else "dim"),
            (name, style if style else "function"),
            (space + rest, "dim"),
        ]

    def _mark(self, index: int, row: CallTreeRow) -> Span:
        """A bookmark's letter, or that the function has a breakpoint."""
        if index in self.bookmarks:
            return self.bookmarks[index][:1], "accent"
        if row.kind.name == "ENTER" and self.call_tree is not None:
            number = self.call_tree.trace.function_number(row.event)
            if number in self.stops:
                return "●" if self.stops[number] else "○", "error"
        return " ", ""

    def _row_at(self, index: int) -> CallTreeRow:
        assert self.view is not None
        return self.view.rows(index, index + 1)[0]

    def origin(self) -> int | None:
        """The event of the row under the cursor."""
        if self.view is None or self.cursor >= len(self.view):
            return None
        return self._row_at(self.cursor).event

    def break_spec(self) -> str | None:
        """The function under the cursor, or the line of the log."""
        event = self.origin()
        if event is None or self.snapshot is None:
            return None
        kind, trace = self._row_at(self.cursor).kind.name, self.snapshot.trace
        if kind == "LOG":
            return f"log:{trace.log_text(event)}"
        return trace.function(event).name if kind == "ENTER" else None

    def opens(self, index: int) -> bool:
        """Open or close a row that has something inside."""
        row = self._row_at(index)
        if row.expandable:
            self._expand(self.expanded ^ {row.key})
        return row.expandable

    def describe(self, index: int) -> str:
        """The call with its result, or what happens there."""
        from ....model.text.events import event_text

        row = self._row_at(index)
        if self.snapshot is None:
            return ""
        return event_text(self.snapshot.trace, row.event, self.snapshot.facts.arch.entries)

    def _expand(self, expanded: set[int]) -> None:
        """Open and close rows; the cursor stays on what it is on, if that is still to be seen."""
        if self.call_tree is None or self.view is None or self.snapshot is None or not len(self.view):
            return
        event = self._row_at(min(self.cursor, len(self.view) - 1)).event
        distance = self.cursor - self.top
        self.expanded = expanded
        self.view = self.call_tree.view(self.snapshot.position, self.expanded)
        self._find_marks(self.snapshot)
        self.cursor = self.view.find(event)
        self.top = self.cursor - distance
        self.keep_in_bounds()
        self.move_cursor(self.cursor)

    def action_unfold(self) -> None:
        """Open a call and all calls inside."""
        if self.call_tree is None or self.view is None or self.cursor >= len(self.view):
            return
        row = self._row_at(self.cursor)
        if row.times > 1 or not row.inside:
            self.activate(self.cursor)
            return
        opened = self.call_tree.calls_inside(row.event, MOST_OPENED)
        self._expand(self.expanded | opened)
        if len(opened) >= MOST_OPENED:
            self.post_message(
                self.Said(tr("{count} calls are opened; those inside them are not.", count=len(opened)))
            )

    def action_fold(self) -> None:
        """Close what was opened."""
        self._expand(set())


def _handle(row: CallTreeRow) -> str:
    if row.kind.name != "ENTER" and row.times == 1:
        return KIND_MARKS.get(row.kind.name, "=")
    if row.is_inferred:
        return "≈"
    if not row.expandable:
        return "·"
    return "▾" if row.expanded or row.place in ("ancestor", "current") else "▸"

"""The call tree: what the boot has done and will do, opened along the way to where you are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lines import Line, StyleName, padded, plain
from ..snapshot import Snapshot
from .pane import Pane

if TYPE_CHECKING:
    from ...model.calltree import CallTree, Row, View

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


class CallsPane(Pane):
    """Rows of the tree; Enter opens and closes one, or goes to it when there is nothing to open."""

    NUMBER = 1
    NAME = "calls"
    ABOUT = (
        "The call tree. ▶ is where you are, ▷ what comes next. Enter opens and closes a call, t goes there."
    )
    HAS_CURSOR = True

    def __init__(self) -> None:
        super().__init__()
        self.call_tree: CallTree | None = None
        self.view: View | None = None
        self.expanded: set[int] = set()

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The tree as seen from the position."""
        if self.call_tree is None or self.call_tree.trace is not snapshot.trace:
            from ...model.calltree import CallTree

            self.call_tree = CallTree(snapshot.trace)
        self.view = self.call_tree.view(snapshot.position, self.expanded)
        is_past_all = snapshot.position == snapshot.length and not snapshot.here.frames
        self.cursor = len(self.view) - 1 if is_past_all else self.view.current

    def summary(self) -> Line:
        """How deep one is."""
        depth = len(self.snapshot.here.frames) if self.snapshot else 0
        return [(f"depth {depth}", "dim")] if depth else []

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Every move changes where one is: there is nothing to point out."""
        return False

    def fixed_top(self) -> int:
        """The current row a little above the middle, so that one's eye finds it in the same place."""
        return self.cursor - self.body_height * 2 // 5

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
        if row.place == "current":
            return padded([(f"{arrow} {indent}{_handle(row)} {label}", "here")], self.text_width)
        if row.kind.name != "ENTER":
            return [
                (f"{arrow} {indent}", "dim"),
                (f"{_handle(row)} ", "dim"),
                (label, "dim" if style == "dim" else "comment"),
            ]
        return [
            (f"{arrow} ", "accent"),
            (f"{indent}{_handle(row)} ", "dim"),
            (name, style if style else "function"),
            (space + rest, "dim"),
        ]

    def _row_at(self, index: int) -> Row:
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

    def activate(self, index: int) -> None:
        """Open or close a row; go to one that has nothing inside."""
        row = self._row_at(index)
        if not row.expandable:
            self.post_message(self.Chosen(row.event))
            return
        self.expanded ^= {row.key}
        assert self.call_tree is not None and self.snapshot is not None
        self.view = self.call_tree.view(self.snapshot.position, self.expanded)
        self.move_cursor(min(self.cursor, len(self.view) - 1))


def _handle(row: Row) -> str:
    if row.kind.name != "ENTER" and row.times == 1:
        return KIND_MARKS.get(row.kind.name, "=")
    if not row.expandable:
        return "·"
    return "▾" if row.expanded or row.place in ("ancestor", "current") else "▸"

"""The kernel's own variables, with what the last move changed."""

from __future__ import annotations

from typing import Any

from ...model.text import hex_address, readable_size
from ..lines import MARK_STYLES, Line, Mark, gutter, plain
from ..snapshot import Snapshot
from .pane import Pane


class VariablesPane(Pane):
    """Name, value and, where it changed, the value before."""

    NUMBER = 8
    NAME = "variables"
    SHORT = "vars"
    ABOUT = "The kernel's variables by their C names; ~ has just changed, and what it was before."

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[Mark, str, Any, Any]] = []

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """In the order of their names."""
        now, before = snapshot.now.variables, snapshot.before.variables
        self.rows = []
        for name in sorted(now):
            old = before.get(name)
            self.rows.append((" " if old == now[name] else "~", name, now[name], old))

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before."""
        now, before = snapshot.now, snapshot.before
        return (now.variables, before.variables)

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether the last move set one."""
        return snapshot.now.variables != snapshot.before.variables

    def follow(self) -> tuple[int, int] | None:
        """Those that changed."""
        marked = [at for at, row in enumerate(self.rows) if row[0] != " "]
        return (marked[0], marked[-1]) if marked else None

    def count(self) -> int:
        """One line a variable."""
        return len(self.rows)

    def line(self, index: int) -> Line:
        """A variable."""
        mark, name, value, old = self.rows[index]
        style = MARK_STYLES[mark]
        was: Line = [(f"  was {_text(old)}", "dim")] if mark == "~" else []
        return [*gutter(mark), (f"{name:<24} ", style or "strong"), (_text(value), style or "number"), *was]


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return plain(repr(value) if isinstance(value, str) else str(value))
    if -4096 < value < 4096:
        return str(value)
    size = f"  {readable_size(value)}" if 1 << 20 <= value < 1 << 48 else ""
    return f"{hex_address(value)}{size}"

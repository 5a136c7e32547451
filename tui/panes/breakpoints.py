"""The breakpoints, with their conditions and hit counts."""

from __future__ import annotations

from textual.message import Message

from ..actions import Action
from ..lines import Line, note
from ..snapshot import Snapshot, StoppingPoint
from .pane import Pane

HINT = (
    "No breakpoints: b sets one at the function you are in, "
    ":break memblock_reserve if size >= 1M one with a condition."
)


class BreakpointsPane(Pane):
    """One line a breakpoint; Enter switches it off and on, d deletes it."""

    NUMBER = 9
    NAME = "breakpoints"
    SHORT = "breaks"
    ABOUT = "Breakpoints with their hit counts; Enter switches one off and on, d deletes it."
    HAS_CURSOR = True
    KEYS = (Action("breakpoints.delete", "d,delete", "d", "delete", "Delete the one under the cursor"),)

    class Switched(Message):
        """Disable or enable the breakpoint of that number."""

        def __init__(self, number: int, enable: bool) -> None:
            super().__init__()
            self.number = number
            self.enable = enable

    class Deleted(Message):
        """Delete the breakpoint of that number."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self) -> None:
        super().__init__()
        self.points: tuple[StoppingPoint, ...] = ()
        self.hit: int | None = None

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """All of them, by number."""
        self.points = snapshot.breakpoints
        self.hit = snapshot.stop.breakpoint
        self.header = [] if self.points else note(HINT, width)

    def summary(self) -> Line:
        """How many there are."""
        return [(str(len(self.points)), "dim")] if self.points else []

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether the last move stopped at one."""
        return snapshot.stop.breakpoint is not None

    def count(self) -> int:
        """One line a breakpoint."""
        return len(self.points)

    def line(self, index: int) -> Line:
        """A breakpoint in words; one that is off is hollow."""
        point = self.points[index]
        is_hit = point.number == self.hit
        bullet: Line = [("● ", "error")] if point.enabled else [("○ ", "dim")]
        return [*bullet, (point.text, "strong" if is_hit else "" if point.enabled else "dim")]

    def activate(self, index: int) -> None:
        """Switch it off or on."""
        point = self.points[index]
        self.post_message(self.Switched(point.number, not point.enabled))

    def action_delete(self) -> None:
        """Delete the one under the cursor."""
        if self.cursor < len(self.points):
            self.post_message(self.Deleted(self.points[self.cursor].number))

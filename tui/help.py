"""The help page, made from the table of actions and what the panes say of themselves."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

from .actions import GROUPS
from .lines import Line
from .panes.pane import Pane
from .snapshot import Snapshot

MARKS: tuple[tuple[str, str], ...] = (
    ("+", "made by the last move"),
    ("~", "changed by it, or an unseen pane that did change"),
    ("-", "taken away by it"),
    ("▶", "where you are"),
)


def help_lines(panes: Iterable[Pane]) -> list[Line]:
    """The whole page."""
    lines: list[Line] = []
    for group in GROUPS:
        lines += [[], [(group.title, "accent")]]
        for action in group.actions:
            if action.help:
                lines.append([(f"  {action.shown:<10} ", "strong"), (action.help, "")])
    lines += [[], [("Panes", "accent")]]
    lines += [[(f"  {pane.key:<10} ", "strong"), (pane.ABOUT, "")] for pane in panes]
    lines += [
        [("  ↑ ↓ PgUp PgDn Home End ← →  ", "strong"), ("scroll the focused pane; the mouse wheel any", "")]
    ]
    lines += [[], [("Marks", "accent")]]
    lines += [[(f"  {mark:<10} ", "strong"), (text, "")] for mark, text in MARKS]
    return lines[1:]


class HelpPane(Pane):
    """The page as a pane."""

    NUMBER = 0
    NAME = "help"
    ABOUT = ""

    def __init__(self, lines: list[Line], palette: Widget) -> None:
        super().__init__()
        self.lines = lines
        self.palette = palette

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """It is always the same."""

    def summary(self) -> Line:
        """How to leave."""
        return [("Escape goes back", "dim")]

    def count(self) -> int:
        """Lines of the page."""
        return len(self.lines)

    def line(self, index: int) -> Line:
        """One of them."""
        return self.lines[index]


class HelpScreen(Screen[None]):
    """The help page over everything else, until Escape."""

    BINDINGS = [Binding("escape,q,question_mark,f1", "dismiss", show=False)]  # noqa: RUF012

    def __init__(self, panes: Iterable[Pane], palette: Widget) -> None:
        super().__init__()
        self.page = HelpPane(help_lines(panes), palette)

    def compose(self) -> ComposeResult:
        """One pane."""
        yield self.page

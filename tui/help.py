"""The help page, made from the table of actions and what the panes say of themselves."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

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


SCROLLING = ("arrows", "Scroll the focused pane, as do PgUp, PgDn, Home, End; the wheel scrolls any")


def entries(panes: Iterable[Pane]) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """The chapters of the page: a title, then keys and what they do."""
    chapters = [
        (group.title, tuple((action.shown, action.help) for action in group.actions if action.help))
        for group in GROUPS
    ]
    panes = tuple(panes)
    chapters.append(("Panes", (*((pane.key, pane.ABOUT) for pane in panes), SCROLLING)))
    chapters += [
        (f"In {pane.NAME}", tuple((action.shown, action.help) for action in pane.KEYS))
        for pane in panes
        if pane.KEYS
    ]
    return [*chapters, ("Marks", MARKS)]


class HelpPane(Pane):
    """The page as a pane."""

    NUMBER = 0
    KEY = "?"
    NAME = "help"
    ABOUT = ""

    def __init__(self, panes: Iterable[Pane], palette: Widget) -> None:
        super().__init__()
        self.entries = entries(panes)
        self.palette = palette
        self.lines: list[Line] = []

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """It is the same at every moment of a boot."""

    def on_resize(self) -> None:
        """Long sentences take as many lines as they need."""
        self.measure()
        self.lines = []
        for title, keys in self.entries:
            self.lines += [[(title, "accent")], *self._chapter(keys), []]
        self.keep_in_bounds()
        self.repaint()

    def _chapter(self, keys: tuple[tuple[str, str], ...]) -> Iterator[Line]:
        for key, sentence in keys:
            first, *others = textwrap.wrap(sentence, max(self.text_width - 13, 8))
            yield [(f"  {key:<10} ", "strong"), (first, "")]
            yield from ([(" " * 13 + part, "")] for part in others)

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
        self.page = HelpPane(panes, palette)

    def compose(self) -> ComposeResult:
        """One pane."""
        yield self.page

    def on_mount(self) -> None:
        """Arrows scroll it."""
        self.page.focus()

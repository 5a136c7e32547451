"""The help page, made from the table of keys and what the panes say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from ...model.language.words import tr, translatable
from ..draw.lines import Line, StyleName, length, padded
from ..draw.widths import cells, wrapped
from ..panes.pane import Pane, Place
from ..session.snapshot import Snapshot
from ..settings.bindings import GROUPS, HELP, SCROLLING, KeyBinding, help_of
from ..settings.keymap import Keymap

if TYPE_CHECKING:
    from ..session.screen_parts import PaneLike

TWO_COLUMNS = 120
"""Columns from which the chapters stand beside each other."""
BETWEEN = 3
"""Columns between them."""


class HelpEntry(Struct, frozen=True):
    """A key or a glyph, and what it does or means."""

    word: str
    meaning: str
    style: StyleName = "strong"


class Chapter(Struct, frozen=True):
    """Entries that belong together."""

    title: str
    entries: tuple[HelpEntry, ...]


MARKS = Chapter(
    translatable("Marks, in every pane"),
    (
        HelpEntry(
            "+",
            translatable("made by the last move; a jump past whole phases marks only the most"),
            "gutter-added",
        ),
        HelpEntry(
            "+17",
            translatable("in a title: so many things more since the place that a jump left"),
            "added",
        ),
        HelpEntry(
            "~", translatable("changed by it; behind a pane's name: changed out of sight"), "gutter-changed"
        ),
        HelpEntry("-", translatable("taken away by it"), "gutter-removed"),
        HelpEntry("▶", translatable("where you are"), "here"),
        HelpEntry("●", translatable("where it stops: a breakpoint"), "error"),
        HelpEntry("abc", translatable("a match of the search"), "match"),
        HelpEntry("abc", translatable("the match that the search stands at"), "match-here"),
    ),
)
MOUSE = Chapter(
    "Mouse",
    (
        HelpEntry(
            translatable("click"),
            translatable("focus a pane, take its cursor along; a name in a title shows that pane"),
        ),
        HelpEntry(
            translatable("2 clicks"),
            translatable("on a line what Enter does; on a rule with names zoom, and back"),
        ),
        HelpEntry(
            translatable("draw"),
            translatable("the rule above a pane, or to its left, moves; text is selected"),
        ),
        HelpEntry(translatable("wheel"), translatable("scrolls what it is over, focused or not")),
        HelpEntry(translatable("timeline"), translatable("a click goes there")),
        HelpEntry(translatable("footer"), translatable("a click does what the key does")),
    ),
)
COUNTS = HelpEntry("5 …", translatable("before a key that goes on or back: so many times; alone: pane 5"))


def chapters(panes: Sequence[PaneLike], keys: Keymap, here: PaneLike | None) -> list[Chapter]:
    """The page: what is special about the pane one comes from first."""
    own = [_of_pane(pane, keys) for pane in panes]
    found = [chapter for pane, chapter in zip(panes, own, strict=True) if pane is here and chapter.entries]
    found += [Chapter(tr(group.title), _entries(group.keys, keys)) for group in GROUPS]
    found[-1] = Chapter(found[-1].title, (*found[-1].entries, COUNTS))
    found.append(Chapter(tr("Scrolling"), _entries(SCROLLING, keys)))
    found.append(
        Chapter(
            tr("Panes"),
            tuple(HelpEntry(pane.key, f"{tr(pane.NAME)}: {keys.words(tr(pane.ABOUT))}") for pane in panes),
        )
    )
    found += [MARKS, MOUSE]
    others = zip(panes, own, strict=True)
    return [*found, *(chapter for pane, chapter in others if pane is not here and chapter.entries)]


def _entries(actions: Iterable[KeyBinding], keys: Keymap) -> tuple[HelpEntry, ...]:
    return tuple(HelpEntry(keys.shown(action.id), help_of(action)) for action in actions if action.help)


def _of_pane(pane: PaneLike, keys: Keymap) -> Chapter:
    legend = (HelpEntry(word, keys.words(tr(meaning)), style) for word, meaning, style in pane.legend())
    return Chapter(tr("In {pane}", pane=tr(pane.NAME)), (*_entries(pane.KEYS, keys), *legend))


class HelpPane(Pane):
    """The page as a pane, which has a place only while it is zoomed."""

    ID = HELP
    PLACE = Place("", 0)
    NAME = translatable("help")
    ABOUT = ""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.came_from: PaneLike | None = None

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """It is the same at every moment of a boot."""

    def open_from(self, panes: Sequence[PaneLike], here: PaneLike) -> None:
        """Write the page for who comes from a pane."""
        self.came_from = here
        self.top = 0
        self._chapters = chapters(panes, self.keys, here)
        self.lay_out()
        self.repaint()

    def lay_out(self) -> None:
        """Long sentences take as many lines as they need."""
        if self.came_from is None:
            return
        self.measure()
        is_wide = self.text_width >= TWO_COLUMNS
        width = (self.text_width - BETWEEN) // 2 if is_wide else self.text_width
        blocks = [list(_block(chapter, width)) for chapter in self._chapters]
        self.lines = _beside_each_other(blocks, width) if is_wide else list(chain.from_iterable(blocks))
        self.keep_in_bounds()

    def summary(self) -> Line:
        """How to leave."""
        return [(tr("{key} goes back", key=self.keys.shown("clear")), "dim")]

    def count(self) -> int:
        """Lines of the page."""
        return len(self.lines)

    def line(self, index: int) -> Line:
        """One of them."""
        return self.lines[index]


def _block(chapter: Chapter, width: int) -> Iterator[Line]:
    yield [(chapter.title, "accent")]
    for entry in chapter.entries:
        first, *others = wrapped(entry.meaning, max(width - 13, 8)) or [""]
        yield [("  ", ""), (entry.word, entry.style), (" " * max(11 - cells(entry.word), 1), ""), (first, "")]
        yield from ([(" " * 13 + part, "")] for part in others)
    yield []


def _beside_each_other(blocks: list[list[Line]], width: int) -> list[Line]:
    """The chapters in two columns of about the same height, one after the other."""
    total = sum(map(len, blocks))
    left: list[Line] = []
    at = 0
    while at < len(blocks) and len(left) + len(blocks[at]) // 2 < (total + 1) // 2:
        left += blocks[at]
        at += 1
    right = [line for block in blocks[at:] for line in block]
    rows = max(len(left), len(right))
    left += [[]] * (rows - len(left))
    right += [[]] * (rows - len(right))
    return [
        [*padded(one, width), (" " * BETWEEN, ""), *other] if length(other) else one
        for one, other in zip(left, right, strict=True)
    ]

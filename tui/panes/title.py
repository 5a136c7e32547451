"""The title of a pane: the panes of its place, each with its key, and a summary of what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ...model.language.words import tr
from ..draw.lines import Line, Span, StyleName, length, padded

FULL, SHORT, SHORTEST, KEYS = 3, 2, 1, 0
"""How much the names of panes take: all with rules between them, short ones, a short one for the pane shown
as well, the keys alone."""


class Tab(Struct, frozen=True):
    """A pane in a title: its id, the key that shows it, its name and a short one, whether the last move
    changed it, whether it is the one that is shown, and how many things more it has after a jump."""

    pane: str
    key: str
    name: str
    short: str
    is_changed: bool
    is_shown: bool
    amount: str = ""


class Title(Struct, frozen=True):
    """The line, where on it the names are (first column, the one after the last, the pane's id), and whether
    there was room for the summary."""

    line: Line
    spans: list[tuple[int, int, str]]
    is_whole: bool = True

    def tab_at(self, column: int) -> str | None:
        """The pane whose name is at a column."""
        return next((pane for start, end, pane in self.spans if start <= column < end), None)


class TitleRoom(Struct, frozen=True):
    """What a title is written on: columns, whether the pane has the focus, whether another rule comes from
    the left, and whether no other pane is in sight: then the summary comes before the names of others."""

    columns: int
    has_focus: bool
    joins_left: bool
    is_alone: bool


def make_title(tabs: Sequence[Tab], summary: Line, order: str, room: TitleRoom) -> Title:
    """The panes of a place, and if there is room the summary and the `order` of the rows ("": they have but
    one)."""
    rule: Span = ("━", "focus") if room.has_focus else ("─", "rule")
    line: Line = [("├" if room.joins_left else "─", "rule"), rule]
    spans: list[tuple[int, int, str]] = []
    for tab, words in zip(tabs, _tabs_that_fit(tabs, summary, room), strict=True):
        start = length(line)
        line += words
        spans.append((start, length(line), tab.pane))
    line.append(rule)
    part = " · " if summary else ""
    right = [*summary, (part + tr("by {order}", order=order), "dim")] if order else summary
    if right:
        right = [(" ", ""), *right, (" ", ""), rule]
    gap = room.columns - length(line) - length(right)
    is_whole = gap >= 2
    if not is_whole:
        gap, right = gap + length(right), []
    return Title(padded([*line, (rule[0] * gap, rule[1]), *right], room.columns), spans, is_whole)


def _tabs_that_fit(tabs: Sequence[Tab], summary: Line, room: TitleRoom) -> list[Line]:
    """All panes of the place: their names, or short ones, or just keys where room is scarce."""
    lines: list[Line] = []
    columns = room.columns - 4 - (length(summary) + 3 if room.is_alone else 0)
    for form in (FULL, SHORT, KEYS) if room.is_alone else (FULL, SHORT, SHORTEST, KEYS):
        lines = [_tab(tab, form, room.has_focus) for tab in tabs]
        if sum(length(line) for line in lines) <= columns:
            break
    return lines


def _tab(tab: Tab, form: int, has_focus: bool) -> Line:
    name = ("", tab.short, tab.short, tab.name)[form]
    if tab.is_shown:
        style: StyleName = "focus" if has_focus else "title"
        own = tab.short if form == SHORTEST else tab.name
        return [(" ", ""), (f"{tab.key} {own}".lstrip(), style), (" ", ""), *_amount(tab)]
    mark: Line = [("~", "gutter-changed")] if tab.is_changed else [(" ", "")] if form else []
    mark += _amount(tab) if form == FULL else []
    parting: Line = [("─", "rule"), (" ", "")] if form == FULL else []
    end: Line = [] if form else [(" ", "")]
    return [*parting, (f"{tab.key} {name}".strip(), "dim"), *mark, *end]


def _amount(tab: Tab) -> Line:
    return [(f"{tab.amount} ", "added" if tab.amount.startswith("+") else "removed")] if tab.amount else []

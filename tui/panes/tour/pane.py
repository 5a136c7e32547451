"""The place of a page across the screen: its title with how far one is, its words, its choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from ....model.language.columns import columns, wrapped
from ...draw.line_view import LineView
from ...draw.lines import Line, cut, plain, text_of
from ...session.page import Page, PageChoice

BAR = 13
"""Columns of the bar that shows how far one is."""
LEAST_ROWS = 5


class PagePane(LineView):
    """A page.  `words` puts the keys of actions into a sentence."""

    HAS_CURSOR: ClassVar[bool] = True

    def __init__(self, words: Callable[[str], str]) -> None:
        super().__init__(id="page")
        self.words = words
        self.page = Page("", "")
        self.lines: list[Line] = []
        self.at_choice = 0
        """The choice that the cursor is on."""
        self.starts: list[int] = []
        """The lines that the choices begin at."""

    def put(self, page: Page) -> None:
        """Show a page from its beginning; the same page with another alert stays where it is scrolled."""
        is_other = (page.title, page.text, page.choices) != (
            self.page.title,
            self.page.text,
            self.page.choices,
        )
        self.page = page
        if is_other:
            self.top, self.at_choice = 0, page.pointed
        self.lay_out()
        self.repaint()

    def rows_for(self, width: int, height: int) -> int:
        """Rows that it takes of a screen of that size, its title among them."""
        most = max(int(height * self.page.most), LEAST_ROWS)
        return min(max(1 + len(self._page_lines(max(width - 2, 8))), LEAST_ROWS), most)

    # ---- lines ----

    def lay_out(self) -> None:
        """Wrap the words for the width that there is."""
        self.measure()
        self.lines = self._page_lines(self.text_width)
        if self.starts:
            self.at_choice = max(0, min(self.at_choice, len(self.starts) - 1))
            self.cursor = self.starts[self.at_choice]
            self.bring_into_sight(self.cursor, self._end_of(self.at_choice))
        self.keep_in_bounds()

    def _page_lines(self, width: int) -> list[Line]:
        text = self.words(self.page.text)
        lines: list[Line] = [[(plain(part), "")] for part in wrapped(text, width - 1)]
        self.starts = []
        for choice in self.page.choices:
            self.starts.append(len(lines))
            lines += _choice_lines(choice, width)
        return [[(" ", ""), *line] for line in lines]

    def took_size(self) -> None:
        """Lines for another width."""
        self.lay_out()
        self.forget_rows()

    def count(self) -> int:
        """Lines of the page."""
        return len(self.lines)

    def line(self, index: int) -> Line:
        """One of them."""
        return self.lines[index]

    def has_more(self) -> bool:
        """Whether there is more below."""
        return self.top + self.body_height < self.count()

    def read_on(self) -> None:
        """A page further down."""
        self.scroll_body(self.top + max(self.body_height - 1, 1))

    # ---- the title ----

    def title(self) -> Line:
        """Whose page it is, what it is about, and how far one is; keys only where there is room for them."""
        page, heavy = self.page, "━" if self.has_focus else "─"
        name = (page.name, "focus" if self.has_focus else "dim")
        left: Line = [name, (" · ", "rule"), (plain(page.title), "title")]
        for right in self._rights():
            room = self.columns - columns(text_of(right)) - 4
            if columns(text_of(left)) <= room:
                break
        else:
            right = self._rights()[-1]
            left = cut(left, max(self.columns - columns(text_of(right)) - 4, 1))
        fill = max(self.columns - 3 - columns(text_of(left)) - columns(text_of(right)), 0)
        return [(f"{heavy} ", "rule"), *left, (f" {heavy * fill}", "rule"), *right]

    def _rights(self) -> list[Line]:
        """The right end of the title, and shorter ones."""
        page = self.page
        if page.alert:
            return [[(f" {self.words(page.alert)} ", "warning")]]
        hint: Line = [(f" {self.words(page.hint)} ", "dim")] if page.hint else []
        if not page.of:
            return [hint, []]
        done = max(round(BAR * page.at / page.of), 1)
        count: Line = [(f" {page.at}/{page.of} ", "strong")]
        bar: Line = [*count, ("━" * done, "accent"), ("─" * (BAR - done), "rule")]
        return [[*bar, *hint], [*count, *hint], [*bar, (" ", "")], count]

    # ---- choosing ----

    def activate(self, index: int) -> None:
        """Take the choice that the cursor is on."""
        chosen = self.choice_at(index)
        if chosen is not None and self.page.chosen is not None:
            self.page.chosen(chosen)

    def choice_at(self, index: int) -> int | None:
        """The choice that a line belongs to."""
        found = [number for number, start in enumerate(self.starts) if start <= index]
        return found[-1] if found else None

    def mark_pointed(self, line: Line) -> Line:
        """The cursor is seen on choices only."""
        return super().mark_pointed(line) if self.starts else line

    def move_cursor(self, index: int) -> None:
        """From choice to choice; without any, what is seen moves."""
        if not self.starts:
            self.scroll_body(self.top + (1 if index > self.cursor else -1))
            return
        here = self.at_choice
        wanted = self.choice_at(max(index, self.starts[0])) or 0
        if wanted == here and index != self.cursor:
            wanted = here + (1 if index > self.cursor else -1)
        self.at_choice = max(0, min(wanted, len(self.starts) - 1))
        self.cursor = self.starts[self.at_choice]
        self.bring_into_sight(self.cursor if self.at_choice else 0, self._end_of(self.at_choice))
        self.keep_in_bounds()
        self.repaint()

    def _end_of(self, choice: int) -> int:
        """The last line of a choice."""
        return (self.starts[choice + 1] if choice + 1 < len(self.starts) else self.count()) - 1


def _choice_lines(choice: PageChoice, width: int) -> list[Line]:
    head, *rest = wrapped(choice.words, width - 4) or [""]
    lines: list[Line] = [[("› ", "accent"), (plain(head), choice.style or "strong")]]
    lines += [[("  ", ""), (plain(part), choice.style or "strong")] for part in rest]
    if choice.more:
        lines.append(cut([("  ", ""), (plain(choice.more), "dim")], width - 2))
    return lines

"""The page across the screen: it is made when there is one to show first, and takes rows from the panes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.geometry import Size

if TYPE_CHECKING:
    from ...draw.frame import FrameWidget
    from ...session.page import Page
    from ...settings.keymap import Keymap
    from .pane import PagePane

LOW = 28
"""Rows of a screen below which a page leaves room for one pane only."""
ONE_PANE = 15
"""Rows that have the deck take the preset of one pane."""


class Narrator:
    """Opens pages below the `deck`; `refit` shares the screen's rows again, and `leave` lets keys go to
    somebody else."""

    def __init__(
        self, keys: Keymap, deck: FrameWidget, refit: Callable[[], None], leave: Callable[[], None]
    ) -> None:
        self.keys = keys
        self.deck = deck
        self.refit, self.leave = refit, leave
        self.pane: PagePane | None = None
        self.most_taken = 0
        """Rows that pages have taken since it was opened: those stay, so that panes do not jump."""

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self.pane.page if self.pane is not None and self.pane.display else None

    async def open(self, page: Page) -> None:
        """Show a page in the place of the one before it."""
        if self.pane is None:
            from .pane import PagePane

            self.pane = PagePane(self.keys.words)
            self.pane.palette = self.deck
            await self.deck.screen.mount(self.pane, after=self.deck)
        self.put(page)

    def put(self, page: Page) -> None:
        """Show a page where there was one already."""
        if self.pane is None:
            return
        is_same_kind = self.pane.display and self.pane.page.most == page.most
        self.most_taken = self.most_taken if is_same_kind else 0
        self.pane.display = True
        self.pane.put(page)
        self.refit()

    def close(self) -> None:
        """Show none."""
        if self.pane is not None and self.pane.display:
            had_focus = self.pane.has_focus
            self.pane.display = False
            self.most_taken = 0
            self.refit()
            if had_focus:
                self.leave()

    def focus(self) -> None:
        """Let keys go to the page."""
        if self.pane is not None:
            self.pane.focus()

    @property
    def has_focus(self) -> bool:
        """Whether keys go to the page."""
        return self.pane is not None and self.pane.has_focus

    def reads_on(self) -> bool:
        """Show more of the page; False: all was seen."""
        if self.pane is None or not self.pane.display or not self.pane.has_more():
            return False
        self.pane.read_on()
        return True

    def left(self, size: Size) -> Size:
        """What a page leaves of a screen for the panes."""
        if self.pane is None or not self.pane.display:
            return size
        self.most_taken = max(self.most_taken, self.pane.rows_for(size.width, size.height))
        rows = min(self.most_taken, max(int(size.height * self.pane.page.most), 1))
        self.pane.take_rows(rows)
        rest = max(size.height - rows, 1)
        return Size(size.width, min(rest, ONE_PANE) if size.height < LOW else rest)

"""Every word has room in its place at 80x24, in every language."""

from __future__ import annotations

import pytest
from bootstep.tui.draw.lines import length, text_of
from bootstep.tui.draw.widths import cells
from bootstep.tui.panes.pane import Pane
from bootstep.tui.settings.bindings import FOOTER, GROUPS, HELP, KEY_BINDINGS, SCROLLING, label_of
from bootstep.tui.shell.app import BootstepApp
from bootstep.tui.shell.palette import palette_entries
from demo_boot import demo
from screens import SMALL, running

pytestmark = pytest.mark.usefixtures("language")
LABEL = 14
"""Cells of a label in the footer, and of a key's name in the help page, beyond which others get no room."""
PALETTE = 60
"""Cells of a line of the palette, which leaves some for its frame."""


async def test_the_footer_has_all_its_keys() -> None:
    async with running(demo, SMALL) as (app, _):
        shown = "".join(segment.text for segment in app.keybar.render_line(0))
        assert cells(shown.rstrip()) <= SMALL[0]
        for key in (*FOOTER, KEY_BINDINGS["palette"]):
            assert app.keys.shown(key.id) in shown
        assert all(f" {label_of(key)} " in shown for key in FOOTER)


def test_labels_are_short() -> None:
    everywhere = (*KEY_BINDINGS.values(), *SCROLLING)
    assert not [label_of(key) for key in everywhere if cells(label_of(key)) > LABEL]
    panes = [pane for pane in BootstepApp(demo).panes if isinstance(pane, Pane)]
    assert not [label_of(key) for pane in panes for key in pane.KEYS if cells(label_of(key)) > LABEL]
    assert all(group.title for group in GROUPS)


async def test_titles_name_every_pane_of_their_places() -> None:
    async with running(demo, SMALL) as (app, _):
        for pane in app.panes:
            if isinstance(pane, Pane) and pane.is_in_sight:
                assert length(pane.title()) == pane.columns
                assert [span[2] for span in pane._title.spans] == [tab.ID for tab in pane.tabs]


async def test_no_line_of_the_help_page_is_cut() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        assert app.deck.zoomed == HELP
        lines = [app.help.line(index) for index in range(app.help.count())]
        assert len(lines) > 100
        assert not [text_of(line) for line in lines if length(line) > app.help.text_width]


async def test_the_lines_of_the_palette_fit() -> None:
    async with running(demo, SMALL) as (app, _):
        found = list(palette_entries(app.panes, app.keys))
        assert len(found) > 50
        assert not [entry.title for entry in found if cells(entry.title) > PALETTE]

"""The mouse does what the keys do."""

from __future__ import annotations

import pytest
from bootstep.tui.panes.pane import Pane
from demo_boot import demo
from screens import SMALL, WIDE, running, screen


async def test_a_tab_shows_its_pane() -> None:
    async with running(demo, SMALL) as (app, pilot):
        row = next(y for y, line in enumerate(screen(app)) if "3 memblock" in line)
        column = screen(app)[row].index(" 7 ")
        await pilot.click(offset=(column + 1, row))
        await pilot.pause()
        assert isinstance(app.focused, Pane)
        assert app.focused.NAME == "log"
        assert app.focused.is_in_sight


async def test_the_footer_does_what_it_says() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        column = screen(app)[-1].index("n next")
        await pilot.click(offset=(column, 44))
        await pilot.pause()
        assert app.session.debugger.position == len(app.session.debugger.trace)


async def test_the_timeline_goes_where_it_is_clicked() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await pilot.click("#timeline", offset=(70, 0))
        await pilot.pause()
        middle = app.session.debugger.position
        assert 0 < middle < len(app.session.debugger.trace)
        await pilot.click("#timeline", offset=(1, 0))
        await pilot.pause()
        assert app.session.debugger.position == 0


async def test_the_wheel_scrolls_what_it_is_over() -> None:
    async with running(demo) as (app, pilot):
        source = app.deck.panes["source"]
        top = source.top
        await pilot._post_mouse_events(  # the pilot has no wheel of its own
            [__import__("textual.events", fromlist=["MouseScrollDown"]).MouseScrollDown],
            "#pane-source",
            (5, 5),
        )
        await pilot.pause()
        assert source.top == top + 3


async def test_two_clicks_on_a_log_line_do_what_enter_does() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await pilot.press("c")
        await pilot.pause()
        row = next(y for y, line in enumerate(screen(app)) if "Booting Linux" in line and y > 30)
        await pilot.click(offset=(10, row), times=2)
        await pilot.pause()
        assert app.status.sentence.startswith("Line 1, of level notice, printed in start_kernel.")


@pytest.mark.slow
async def test_the_palette_is_a_click_away_at_every_size() -> None:
    for size in (SMALL, WIDE):
        async with running(demo, size) as (app, pilot):
            row = screen(app)[-1]
            await pilot.click(offset=(row.index("Ctrl+P") + 1, size[1] - 1))
            await pilot.pause()
            assert len(app.screen_stack) == 2


async def test_the_footer_says_what_keys_do_now() -> None:
    async with running(demo, SMALL) as (app, pilot):
        for words in ("b break", ": command", "q quit"):
            assert words in screen(app)[-1]
        await pilot.press("9", "z")
        await pilot.pause()
        assert "z back" in screen(app)[-1] and "q quit" in screen(app)[-1]
        await pilot.press("z", "question_mark")
        await pilot.pause()
        assert "Esc back" in screen(app)[-1]
        await pilot.click(offset=(screen(app)[-1].index("Esc back") + 1, 23))
        await pilot.pause()
        assert app.before_help is None

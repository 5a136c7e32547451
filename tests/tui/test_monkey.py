"""Whatever keys are pressed in whatever order: nothing breaks, and the screen is that of the position."""

from __future__ import annotations

import random

from bootstep.tui.actions import ACTIONS
from bootstep.tui.panes.calls import CallsPane
from demo_boot import demo
from screens import SMALL, WIDE, running, screen

KEYS = [
    *(key for action in ACTIONS.values() for key in action.keys.split(",")),
    *("up", "down", "pageup", "pagedown", "home", "end", "left", "right", "enter", "escape", "t", "d"),
    *"sssnnSSNcC",
]
NOT_THESE = {"q", "ctrl+p"}
SIZES = (SMALL, WIDE, (100, 30), (200, 26), (30, 8))


async def test_random_keys_and_sizes() -> None:
    chance = random.Random(20)
    async with running(demo) as (app, pilot):
        assert app.session is not None
        for turn in range(200):
            await pilot.press(chance.choice([key for key in KEYS if key not in NOT_THESE]))
            if turn % 25 == 0:
                await pilot.resize_terminal(*chance.choice(SIZES))
        await pilot.press("escape", "escape")
        await pilot.resize_terminal(*WIDE)
        position = app.session.debugger.position
        for pane in (7, 1):
            app.bring_forward(pane)
        app.deck.zoomed = None
        app.deck.arrange_panes()
        next(pane for pane in app.panes if isinstance(pane, CallsPane)).expanded.clear()
        for point in app.session.debugger.breakpoints.all():
            app.session.delete_breakpoint(point.number)
        for pane in app.panes:
            pane.left = pane.top = 0
            pane.repaint()
        app.seek(position)
        app.seek(position)
        await pilot.pause()
        after = screen(app)
    async with running(demo) as (fresh, pilot):
        fresh.seek(position)
        fresh.seek(position)
        await pilot.pause()
        assert after[:-1] == screen(fresh)[:-1]

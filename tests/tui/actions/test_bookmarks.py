"""Bookmarks, and back and forward through the places one was at.

Covers jumps.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import command, running, screen, text
from small_context import SmallContext


async def test_back_and_forward_as_in_a_browser() -> None:
    context = SmallContext(demo)
    await context.command("until paging_init")
    paging = context.position
    await context.press("s", "s")
    stepped = context.position
    await context.press("}")
    phase = context.position
    await context.press("$", "<")
    assert context.position == phase
    assert context.status.sentence.startswith("back: ")
    await context.press("Alt+Left")
    assert context.position == stepped > paging
    await context.press("<")
    assert context.position == 0
    await context.press(">", "Alt+Right")
    assert context.position == phase
    assert context.status.sentence.startswith("forward: ")
    await context.press("2", "<")
    assert context.position == 0


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("<", "There is no place to go back to: jumps leave one, steps do not."),
        (">", "There is no place to go forward to: it undoes going back."),
        ("'", "There are no bookmarks yet: m and a letter sets one here."),
    ],
)
async def test_a_key_that_leads_nowhere_says_why(key: str, sentence: str) -> None:
    context = SmallContext(demo)
    await context.press("s", key)
    assert context.status.sentence == sentence
    assert context.status.kind == "stop"
    assert context.position == 1


async def test_a_bookmark_is_a_letter_and_comes_back() -> None:
    context = SmallContext(demo)
    await context.command("until paging_init")
    here = context.position
    await context.press("m")
    assert context.status.sentence == "Bookmark this position: type a letter."
    await context.press("s")
    assert context.status.sentence == "bookmark s: paging_init; 's comes back here"
    assert context.position == here
    await context.press("$", "'", "s")
    assert (context.position, context.place) == (here, "paging_init")
    assert context.status.sentence.startswith("bookmark s: paging_init")


async def test_the_keys_ask_which_and_say_what_there_is() -> None:
    context = SmallContext(demo)
    await context.command("until paging_init")
    await context.press("m", "p", "$", "m")
    assert context.status.sentence == "Bookmark this position: type a letter. Taken: p paging_init"
    await context.press("E", "'")
    assert context.status.sentence == (
        "Go to which bookmark? p paging_init · E end · ' where you were before the last jump"
    )
    await context.press("x")
    assert context.status.sentence == "There is no bookmark x, only p paging_init · E end"
    await context.press("m", "p", "'", "p")
    assert context.status.sentence.startswith("bookmark p: end of the trace")


@pytest.mark.parametrize("key", ["Esc", "1", "Enter", "Left", ":"])
async def test_a_bookmark_is_nothing_but_a_letter(key: str) -> None:
    context = SmallContext(demo)
    await context.press("s", "m", key)
    assert context.status.sentence == "No bookmark is set: its name is a letter."
    assert context.session is not None
    assert context.session.debugger.bookmarks == {}
    await context.press("s")
    assert context.position == 2


async def test_two_apostrophes_lead_back_and_there_again() -> None:
    context = SmallContext(demo)
    await context.press("s", "s", "$", "'", "'")
    assert context.position == 2
    assert context.status.sentence.startswith("where you were: ")
    await context.press("'", "'")
    assert context.session is not None
    assert context.position == len(context.session.debugger.trace)


# ---- on the screen ----


def position(app: BootstepApp) -> int:
    assert app.session is not None
    return app.session.debugger.position


@pytest.mark.slow
async def test_travelling_with_the_cursor_and_the_timeline_leaves_places() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("c", "7", "home", "t")
        assert position(app) < 10
        await pilot.press("<")
        assert app.session is not None
        assert position(app) == len(app.session.debugger.trace)
        await pilot.click("#timeline", offset=(40, 1))
        await pilot.pause()
        await pilot.press("<")
        assert position(app) == len(app.session.debugger.trace)


async def test_a_letter_is_taken_from_the_keyboard_and_a_click_ends_the_waiting() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await pilot.press("m", "colon")
        assert app.status.sentence == "No bookmark is set: its name is a letter."
        await pilot.press("m")
        await pilot.click("#pane-calls")
        await pilot.press("s")
        assert (app.session.debugger.bookmarks, position(app)) == ({}, 1)


@pytest.mark.slow
async def test_bookmarks_are_listed_with_the_breakpoints_and_t_goes_there() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until paging_init")
        here = position(app)
        await pilot.press("m", "a", "0", "m", "z", "$")
        await pilot.press("9", "9", "end")
        assert "'z bookmark at 0: start" in text(app)
        assert f"'a bookmark at {here}: paging_init" in text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.status.sentence.startswith(f"bookmark a is at {here}, ")
        await pilot.press("t")
        await pilot.pause()
        assert position(app) == here
        await pilot.press("d")
        await pilot.pause()
        assert "'a bookmark" not in text(app)
        assert app.status.sentence == "bookmark a is deleted"
        await command(pilot, "info bookmarks")
        assert any("z: 0  start" in row for row in screen(app))

"""Bookmarks, and back and forward through the places one was at.

Covers jump_list.py, tui/actions/bookmarks.py, tui/actions/jumps.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.session.jump_list import MOST, JumpList
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import SMALL, command, running, screen, text


def position(app: BootstepApp) -> int:
    assert app.session is not None
    return app.session.debugger.position


def function(app: BootstepApp) -> str:
    assert app.session is not None
    return app.session.debugger.here().frames[-1].function.name


class TestJumpList:
    def test_jumps_leave_places_and_steps_do_not(self) -> None:
        trail = JumpList()
        for place, reason in ((1, "step"), (2, "next"), (50, "goto"), (51, "event"), (9, "phase")):
            trail.arrived(place, reason)
        assert trail.behind == [2, 51]

    def test_forward_is_the_way_back_came(self) -> None:
        trail = JumpList()
        for place in (10, 20, 30):
            trail.arrived(place, "goto")
        assert [trail.back(1), trail.back(1)] == [20, 10]
        assert [trail.forward(1), trail.forward(1)] == [20, 30]
        assert [trail.back(3), trail.back(1)] == [0, 0]
        assert trail.forward(99) == 30

    def test_a_new_jump_forgets_the_way_forward(self) -> None:
        trail = JumpList()
        for place in (10, 20):
            trail.arrived(place, "goto")
        trail.back(1)
        trail.arrived(15, "breakpoint")
        assert (trail.ahead, trail.behind) == ([], [0, 10])

    def test_going_nowhere_is_no_jump(self) -> None:
        trail = JumpList()
        trail.arrived(0, "nowhere")
        trail.arrived(5, "goto")
        trail.arrived(5, "goto")
        assert trail.behind == [0]

    def test_it_does_not_grow_without_end(self) -> None:
        trail = JumpList()
        for place in range(1, 2 * MOST):
            trail.arrived(place, "goto")
        assert len(trail.behind) == MOST


async def test_back_and_forward_as_in_a_browser() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until paging_init")
        paging = position(app)
        await pilot.press("s", "s")
        stepped = position(app)
        await pilot.press("}")
        phase = position(app)
        await pilot.press("$", "<")
        assert position(app) == phase
        assert app.status.sentence.startswith("back: ")
        await pilot.press("alt+left")
        assert position(app) == stepped > paging
        await pilot.press("<")
        assert position(app) == 0
        await pilot.press(">", "alt+right")
        assert position(app) == phase
        assert app.status.sentence.startswith("forward: ")
        await pilot.press("2", "<")
        assert position(app) == 0


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("<", "There is no place to go back to: jumps leave one, steps do not."),
        (">", "There is no place to go forward to: it undoes going back."),
        ("'", "There are no bookmarks yet: m and a letter sets one here."),
    ],
)
async def test_a_key_that_leads_nowhere_says_why(key: str, sentence: str) -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("s", key)
        assert app.status.sentence == sentence
        assert app.status.kind == "stop"
        assert position(app) == 1


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


async def test_a_bookmark_is_a_letter_and_comes_back() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until paging_init")
        here = position(app)
        await pilot.press("m")
        assert app.status.sentence == "Bookmark this position: type a letter."
        await pilot.press("s")
        assert app.status.sentence == "bookmark s: paging_init; 's comes back here"
        assert position(app) == here
        await pilot.press("$", "'", "s")
        assert (position(app), function(app)) == (here, "paging_init")
        assert app.status.sentence.startswith("bookmark s: paging_init")


async def test_the_keys_ask_which_and_say_what_there_is() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await command(pilot, "until paging_init")
        await pilot.press("m", "p", "$", "m")
        assert app.status.sentence == "Bookmark this position: type a letter. Taken: p paging_init"
        await pilot.press("E", "'")
        assert app.status.sentence == (
            "Go to which bookmark? p paging_init · E end · ' where you were before the last jump"
        )
        await pilot.press("x")
        assert app.status.sentence == "There is no bookmark x, only p paging_init · E end"
        await pilot.press("m", "p", "'", "p")
        assert app.status.sentence.startswith("bookmark p: end of the trace")


@pytest.mark.parametrize("key", ["escape", "1", "enter", "left", "colon"])
async def test_a_bookmark_is_nothing_but_a_letter(key: str) -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("s", "m", key)
        assert app.status.sentence == "No bookmark is set: its name is a letter."
        assert app.session is not None
        assert app.session.debugger.bookmarks == {}
        await pilot.press("s")
        assert position(app) == 2


async def test_a_click_ends_the_waiting_for_a_letter() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await pilot.press("m")
        await pilot.click("#pane-1")
        await pilot.press("s")
        assert (app.session.debugger.bookmarks, position(app)) == ({}, 1)


async def test_two_apostrophes_lead_back_and_there_again() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("s", "s", "$", "'", "'")
        assert position(app) == 2
        assert app.status.sentence.startswith("where you were: ")
        await pilot.press("'", "'")
        assert app.session is not None
        assert position(app) == len(app.session.debugger.trace)


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

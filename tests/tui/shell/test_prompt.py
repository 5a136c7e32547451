"""The line of input: its example, its completions, and what is left of them when it is closed.  Covers
tui/shell/prompt.py, tui/shell/foot.py, tui/shell/status.py."""

from __future__ import annotations

import pytest
from bootstep.tui.shell.app import BootstepApp
from bootstep.tui.shell.prompt import beginning_of
from demo_boot import demo
from screens import SMALL, recorded, running, screen
from toured_boots import recording


def line(app: BootstepApp) -> str:
    assert app.foot.prompt is not None
    return app.foot.prompt.value


async def test_right_types_the_example_that_the_empty_line_shows() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("colon")
        await pilot.pause()
        assert "→ break memblock_reserve if size > 1M · until paging_init · help" in screen(app)[-1]
        await pilot.press("right")
        assert line(app) == "break memblock_reserve if size > 1M"
        await pilot.press("home", "right")
        assert line(app) == "break memblock_reserve if size > 1M", "in a line it moves"
        await pilot.press("enter")
        assert app.status.sentence.startswith("breakpoint 1: memblock_reserve if size > 1M")


@pytest.mark.slow
async def test_tab_completes_as_far_as_all_choices_agree() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("colon", "c", "o", "tab")
        assert line(app) == "co"
        await pilot.press(*"n", "tab")
        assert line(app) == "con"
        assert app.status.sentence == "condition  continue"
        await pilot.press(*"d", "tab")
        assert line(app) == "condition "
        await pilot.press("escape", "colon", *"break", "space", *"memblock", "tab")
        assert line(app) == "break memblock_"
        await pilot.pause()
        assert "break" not in app.status.sentence, "only what differs is listed"


@pytest.mark.slow
async def test_tab_that_finds_nothing_says_so() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("colon", *"xyzzy", "tab")
        await pilot.pause()
        assert app.status.sentence == "Nothing that is known begins with xyzzy"


async def test_choices_do_not_stay_when_the_line_is_left() -> None:
    async with running(demo, SMALL) as (app, pilot):
        before = app.status.sentence
        await pilot.press("colon", "tab")
        await pilot.pause()
        assert "breakpoints" in app.status.sentence or "break" in app.status.sentence
        await pilot.press("escape")
        await pilot.pause()
        assert app.status.sentence == before


@pytest.mark.slow
async def test_what_was_said_of_a_command_stays_when_the_line_is_left() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("colon", "tab", *"nonsense", "enter")
        await pilot.pause()
        said = app.status.sentence
        assert "nonsense" in said
        await pilot.press("escape")
        await pilot.pause()
        assert app.status.sentence == said


@pytest.mark.slow
async def test_a_colon_typed_in_the_line_does_no_harm() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("colon", "colon", *"print", "space", *"1", "plus", *"1", "enter")
        await pilot.pause()
        assert app.status.kind != "error"


def test_the_beginning_of_lines_is_what_all_have() -> None:
    assert beginning_of(["break a", "break b", "break ab"]) == "break "
    assert beginning_of(["same", "same"]) == "same"
    assert beginning_of(["abc", "xyz"]) == ""


async def test_after_a_command_that_a_key_began_keys_are_keys_again() -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        await pilot.press("v")
        await pilot.pause()
        assert line(app) == "whatif "
        assert app.status.sentence.startswith("What if? For example add mem=600M, or ram 2G")
        assert app.foot.prompt is not None
        app.foot.prompt.write("whatif ram 512M")
        await pilot.press("enter")
        await recorded(pilot)
        assert not app.foot.is_typed_in
        assert "u undoes" in app.status.sentence
        await pilot.press("u")
        await pilot.pause()
        assert app.status.sentence.startswith("undone: what if ram 512M")

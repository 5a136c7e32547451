"""F1 lists the tours from wherever one is, and the line says where all keys are."""

from __future__ import annotations

import pytest
from screens import SMALL, WIDE, running, screen, text
from toured_boots import recording


@pytest.mark.parametrize("size", (SMALL, WIDE), ids=("80x24", "160x45"))
async def test_f1_lists_the_tours_and_leaves_them(size: tuple[int, int]) -> None:
    async with running(lambda: recording("virt-1g"), size) as (app, pilot):
        was = app.focused_pane()
        await pilot.press("f1")
        await pilot.pause()
        assert "Guided tours" in text(app)
        assert "From device tree to memblock" in text(app)
        assert app.status.sentence == "Guided tours of this boot; all keys are on the page that ? opens."
        await pilot.press("f1")
        await pilot.pause()
        assert "From device tree to memblock" not in text(app)
        assert app.focused_pane() is was


async def test_f1_goes_from_the_help_page_to_the_tours() -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        await pilot.press("f1")
        await pilot.pause()
        assert app.before_help is None
        assert "From device tree to memblock" in text(app)


async def test_within_a_tour_f1_lists_them_and_escape_returns_to_the_stop() -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        await pilot.press("f1", "enter")
        await pilot.pause()
        assert app.touring.tour is not None
        stop = screen(app)[-9:-4]
        await pilot.press("f1")
        await pilot.pause()
        assert "Guided tours" in text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert screen(app)[-9:-4] == stop


async def test_help_and_footer_name_it() -> None:
    async with running(lambda: recording("virt-1g"), WIDE) as (app, pilot):
        assert "F1 tours" in screen(app)[-1]
        await pilot.press("question_mark")
        await pilot.pause()
        words = "\n".join("".join(part for part, _ in line) for line in app.help.lines)
        assert "F1" in words and "The list of guided tours" in words
        assert "?          This page: all keys" in words

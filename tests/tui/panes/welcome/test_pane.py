"""The welcome: there for who has never left it, and for nobody else.  Covers tui/settings/welcomed.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.tui.settings.welcomed import Welcomed
from bootstep.tui.shell.app import BootstepApp
from real_cases import case
from screens import SMALL, WIDE, recorded, running, screen, text

M1G = "6.1-4k48/m1g"


def app_that_keeps(directory: Path) -> BootstepApp:
    return BootstepApp(case(M1G), kept_in=directory / "machines")


@pytest.mark.parametrize("size", (SMALL, (100, 30), WIDE), ids=("80x24", "100x30", "160x45"))
async def test_it_says_what_this_is_within_the_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    app = app_that_keeps(tmp_path)
    async with app.run_test(size=size) as pilot:
        await recorded(pilot)
        pane = app.deck.panes["welcome"]
        assert pane.display
        assert pane.count() <= pane.body_height, "all of it is in sight"
        words = " ".join(text(app).split())
        assert "Welcome. This is how Linux 6.1" in words
        assert "arm64" in words
        assert "? help" in words


async def test_left_once_it_never_comes_back(tmp_path: Path) -> None:
    app = app_that_keeps(tmp_path)
    async with app.run_test(size=SMALL) as pilot:
        await recorded(pilot)
        await pilot.press("escape")
        assert not app.deck.panes["welcome"].display
        assert "No memory yet" in text(app)
    again = app_that_keeps(tmp_path)
    async with again.run_test(size=SMALL) as pilot:
        await recorded(pilot)
        assert "Welcome" not in text(again)


@pytest.mark.parametrize("key", ("3", "right_curly_bracket", "dollar_sign"))
async def test_it_gives_way_to_what_there_is_to_see(tmp_path: Path, key: str) -> None:
    app = app_that_keeps(tmp_path)
    async with app.run_test(size=SMALL) as pilot:
        await recorded(pilot)
        await pilot.press(key)
        await pilot.pause()
        assert "Welcome" not in text(app)
        assert not Welcomed(tmp_path / "machines").is_due
        await pilot.press("0")
        await pilot.pause()
        assert "Welcome" not in text(app)


@pytest.mark.slow
async def test_without_a_place_to_keep_that_it_was_left_nobody_is_welcomed() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        assert "welcome" not in "\n".join(screen(app)).lower()
        for _ in app.panes:
            await pilot.press("tab")
            assert app.focused_pane().ID not in app.deck.not_offered


def test_a_directory_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    welcomed = Welcomed(tmp_path / "file" / "machines")
    assert welcomed.is_due
    welcomed.keep()
    assert not welcomed.is_due

"""The colours: four themes, and none at all.

Covers glyphs.py, owner_glyphs.py, tui/actions/theme_commands.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.draw.glyphs import KEPT, translated
from bootstep.tui.draw.themes import LEAST_CONTRAST, OWNERS, THEMES, contrast, usual, variables
from bootstep.tui.settings.config import Settings
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from rich.color import ColorType
from screens import command, recorded, running

GROUNDS = {"background", "surface", "panel", "pointed", "lit", "own-letters"}
NOT_TEXT = {"rule", "hole"}
ENHANCED_CONTRAST = 7
"""What the guidelines call AAA."""


def test_the_ratio_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@pytest.mark.parametrize("name", ["dark", "light", "contrast"])
def test_every_text_stands_out_from_what_it_is_on(name: str) -> None:
    colours = variables(name)
    letters = [each for each in colours if each not in GROUNDS | NOT_TEXT and not each.startswith("own-")]
    letters = [each for each in letters if not each.endswith("-style")]
    faint = {
        (each, ground): contrast(colours[each], colours[ground])
        for each in letters
        for ground in ("background", *(() if each.startswith("part-") else ("surface",)))
    }
    faint |= {(each, each): contrast(colours["own-letters"], colours[f"own-{each}"]) for each in OWNERS}
    faint |= {
        ("foreground", each): contrast(colours["foreground"], colours[each])
        for each in GROUNDS - {"own-letters"}
    }
    assert not {key: ratio for key, ratio in faint.items() if ratio < LEAST_CONTRAST}


def test_high_contrast_is_higher() -> None:
    colours = variables("contrast")
    for each in ("foreground", "dim", "accent", "added", "changed", "removed", "keyword", "string", "error"):
        assert contrast(colours[each], colours["background"]) >= ENHANCED_CONTRAST


@pytest.mark.slow
async def test_colours_change_by_command_and_by_the_palettes_action() -> None:
    async with running(demo) as (app, pilot):
        assert app.theme == "dark"
        await command(pilot, "theme light")
        assert app.theme == "light"
        await command(pilot, "theme drak")
        assert app.status.sentence == 'there is no theme "drak"; the nearest is dark'
        app.action_dress("contrast")
        await pilot.pause()
        assert app.status.sentence == "theme contrast: the strongest contrast there is, on black"


@pytest.mark.slow
@pytest.mark.parametrize("name", THEMES)
async def test_every_theme_can_be_begun_with(name: str) -> None:
    app = BootstepApp(demo, config=Settings(name))
    async with app.run_test(size=(160, 45)) as pilot:
        await recorded(pilot)
        await pilot.press("s", "question_mark", "escape", "colon", "escape", "ctrl+p", "escape")
        assert app.theme == name


def colours(app: BootstepApp) -> set[ColorType]:
    found: set[ColorType] = set()
    for strip in app.screen._compositor.render_strips():
        for _, style, _ in strip:
            for colour in (style.color, style.bgcolor) if style else ():
                found |= {colour.type} if colour else set()
    return found


async def test_the_terminals_own_sixteen_colours_are_no_others() -> None:
    app = BootstepApp(demo, config=Settings("terminal"))
    async with app.run_test(size=(160, 45)) as pilot:
        await recorded(pilot)
        await pilot.press("c", "slash", "m", "enter")
        await pilot.pause()
        assert colours(app) <= {ColorType.DEFAULT, ColorType.STANDARD}
        assert ColorType.STANDARD in colours(app)


@pytest.mark.slow
async def test_no_color_means_none_and_every_mark_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = BootstepApp(demo)
    async with app.run_test(size=(160, 45)) as pilot:
        await recorded(pilot)
        await command(pilot, "until setup_memory")
        await pilot.press("f", "3", "down")
        await pilot.pause()
        assert app.theme == "terminal"
        assert colours(app) <= {ColorType.DEFAULT}
        reversed_texts = {
            text
            for strip in app.screen._compositor.render_strips()
            for text, style, _ in strip
            if style is not None and style.reverse and text.strip()
        }
        assert "+" in reversed_texts
        assert any("0x" in text for text in reversed_texts), "the cursor can be seen"
        app.action_dress("dark")
        await pilot.pause()
        assert "NO_COLOR is set" in app.status.sentence
        assert colours(app) <= {ColorType.DEFAULT}


def test_a_terminal_of_few_colours_begins_with_its_own() -> None:
    assert usual(False, "linux") == "terminal"
    assert usual(True, "xterm-256color") == "terminal"
    assert usual(False, "xterm-256color") == usual(False, "screen-256color") == "dark"


@pytest.mark.slow
async def test_a_font_of_few_glyphs_gets_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    app = BootstepApp(demo)
    async with app.run_test(size=(160, 45)) as pilot:
        await recorded(pilot)
        await pilot.press("c", "b", "question_mark", "escape")
        for size in ((160, 45), (80, 24)):
            await pilot.resize_terminal(*size)
            for key in "13569":
                await pilot.press(key)
                await pilot.pause()
                seen = "".join(text for line in app.screen._compositor.render_strips() for text, _, _ in line)
                assert "?" not in seen.replace("? help", "")
                assert {each for each in seen if not each.isascii()} <= KEPT


def test_glyphs_keep_their_columns() -> None:
    assert translated("▶ source … “x” 漢字 🔎") == '> source ~ "x" ???? / '

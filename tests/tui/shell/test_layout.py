"""How the screen is divided among the panes, and how people change that.

Covers layout_plan.py, layout_presets.py, tui/actions/layout.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.panes.all import PANES
from bootstep.tui.shell.app import BootstepApp
from bootstep.tui.shell.layout_plan import Plan
from bootstep.tui.shell.layout_presets import (
    FLAT,
    HUGE,
    NARROW,
    TALL,
    TINY,
    WIDE,
    Preset,
    Room,
    preset_for,
    rooms,
)
from demo_boot import demo
from screens import SMALL, running, screen, text
from sweeps import sweep
from textual.geometry import Region, Size
from textual.pilot import Pilot

WIDE_SIZE = (160, 45)
EVERY_SIZE = ((80, 24), (100, 30), WIDE_SIZE, (250, 70), (200, 20), (40, 12), (30, 8))


def sizes(app: BootstepApp) -> dict[str, Size]:
    return {id: region.size for id, region in app.deck.regions(app.deck.size).items()}


@pytest.mark.parametrize(
    ("size", "preset"),
    [
        ((80, 24), NARROW),
        ((100, 30), TALL),
        ((160, 45), WIDE),
        ((250, 70), HUGE),
        ((200, 26), FLAT),
        ((40, 30), TINY),
        ((30, 8), TINY),
    ],
)
def test_every_size_has_a_preset(size: tuple[int, int], preset: Preset) -> None:
    assert preset_for(Size(*size)) is preset


@pytest.mark.parametrize(
    ("preset", "width", "height"),
    [(NARROW, 44, 13), (TALL, 44, 25), (WIDE, 130, 27), (HUGE, 220, 51), (FLAT, 130, 5), (TINY, 20, 3)],
)
def test_every_preset_has_every_slot_once_and_fills_the_screen(
    preset: Preset, width: int, height: int
) -> None:
    slots = [slot for room in rooms(preset) for slot in room.slots]
    assert sorted(slots) == sorted({pane.PLACE.slot for pane in PANES})
    for size in ((width, height), (250, 70)):
        regions = list(Plan(preset, {}, frozenset()).regions(Region(0, 0, *size)))
        assert sum(region.area for _, region in regions) == size[0] * size[1]


@pytest.mark.slow
@pytest.mark.parametrize("size", sweep(EVERY_SIZE, (80, 24), (30, 8)))
async def test_every_pane_can_be_shown_at_every_size(size: tuple[int, int]) -> None:
    async with running(demo, size) as (app, pilot):
        for pane in app.panes:
            app.action_show_pane(pane.ID)
            await pilot.pause()
            assert pane.is_in_sight, pane.NAME
            assert app.focused_pane() is pane


@pytest.mark.slow
async def test_a_closed_place_gives_its_room_away_and_a_number_brings_it_back() -> None:
    async with running(demo, WIDE_SIZE) as (app, pilot):
        before = sizes(app)
        await pilot.press("7", "h")
        await pilot.pause()
        assert app.status.sentence == "log is hidden: 7 brings it back, H all."
        assert "log" not in sizes(app)
        assert sizes(app)["source"].height > before["source"].height
        assert app.focused_pane().ID != "log"
        await pilot.press("1", "h", "3", "h")
        assert not {"calls", "memblock", "log"} & sizes(app).keys()
        await pilot.press("7")
        assert "log" in sizes(app) and app.focused_pane().ID == "log"
        await pilot.press("H")
        assert sizes(app) == before
        await pilot.press("H")
        assert app.status.sentence == "No pane is hidden."


async def test_the_last_pane_in_sight_stays() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("3", "h", "h")
        assert app.status.sentence == "This is the only pane in sight."
        await pilot.press("z", "h")
        assert app.status.sentence == "Only one pane is shown: z takes the zoom back."


@pytest.mark.slow
async def test_keys_make_a_pane_taller_shorter_wider_and_narrower() -> None:
    async with running(demo, WIDE_SIZE) as (app, pilot):
        before = sizes(app)
        await pilot.press("3", "plus", "plus", "right_parenthesis")
        assert sizes(app)["memblock"] == Size(before["memblock"].width + 2, before["memblock"].height + 2)
        assert sizes(app)["pagetables"].height == before["pagetables"].height - 2
        assert sizes(app)["calls"].width == before["calls"].width - 2
        await pilot.press("minus", "minus", "left_parenthesis")
        assert sizes(app) == before
        await pilot.press("7", "plus")
        assert app.focused_pane().ID == "log"
        assert sizes(app)["log"].height == before["log"].height + 1
        await pilot.press("right_parenthesis")
        assert app.status.sentence == "There is nothing beside log to share room with."
        for _ in range(40):
            await pilot.press("plus")
        assert app.status.sentence == "log cannot be taller here."
        assert all(size.height > 3 for size in sizes(app).values())


async def drawn(pilot: Pilot[int], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(offset=start)
    await pilot.hover(offset=end)
    await pilot.mouse_up(offset=end)
    await pilot.pause()


async def test_the_rules_are_drawn_with_the_mouse() -> None:
    async with running(demo, WIDE_SIZE) as (app, pilot):
        before = sizes(app)
        log, memblock = app.deck.panes["log"].region, app.deck.panes["memblock"].region
        await drawn(pilot, (log.right - 20, log.y), (log.right - 20, log.y - 6))
        assert sizes(app)["log"].height == before["log"].height + 6
        await drawn(pilot, (memblock.x, memblock.y + 3), (memblock.x + 11, memblock.y + 3))
        assert sizes(app)["memblock"].width == before["memblock"].width - 11
        assert sizes(app)["calls"].width == before["calls"].width + 11
        assert not app.screen.selections


async def test_two_clicks_on_a_title_zoom_and_back() -> None:
    async with running(demo, WIDE_SIZE) as (app, pilot):
        log = app.deck.panes["log"].region
        await pilot.click(offset=(log.right - 20, log.y), times=2)
        await pilot.pause()
        assert app.deck.zoomed == "log"
        await pilot.click(offset=(130, 0), times=2)
        await pilot.pause()
        assert app.deck.zoomed is None


@pytest.mark.slow
async def test_every_preset_keeps_what_was_done_to_it() -> None:
    async with running(demo, WIDE_SIZE) as (app, pilot):
        await pilot.press("8", "3", "plus", "plus", "5", "h", "1")
        before = sizes(app)
        await pilot.resize_terminal(*SMALL)
        await pilot.press("4", "plus")
        small = sizes(app)
        assert "pagetables" in small
        await pilot.resize_terminal(*WIDE_SIZE)
        await pilot.pause()
        assert sizes(app) == before
        assert "variables" in before and "sections" not in before
        await pilot.resize_terminal(*SMALL)
        await pilot.pause()
        assert sizes(app) == small


@pytest.mark.slow
async def test_the_help_page_comes_over_everything_and_is_searched() -> None:
    async with running(demo, (160, 40)) as (app, pilot):
        await pilot.press("9", "question_mark")
        await pilot.pause()
        assert "? help" in screen(app)[0]
        assert "In breakpoints" in screen(app)[1]
        await pilot.press("slash", *"bookmark", "enter")
        await pilot.pause()
        assert "of help" in app.status.sentence
        await pilot.press("s")
        assert app.status.sentence == "Esc leaves the help page first."
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert app.focused_pane().NAME == "breakpoints"
        assert "1 calls" in text(app)
        await pilot.press("question_mark", "q")
        assert app.focused_pane().NAME == "breakpoints"
        await pilot.press("question_mark", "3")
        assert app.focused_pane().NAME == "memblock" and app.deck.zoomed is None


def test_a_room_without_a_pane_takes_no_room() -> None:
    regions = dict(Plan(HUGE, {}, frozenset({Room(("answers", "boots"))})).regions(Region(0, 0, 250, 67)))
    assert Room(("answers", "boots")) not in regions
    assert sum(region.area for region in regions.values()) == 250 * 67

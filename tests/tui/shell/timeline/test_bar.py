"""The timeline: phases, marks, position; what the mouse does on it.

Covers marks.py, scale.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.index.phases import Phase
from bootstep.tui.shell.app import BootstepApp
from bootstep.tui.shell.timeline.bar import Timeline
from bootstep.tui.shell.timeline.scale import PhaseScale, phase_names
from demo_boot import demo
from screens import SMALL, WIDE, command, running, screen, text
from textual.events import MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp
from textual.pilot import Pilot

PHASES = (
    Phase("start of the kernel", 0, 300, "start"),
    Phase("page tables", 300, 9011, "tables"),
    Phase("zones", 9011, 9300, "zones"),
)


def bar(app: BootstepApp) -> str:
    """The row with the position."""
    return screen(app)[-4 if app.size.width < 100 else -3]


async def mouse(pilot: Pilot[int], event: type, column: int) -> None:
    row = pilot.app.query_one(Timeline).size.height - 1
    await pilot._post_mouse_events([event], "#timeline", (column, row), button=1)
    await pilot.pause()


class TestScale:
    @pytest.mark.parametrize("width", [20, 60, 137, 225])
    def test_a_column_leads_to_itself(self, width: int) -> None:
        scale = PhaseScale(PHASES, 9300, width)
        for column in range(width):
            position = scale.position_of(column)
            assert scale.column_of(position) == column
            assert column == 0 or scale.column_of(position - 1) <= column
        assert (scale.position_of(0), scale.position_of(width - 1)) == (0, 9300)

    def test_a_long_phase_has_more_room_but_leaves_some(self) -> None:
        first, second, third, end = PhaseScale(PHASES, 9300, 100).columns
        assert second - first > 20
        assert third - second > second - first
        assert end - third > 20

    def test_names_take_the_room_they_have(self) -> None:
        assert [name.rstrip() for name in phase_names(PhaseScale(PHASES, 9300, 100))] == [
            "start of the kernel",
            "page tables",
            "zones",
        ]
        assert [name.rstrip() for name in phase_names(PhaseScale(PHASES, 9300, 24))] == [
            "start",
            "tables",
            "zones",
        ]
        assert "".join(phase_names(PhaseScale(PHASES, 9300, 9))).strip() in ("", "ta…")


async def test_it_says_where_one_is_past_and_future_without_colour() -> None:
    async with running(demo) as (app, pilot):
        length = len(app.session.debugger.trace) if app.session else 0
        assert bar(app).startswith(" ▶─")
        assert bar(app).rstrip().endswith(f"phase 1 of 4 · event 0/{length}")
        await command(pilot, "goto 50%")
        past, _, future = bar(app).partition("▶")
        assert "━" in past and "─" not in past
        assert "─" in future and "━" not in future
        assert f"event {length // 2}/{length}" in future
        await pilot.press("$")
        assert bar(app).rstrip().endswith(f"▶ phase 4 of 4 · event {length}/{length}")


async def test_the_names_of_the_phases_stand_above_it_where_there_is_room() -> None:
    async with running(demo, WIDE) as (app, pilot):
        names = screen(app)[-4]
        for name in ("start of the kernel", "page tables", "sparse memory"):
            assert name in names
        await pilot.resize_terminal(*SMALL)
        await pilot.pause()
        assert app.timeline.size.height == 1
        assert "page tables" not in "\n".join(screen(app)[-4:])


async def test_the_bar_keeps_its_width_on_the_way() -> None:
    async with running(demo) as (app, pilot):
        width = app.timeline.scale.width
        await pilot.press("c")
        await pilot.pause()
        assert app.timeline.scale.width == width


@pytest.mark.slow
async def test_breakpoints_are_marked_where_they_would_stop() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        debugger = app.session.debugger
        await command(pilot, "break memblock_reserve if size > 1M", "break paging_init", "disable 2")
        reserved = [
            app.timeline.scale.column_of(event + 1)
            for event in debugger.breakpoints.get(1).location.events(0, len(debugger.trace))
        ]
        assert len(reserved) == 2
        assert app.timeline.marks.breakpoint_columns(app.timeline.scale) == reserved[:1]
        assert [at for at, glyph in enumerate(bar(app)) if glyph == "●"] == [reserved[0] + 1]
        await command(pilot, "enable 2", "disable 1")
        assert [at for at, glyph in enumerate(bar(app)) if glyph == "●"] != [reserved[0] + 1]
        await command(pilot, "delete")
        assert "●" not in bar(app)


@pytest.mark.slow
async def test_conditions_are_tested_on_while_nothing_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bootstep.tui.shell.timeline.marks.TESTS", 1)
    async with running(demo) as (app, pilot):
        await command(pilot, "break memblock_* if size > 1M")
        places = app.timeline.marks._places
        assert places is not None
        for _ in range(100):
            if places.look(0):
                break
            await pilot.pause(0.02)
        assert bar(app).count("●") == len(app.timeline.marks.breakpoint_columns(app.timeline.scale)) > 0


async def test_bookmarks_are_letters_on_it() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until paging_init")
        await pilot.press("m", "k", "0")
        await pilot.pause()
        assert app.session is not None
        column = app.timeline.scale.column_of(app.session.debugger.bookmarks["k"])
        assert bar(app)[column + 1] == "k"


@pytest.mark.slow
async def test_dragging_scrubs_and_leaves_one_place_to_go_back_to() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        debugger = app.session.debugger
        await mouse(pilot, MouseDown, 30)
        assert debugger.position == app.timeline.scale.position_of(29)
        for column in (50, 70, 90):
            await mouse(pilot, MouseMove, column)
            assert debugger.position == app.timeline.scale.position_of(column - 1)
        await mouse(pilot, MouseUp, 90)
        await mouse(pilot, MouseMove, 40)
        assert debugger.position == app.timeline.scale.position_of(89)
        await pilot.press("<")
        assert debugger.position == 0


async def test_hovering_tells_the_phase_and_the_position() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        phase = app.session.debugger.phases.all()[1]
        column = app.timeline.scale.columns[1]
        await mouse(pilot, MouseMove, column + 1)
        told = str(app.timeline.tooltip)
        assert told.startswith(f"{phase.name}, events {phase.start} to {phase.end - 1}\n")
        assert app.session.debugger.position == 0
        await mouse(pilot, MouseMove, app.size.width - 3)
        assert app.timeline.tooltip is None


async def test_the_wheel_turns_through_the_phases() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        phases = app.session.debugger.phases.all()
        await mouse(pilot, MouseScrollDown, 10)
        assert app.session.debugger.position == phases[1].start + 1
        await mouse(pilot, MouseScrollDown, 10)
        assert app.session.debugger.position == phases[2].start + 1
        await mouse(pilot, MouseScrollUp, 10)
        assert app.session.debugger.position == phases[1].start + 1
        await mouse(pilot, MouseScrollUp, 10)
        await mouse(pilot, MouseScrollUp, 10)
        assert app.status.sentence == "This is the start of the boot: s, n and c go on."


async def test_on_the_figures_a_click_does_nothing() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await mouse(pilot, MouseDown, app.size.width - 3)
        assert app.session.debugger.position == 0
        assert "recording" not in text(app)

"""Every shipped tour is played on the screen, key by key, in every language and at every size."""

from __future__ import annotations

from typing import Any

import pytest
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.language import words
from bootstep.model.language.columns import columns
from bootstep.model.lecture.tours.course import course_of
from bootstep.model.lecture.tours.page import page_of
from bootstep.model.lecture.tours.tour import LOOKS
from bootstep.tui.panes.all import PANES
from bootstep.tui.shell.app import BootstepApp
from screens import SMALL, WIDE, command, recorded, running, screen
from sweeps import sweep
from toured_boots import NAMES, boot, recording, tour

SPOKEN = [(name, language) for name in NAMES for language in words.LANGUAGES]
READ = SPOKEN[1::3]
"""While one works, some tours are read in one language."""
PLAYS = [
    *((spoken, SMALL) for spoken in SPOKEN),
    *((spoken, (100, 30)) for spoken in SPOKEN if spoken[1] == words.ENGLISH),
    *((spoken, WIDE) for spoken in SPOKEN if spoken[1] != words.ENGLISH),
]
"""Where there is least room every tour is played in each language, elsewhere in one."""


def test_a_stop_can_look_at_every_pane_and_at_nothing_else() -> None:
    assert set(LOOKS) == {pane.ID for pane in PANES} - {"welcome"}


@pytest.mark.slow
@pytest.mark.parametrize(("spoken", "size"), PLAYS, ids=lambda each: "-".join(map(str, each)))
async def test_a_tour_is_played(spoken: tuple[str, str], size: tuple[int, int]) -> None:
    name, language = spoken
    words.choose(language)
    found = tour(name)
    scout = Debugger(boot(found.machine).trace, boot(found.machine).facts)
    course = course_of(found, scout)
    async with running(lambda: recording(found.machine), size) as (app, pilot):
        await command(pilot, f"tour {name}")
        for index, place in enumerate(course.places):
            if index:
                await app.do("tour-next")
                while app.touring.index < index:
                    await app.do("tour-next")
            await pilot.pause()
            assert app.session is not None
            assert app.session.debugger.position == place.position
            scout.goto(place.position)
            page = page_of(place.stop, scout)
            pane = app.narrator.pane
            assert pane is not None
            assert app.deck.panes[page.look].display or page.ask
            assert page.title in "".join(text for text, _ in pane.title())
            assert pane.size.height <= (8 if size[1] < 28 else size[1] // 3)
            assert app.deck.size.height >= 12
            said = "".join("".join(text for text, _ in line) for line in pane.lines)
            assert "".join(said.split()) == "".join(page.say.split())
            assert all(columns(row.rstrip()) <= size[0] for row in screen(app))
        await app.do("tour-previous")
        assert app.touring.index == len(course.places) - 2


async def test_the_command_line_opens_one() -> None:
    from bootstep.model.debugger.scripts.blocks import Line

    app = BootstepApp(lambda: recording("virt-1g"))
    app.script = (Line("tour dt-memblock", ""),)
    async with app.run_test(size=(80, 24)) as pilot:
        await recorded(pilot)
        await pilot.pause()
        assert any("Nothing is known yet" in row for row in screen(app))


@pytest.mark.slow
def test_a_stop_as_it_is_seen(snap_compare: Any) -> None:
    async def at_a_stop(pilot: Any) -> None:
        await recorded(pilot)
        await command(pilot, "tour dt-memblock")
        await command(pilot, "tour 4")
        await pilot.pause()

    assert snap_compare(
        BootstepApp(lambda: recording("virt-1g")), terminal_size=(80, 24), run_before=at_a_stop
    )


@pytest.mark.slow
@pytest.mark.parametrize("spoken", sweep(SPOKEN, *READ), ids="-".join)
async def test_a_stop_of_each_tour_as_text(spoken: tuple[str, str], snapshot: Any) -> None:
    name, language = spoken
    words.choose(language)
    async with running(lambda: recording(tour(name).machine), (80, 24)) as (app, pilot):
        await command(pilot, f"tour {name}")
        await command(pilot, "tour 6")
        await pilot.pause()
        assert "\n".join(row.rstrip() for row in screen(app)) == snapshot

"""The application while somebody presents.

Covers bar.py, pressed.py, raising.py, telling.py.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bootstep.model.debugger.scripts.blocks import Line
from bootstep.tui.session.presenting.options import PresentOptions
from bootstep.tui.shell.app import BootstepApp
from bootstep.tui.shell.presenting.presenter import Presenter
from bootstep.tui.shell.presenting.pressed import LINGER
from bootstep.tui.shell.presenting.raising import most_changed, share
from screens import command, recorded, screen, text
from sweeps import sweep
from textual.pilot import Pilot
from toured_boots import recording

SIZES = ((80, 24), (100, 30), (160, 45))
sizes = pytest.mark.parametrize("size", sweep(SIZES, (80, 24)), ids=lambda size: f"{size[0]}x{size[1]}")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where those who follow would meet."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def with_clock(app: BootstepApp, clock: Callable[[], float]) -> Presenter:
    """The presentation, whose time stands until a test has it go on."""
    presenter = app.presenter
    assert presenter is not None
    presenter.timer.clock = presenter.pressed.clock = clock
    presenter.timer.reset()
    return presenter


@asynccontextmanager
async def presenting(
    size: tuple[int, int], *lines: str, options: PresentOptions | None = None
) -> AsyncIterator[tuple[BootstepApp, Pilot[int], Presenter, Clock]]:
    app = BootstepApp(lambda: recording("virt-1g"))
    app.script = [Line(line, "") for line in lines]
    app.to_present = options or PresentOptions()
    async with app.run_test(size=size) as pilot:
        await recorded(pilot)
        await pilot.pause()
        clock = Clock()
        yield app, pilot, with_clock(app, clock), clock


def seen(app: BootstepApp) -> list[str]:
    return app.deck.order()


def bar(app: BootstepApp) -> str:
    assert app.presenter is not None
    region = app.presenter.bar.region
    return "\n".join(screen(app)[region.y : region.bottom])


# ---- which pane ----


@sizes
async def test_few_panes_are_seen_in_light_colours(size: tuple[int, int]) -> None:
    async with presenting(size) as (app, _pilot, _presenter, _clock):
        assert len(seen(app)) == 2
        assert app.theme == "light"
        assert all(len(row) <= size[0] for row in screen(app))


@pytest.mark.slow
@sizes
async def test_the_pane_that_changed_most_is_raised(size: tuple[int, int]) -> None:
    async with presenting(size) as (app, pilot, _presenter, _clock):
        raised: list[str] = []
        for place in (
            "arm64_memblock_init › memblock_reserve #1",
            "paging_init",
            "sparse_init",
            "free_area_init",
        ):
            await command(pilot, f"goto {place}")
            await pilot.press("f")
            await pilot.pause()
            raised.append(next(id for id in seen(app) if id not in ("source", "calls")))
            assert app.deck.panes[raised[-1]].is_in_sight
        assert raised == ["memblock", "pagetables", "sections", "zones"]


@pytest.mark.slow
@sizes
async def test_a_jump_raises_too_and_leads_the_keys_to_what_is_seen(size: tuple[int, int]) -> None:
    async with presenting(size) as (app, pilot, _presenter, _clock):
        await command(pilot, "goto paging_init")
        app.deck.bring_forward("log")
        app.focus_pane("log")
        await pilot.press("right_curly_bracket")
        await pilot.pause()
        assert app.deck.panes["pagetables"].display
        assert app.focused_pane().display
        await pilot.press("dollar_sign")
        await pilot.pause()
        assert "log" not in seen(app)
        await pilot.press("0")
        await pilot.pause()
        assert app.focused_pane().display


@pytest.mark.slow
async def test_what_somebody_gave_all_the_room_stays() -> None:
    async with presenting((80, 24)) as (app, pilot, _presenter, _clock):
        app.focus_pane("source")
        await pilot.press("z")
        await command(pilot, "goto paging_init")
        await pilot.press("f")
        assert seen(app) == ["source"]


@pytest.mark.slow
async def test_at_a_stop_the_tour_says_what_is_seen() -> None:
    async with presenting((80, 24), "tour dt-memblock") as (app, pilot, _presenter, _clock):
        for _ in range(6):
            await pilot.press("R")
            await pilot.pause()
            page = app.touring.page
            assert page is not None
            assert page.look in seen(app)
        shown: list[list[str]] = []
        bring_forward = app.deck.bring_forward
        app.deck.bring_forward = lambda id: (shown.append([id]), bring_forward(id))[1]  # pyright: ignore
        await pilot.press("R")
        await pilot.pause()
        page = app.touring.page
        assert page is not None
        assert shown == [[page.look]]


def test_the_one_that_is_seen_stays_while_it_changed_half_as_much() -> None:
    counts = {"memblock": 2, "pagetables": 4, "log": 90}
    assert most_changed(counts, "memblock") == "memblock"
    assert most_changed({**counts, "pagetables": 5}, "memblock") == "pagetables"
    assert most_changed(counts, "log") == "pagetables"
    assert most_changed({"log": 3, "variables": 1}, "memblock") == "log"
    assert most_changed({"log": 0}, "memblock") is None


def test_how_much_of_a_table_is_not_as_it_was() -> None:
    assert share({"a": 1, "b": 2}, {"a": 1, "b": 3}) == 250
    assert share({"a": 1}, {"a": 1, "b": 3}) == 500
    assert share(((1, 5), (2, 5)), ((1, 6), (3, 5))) == 833
    assert share(((1, 5), (2, 5)), ((1, 6), (3, 5)), 2) == 1000
    assert share(((1, 5), (1, 5)), ((1, 5),)) == 1
    assert share(((1, 5),), ((1, 5),)) == share((), ()) == 0


# ---- the light ----


@pytest.mark.slow
async def test_what_changed_is_in_the_light() -> None:
    async with presenting((80, 24)) as (app, pilot, _presenter, _clock):
        await command(pilot, "goto arm64_memblock_init")
        await command(pilot, "goto arm64_memblock_init › memblock_reserve:return")
        await pilot.pause()
        pane = app.deck.panes["memblock"]
        assert pane.is_in_sight
        styles = [{style for _, style in row.line if style} for row in pane.drawn.rows]
        assert any("lit" in each or "cursor" in each for each in styles)
        assert any("dim" in each and not each & {"lit", "cursor", "gutter-added"} for each in styles)
        await command(pilot, "present off")
        await pilot.pause()
        assert not any("lit" in style for row in pane.drawn.rows for _, style in row.line)


# ---- keys and time ----


@pytest.mark.slow
@sizes
async def test_keys_are_shown_as_they_are_pressed(size: tuple[int, int]) -> None:
    async with presenting(size) as (app, pilot, presenter, clock):
        assert presenter.bar.size.height == (3 if size[1] >= 30 else 1)
        await pilot.press("s")
        assert "step" in bar(app)
        await pilot.press("s", "n", "left_square_bracket")
        await pilot.pause()
        rows = bar(app)
        assert rows.index("event back") < rows.index("next") < rows.index("step ×2")  # noqa: RUF001
        clock.now += LINGER + 1
        presenter.tick()
        await pilot.pause()
        assert "step" not in bar(app)
        await pilot.press("tab")
        assert "next pane" in bar(app)
        await command(pilot, "keys off")
        await pilot.press("n")
        await pilot.pause()
        assert "next" not in bar(app)


async def test_letters_of_a_command_are_no_keys() -> None:
    async with presenting((100, 30)) as (_app, pilot, presenter, _clock):
        await pilot.press("colon", "n", "n", "escape")
        await pilot.pause()
        assert [key.label for key in presenter.pressed.seen()] == ["command"]


@pytest.mark.slow
async def test_the_time_and_its_plan() -> None:
    options = PresentOptions(minutes=50)
    async with presenting((80, 24), "tour dt-memblock", options=options) as (app, pilot, presenter, clock):
        presenter.tick()
        await pilot.pause()
        assert bar(app).endswith(" 0:00 / 50:00 · on time ")
        clock.now = 600
        presenter.tick()
        await pilot.pause()
        assert bar(app).endswith(" 10:00 / 50:00 · 6:09 behind ")
        await command(pilot, "timer off", "keys off")
        await pilot.pause()
        assert not presenter.bar.display


async def test_keys_may_be_left_out_from_the_beginning() -> None:
    async with presenting((80, 24), options=PresentOptions(keys=False)) as (app, pilot, _presenter, _clock):
        await pilot.press("s")
        await pilot.pause()
        assert "step" not in bar(app)


@pytest.mark.slow
async def test_a_clicker_moves_the_tour() -> None:
    async with presenting((80, 24), "tour dt-memblock") as (app, pilot, _presenter, _clock):
        await pilot.press("pagedown", "pagedown", "pagedown")
        await pilot.pause()
        assert app.touring.index == 3
        assert "read on ×3" in bar(app)  # noqa: RUF001
        await pilot.press("pageup")
        await pilot.pause()
        assert app.touring.index == 2
        await command(pilot, "tour end")
        await pilot.press("pagedown")
        assert app.touring.tour is None
        assert "page down" in bar(app)


TYPED = """
[tour]
title = "Typed"
machine = "virt-1g"
[[stop]]
at = "paging_init"
title = "One"
say = "Here."
[stop.question]
ask = "Bytes of a page?"
answer = "1 << 12"
[[stop]]
at = "paging_init:return"
title = "Two"
say = "There."
"""


async def test_a_clicker_passes_on_a_question_that_is_typed(tmp_path: Path) -> None:
    (tmp_path / "typed.toml").write_text(TYPED)
    async with presenting((80, 24), f"tour {tmp_path / 'typed.toml'}") as (app, pilot, _presenter, _clock):
        await pilot.press("pagedown")
        await pilot.pause()
        assert app.foot.is_typed_in
        await pilot.press("pagedown")
        await pilot.pause()
        assert not app.foot.is_typed_in
        assert app.touring.index == 1


# ---- its beginning and its end ----


@pytest.mark.slow
async def test_it_is_switched_on_and_off_while_the_app_runs(tmp_path: Path) -> None:
    app = BootstepApp(lambda: recording("virt-1g"))
    async with app.run_test(size=(160, 45)) as pilot:
        await recorded(pilot)
        before, theme = seen(app), app.theme
        assert not list(tmp_path.rglob("*.sock"))
        await command(pilot, "present")
        assert len(seen(app)) == 2
        assert len(list(tmp_path.rglob("*.sock"))) == 1
        await command(pilot, "present off")
        await pilot.pause()
        assert (seen(app), app.theme) == (before, theme)
        assert not list(tmp_path.rglob("*.sock"))
        assert not app.query("PresenterBar")


async def test_colours_that_were_asked_for_stay() -> None:
    options = PresentOptions(is_dressed=True)
    async with presenting((80, 24), options=options) as (app, _pilot, _presenter, _clock):
        assert app.theme == "dark"


async def test_nobody_can_follow_where_there_is_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    app = BootstepApp(lambda: recording("virt-1g"))
    async with app.run_test(size=(160, 45)) as pilot:
        await recorded(pilot)
        app.present(PresentOptions())
        await pilot.pause()
        assert app.status.sentence.startswith("nobody can follow: ")
        await pilot.press("s")
        assert "step" in bar(app)


async def test_the_end_of_the_app_is_the_end_of_following(tmp_path: Path) -> None:
    async with presenting((80, 24)) as (_app, _pilot, presenter, _clock):
        assert presenter.speaker is not None
    assert presenter.speaker is None
    assert not list(tmp_path.rglob("*.sock"))


def test_who_does_not_present_loads_nothing_of_it() -> None:
    program = """
import sys
from bootstep.tui.shell.run import BootstepApp
BootstepApp(None)
print(*[name for name in sys.modules if "presenting" in name])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# ---- what it looks like ----


@pytest.mark.slow
@sizes
def test_a_presentation_as_it_is_seen(size: tuple[int, int], snap_compare: Any) -> None:
    app = BootstepApp(lambda: recording("virt-1g"))
    app.to_present = PresentOptions(minutes=50)

    async def at_a_move(pilot: Pilot[int]) -> None:
        await recorded(pilot)
        with_clock(app, Clock())
        await command(pilot, "goto arm64_memblock_init › memblock_reserve")
        await pilot.press("f")
        await pilot.pause()
        assert "finish" in text(app)

    assert snap_compare(app, terminal_size=size, run_before=at_a_move)


@sizes
def test_a_tour_as_it_is_presented(size: tuple[int, int], snap_compare: Any) -> None:
    app = BootstepApp(lambda: recording("virt-1g"))
    app.script = [Line("tour dt-memblock", "")]
    app.to_present = PresentOptions(minutes=50)

    async def at_a_stop(pilot: Pilot[int]) -> None:
        await recorded(pilot)
        with_clock(app, Clock())
        await pilot.press("pagedown", "pagedown", "pagedown")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=at_a_stop)

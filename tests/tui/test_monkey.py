"""Whatever keys are pressed, wherever one clicks, however the terminal is resized: nothing breaks, and what
is on the screen is what a fresh session at that position has.

`BOOTSTEP_MONKEY=20000 pytest -m slow tests/tui/test_monkey.py` does so twenty thousand times on each machine.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.memory.picture import Picture
from bootstep.tui.session.recording import Recording, of_machine
from bootstep.tui.settings.bindings import KEY_BINDINGS
from bootstep.tui.shell.app import BootstepApp
from screens import SMALL, WIDE, running, screen
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

pytestmark = pytest.mark.slow

TIMES = int(os.environ.get("BOOTSTEP_MONKEY", "120"))
MACHINES = ("virt-1g", "virt-2g-numa2", "virt-1g-6.12")
SIZES = (SMALL, WIDE, (100, 30), (250, 70), (200, 26), (30, 8))
MOVES = [*"sssnnnSSNNffFcC[]{}", *"123456789"]
LINES = (
    "until paging_init",
    "break op:reserve if size >= 1M",
    "delete",
    "x _text",
    "ledger",
    "goto 50%",
    "nonsense",
)


def keys_of(app: BootstepApp) -> list[str]:
    """Every key that does something, the panes' own and those of lists and of the command line too."""
    actions = [*KEY_BINDINGS.values(), *(action for pane in app.panes for action in pane.KEYS)]
    own = [key for action in actions for key in action.keys.split(",")]
    return [
        *own,
        *"abx/",
        "up",
        "down",
        "pageup",
        "pagedown",
        "home",
        "end",
        "left",
        "right",
        "enter",
        "escape",
    ]


class Monkey:
    """Does one thing after the other, by a seed."""

    def __init__(self, app: BootstepApp, pilot: Pilot[int], seed: str) -> None:
        self.app, self.pilot = app, pilot
        self.chance = random.Random(seed)
        self.keys = keys_of(app)

    async def act(self) -> None:
        """A key or a move mostly; now and then a click, the wheel, a line, another size."""
        act = self.chance.choices(
            (self.key, self.move, self.click, self.wheel, self.line, self.resize), (50, 30, 10, 6, 2, 2)
        )[0]
        await act()

    async def key(self) -> None:
        await self.pilot.press(self.chance.choice(self.keys))

    async def move(self) -> None:
        await self.pilot.press("escape", self.chance.choice(MOVES))

    def _place(self) -> tuple[int, int]:
        size = self.app.size
        return self.chance.randrange(size.width), self.chance.randrange(size.height)

    async def click(self) -> None:
        await self.pilot.click(offset=self._place(), times=self.chance.choice((1, 1, 2)))

    async def wheel(self) -> None:
        x, y = self._place()
        kind = self.chance.choice((MouseScrollDown, MouseScrollUp))
        self.app.post_message(kind(None, x, y, 0, 1, 0, False, False, False, x, y))
        await self.pilot.pause()

    async def line(self) -> None:
        await self.pilot.press("escape", "escape", ":")
        if self.app.foot.prompt is not None and self.app.foot.prompt.has_focus:
            self.app.foot.prompt.write(self.chance.choice(LINES))
            await self.pilot.press("enter", "escape")

    async def resize(self) -> None:
        await self.pilot.resize_terminal(*self.chance.choice(SIZES))


@pytest.mark.parametrize("name", MACHINES)
async def test_whatever_one_does(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def load() -> Recording:
        return of_machine(read_machine(name))

    async with running(load) as (app, pilot):
        monkeypatch.setattr(app, "exit", lambda *given: None)
        monkey = Monkey(app, pilot, name)
        for _ in range(TIMES):
            await monkey.act()
            assert app.is_running and app._exception is None
        await pilot.press("escape", "escape", "escape")
        app.player.stop()
        await app.workers.wait_for_complete()
        await pilot.resize_terminal(*WIDE)
        check_position(app)
        await check_panes(app, pilot)


def check_position(app: BootstepApp) -> None:
    """The memory the panes are given is that of a fresh debugger which went straight there."""
    assert app.session is not None and app.boot is not None and app.snapshot is not None
    fresh = app.session.boot.debugger()
    fresh.goto(app.session.debugger.position)
    assert app.snapshot.position == app.session.debugger.position
    assert Picture.of(fresh.state) == app.snapshot.now
    assert fresh.position_name() == app.session.debugger.position_name()


async def at_rest(app: BootstepApp, pilot: Pilot[int]) -> list[str]:
    """The screen once the local variables are found, which a thread looks for."""
    for _ in range(400):
        await pilot.pause(0.02)
        rows = screen(app)
        if not any("locals  …" in row for row in rows):
            return rows
    raise AssertionError("the local variables were never found")


async def check_panes(app: BootstepApp, pilot: Pilot[int]) -> None:
    """What came about line by line is what is drawn when all is drawn anew."""
    for pane in app.panes:
        app.action_show_pane(pane.ID)
        before = await at_rest(app, pilot)
        for other in app.panes:
            other.notify_style_update()
            other.refresh()
        await pilot.pause()
        assert screen(app) == before, pane.NAME

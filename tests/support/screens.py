"""Driving the app in tests: run it, wait for the recording, read the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bootstep.tui.session.recording import Recording
from bootstep.tui.shell.app import BootstepApp
from textual.pilot import Pilot

WIDE, SMALL = (160, 45), (80, 24)


async def recorded(pilot: Pilot[int]) -> None:
    """Wait until the whole boot is recorded and on the screen."""
    app = pilot.app
    assert isinstance(app, BootstepApp)
    for _ in range(400):
        await pilot.pause(0.02)
        if app.status.kind == "error":
            break
        if app.snapshot is not None and app.snapshot.finished:
            await pilot.pause()
            return
    raise AssertionError(f"nothing was recorded: {app.status.sentence}")


@asynccontextmanager
async def running(
    load: Callable[[], Recording], size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[BootstepApp, Pilot[int]]]:
    """The app on a boot that is completely recorded, standing before its first step."""
    app = BootstepApp(load)
    async with app.run_test(size=size) as pilot:
        await recorded(pilot)
        yield app, pilot


def screen(app: BootstepApp) -> list[str]:
    """The characters on the screen, row by row."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def text(app: BootstepApp) -> str:
    """The characters on the screen."""
    return "\n".join(screen(app))


async def command(pilot: Pilot[int], *lines: str) -> None:
    """Give lines on the command line, and leave it.  They are not typed letter by letter: the pilot waits
    after each."""
    app = pilot.app
    assert isinstance(app, BootstepApp)
    await pilot.press("colon")
    for line in lines:
        assert app.foot.prompt is not None
        app.foot.prompt.write(line)
        await pilot.press("enter")
    await pilot.press("escape")
    await pilot.pause()

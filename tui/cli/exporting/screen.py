"""The app without a terminal, for a recording of what it would have written to one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from io import StringIO
from typing import TYPE_CHECKING, Any

from rich.console import Console
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from ...shell.app import BootstepApp

if TYPE_CHECKING:
    from ...session.recording import Recording
    from ...settings.config import Settings

WAIT = 0.02
"""Seconds between two looks at whether something has come to its end."""


class Screen:
    """What an app has written to its terminal since somebody asked last."""

    def __init__(self) -> None:
        self._written: list[str] = []

    def write(self, data: str) -> None:
        """Take what the app writes."""
        self._written.append(data)

    def taken(self) -> str:
        """What was written since the last time."""
        written = "".join(self._written)
        self._written.clear()
        return written


def driver_of(screen: Screen) -> type[HeadlessDriver]:
    """A driver whose terminal is `screen`: it draws, and nobody types."""

    class ScreenDriver(HeadlessDriver):
        """Writes what is drawn, as to a terminal."""

        @property
        def is_headless(self) -> bool:
            """There is somebody who looks."""
            return False

        def write(self, data: str) -> None:
            """Keep it."""
            screen.write(data)

    return ScreenDriver


async def played(
    load: Callable[[], Recording],
    size: tuple[int, int],
    config: Settings,
    play: Callable[[BootstepApp, Pilot[Any], Screen], Awaitable[None]],
) -> None:
    """Open what `load` reads on a screen of so many columns and rows, and `play` once all is recorded.  The
    screen has all colours, whatever terminal this was asked for in."""
    app, screen = BootstepApp(load, config=config), Screen()
    app.console = Console(
        file=StringIO(), force_terminal=True, color_system="truecolor", no_color=False, legacy_windows=False
    )
    app.driver_class = driver_of(screen)
    failed: list[BaseException] = []

    async def auto(pilot: Pilot[Any]) -> None:
        try:
            await recorded(app, pilot)
            await play(app, pilot, screen)
        except Exception as error:
            failed.append(error)
        finally:
            app.exit()

    await app.run_async(size=size, mouse=False, auto_pilot=auto)
    if failed:
        raise failed[0]
    if app.failures.last is not None:
        raise app.failures.last


async def recorded(app: BootstepApp, pilot: Pilot[Any]) -> None:
    """Wait until the whole boot is recorded and on the screen, or cannot be."""
    while app.status.kind != "error" and (app.snapshot is None or not app.snapshot.finished):
        await pilot.pause(WAIT)
    await pilot.pause()

"""How the screen looks: pictures and texts in tests/tui/__snapshots__, made anew with
`pytest --snapshot-update`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import SMALL, WIDE, command, recorded, running, text
from sweeps import sweep
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

Snap = Callable[..., bool]
SIZES = (SMALL, (100, 30), WIDE, (250, 70))
NAMES = [f"{width}x{height}" for width, height in SIZES]
KEYS = [*"123456789", "console", "about", "V"]
"""The key that shows each pane; the console and the answers have been asked something."""


def after(*lines: str, keys: tuple[str, ...] = ()) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Run the boot's recording, then commands, then keys."""

    async def run(pilot: Pilot[int]) -> None:
        await recorded(pilot)
        if lines:
            await command(pilot, *lines)
        await pilot.press(*keys)
        await pilot.pause()

    return run


def in_theme(name: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """In the middle of the boot, in the colours of that name."""

    async def run(pilot: Pilot[int]) -> None:
        await after("break mem_init", "until sparse_init:return")(pilot)
        pilot.app.theme = name
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES, ids=NAMES)
def test_before_the_first_step(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(BootstepApp(demo), terminal_size=size, run_before=after())


@pytest.mark.parametrize("size", sweep(SIZES, SMALL, WIDE), ids=NAMES)
def test_memory_is_set_up(snap_compare: Snap, size: tuple[int, int]) -> None:
    run = after("until setup_memory", keys=("f",))
    assert snap_compare(BootstepApp(demo), terminal_size=size, run_before=run)


def test_the_end(snap_compare: Snap) -> None:
    assert snap_compare(BootstepApp(demo), terminal_size=WIDE, run_before=after(keys=("c",)))


def test_help(snap_compare: Snap) -> None:
    assert snap_compare(BootstepApp(demo), terminal_size=SMALL, run_before=after(keys=("question_mark",)))


@pytest.mark.parametrize("size", sweep(SIZES, SMALL), ids=NAMES)
@pytest.mark.parametrize("name", ["light", "contrast"])
def test_themes(snap_compare: Snap, name: str, size: tuple[int, int]) -> None:
    assert snap_compare(BootstepApp(demo), terminal_size=size, run_before=in_theme(name))


@pytest.mark.parametrize("size", sweep(SIZES, SMALL), ids=NAMES)
def test_no_colour(snap_compare: Snap, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    run = after("until setup_memory", keys=("f",))
    assert snap_compare(BootstepApp(demo), terminal_size=size, run_before=run)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("size", sweep(SIZES, SMALL), ids=NAMES)
async def test_each_pane_at_each_size(snapshot: SnapshotAssertion, key: str, size: tuple[int, int]) -> None:
    async with running(demo, size) as (app, pilot):
        await command(pilot, "break mem_init", "until sparse_init:return")
        if key == "console":
            await command(pilot, "info breakpoints", "info memblock")
        elif key == "about":
            await command(pilot, "x 0x40300000")
        else:
            await pilot.press(key)
        await pilot.pause()
        assert text(app) == snapshot

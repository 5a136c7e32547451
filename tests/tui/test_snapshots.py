"""How the screen looks: pictures in tests/tui/__snapshots__, made anew with `pytest --snapshot-update`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from bootstep.tui.app import BootstepApp
from demo_boot import demo
from screens import SMALL, WIDE, command, recorded
from textual.pilot import Pilot

Snap = Callable[..., bool]


def after(*lines: str, keys: tuple[str, ...] = ()) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Run the boot's recording, then commands, then keys."""

    async def run(pilot: Pilot[int]) -> None:
        await recorded(pilot)
        if lines:
            await command(pilot, *lines)
        await pilot.press(*keys)
        await pilot.pause()

    return run


SIZES = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x45"])


@SIZES
def test_before_the_first_step(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(BootstepApp(demo), terminal_size=size, run_before=after())


@SIZES
def test_memory_is_set_up(snap_compare: Snap, size: tuple[int, int]) -> None:
    run = after("until setup_memory", keys=("f",))
    assert snap_compare(BootstepApp(demo), terminal_size=size, run_before=run)


@SIZES
def test_the_end(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(BootstepApp(demo), terminal_size=size, run_before=after(keys=("c",)))


@pytest.mark.parametrize("key", "123456789")
def test_each_pane_in_the_small_form(snap_compare: Snap, key: str) -> None:
    run = after("break mem_init", "until sparse_init:return", keys=(key,))
    assert snap_compare(BootstepApp(demo), terminal_size=SMALL, run_before=run)


def test_help(snap_compare: Snap) -> None:
    assert snap_compare(BootstepApp(demo), terminal_size=SMALL, run_before=after(keys=("question_mark",)))


def test_light(snap_compare: Snap) -> None:
    async def run(pilot: Pilot[int]) -> None:
        await after("until free_area_init:return")(pilot)
        pilot.app.theme = "textual-light"
        await pilot.pause()

    assert snap_compare(BootstepApp(demo), terminal_size=WIDE, run_before=run)


def test_no_colour(snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    run = after("until setup_memory", keys=("f",))
    assert snap_compare(BootstepApp(demo), terminal_size=WIDE, run_before=run)

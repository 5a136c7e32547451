"""Playing: steps by themselves, at a speed, until something stops them.  No test waits for a clock: the
player's timer is one that the tests turn.

Covers playback_commands.py, tui/session/player.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from bootstep.tui.actions.playback import SPEEDS
from bootstep.tui.session.player import MOST_SHOWN
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo, panicking
from screens import command, running, screen
from textual.pilot import Pilot


class Clock:
    """A timer that fires when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.tick: Callable[[], None] | None = None

    def every(self, seconds: float, tick: Callable[[], None]) -> Clock:
        self.seconds, self.tick = seconds, tick
        return self

    def stop(self) -> None:
        self.tick = None

    def turn(self, times: int = 1) -> None:
        for _ in range(times):
            if self.tick is not None:
                self.tick()


@asynccontextmanager
async def playing(
    load: Callable[..., object] = demo,
) -> AsyncIterator[tuple[BootstepApp, Pilot[int], Clock]]:
    async with running(load) as (app, pilot):  # pyright: ignore[reportArgumentType]
        clock = Clock()
        app.player.every = clock.every  # pyright: ignore[reportAttributeAccessIssue]
        yield app, pilot, clock


def position(app: BootstepApp) -> int:
    assert app.session is not None
    return app.session.debugger.position


async def test_it_plays_a_step_at_a_time_and_the_same_key_pauses() -> None:
    async with playing() as (app, pilot, clock):
        await pilot.press("p")
        assert app.status.sentence == "playing at 5/s: p or any move pauses, P goes faster"
        assert clock.seconds == 1 / 5
        assert position(app) == 0
        clock.turn(3)
        assert position(app) == 3
        await pilot.pause()
        assert "▶▶ 5/s" in screen(app)[-3]
        await pilot.press("p")
        await pilot.pause()
        assert app.status.sentence.startswith("paused: ")
        clock.turn(3)
        assert position(app) == 3
        assert "▶▶" not in screen(app)[-3]


@pytest.mark.parametrize(("key", "reached"), [("s", 4), ("S", 2), ("[", 2), ("0", 0)])
async def test_any_move_pauses(key: str, reached: int) -> None:
    async with playing() as (app, pilot, clock):
        await pilot.press("p")
        clock.turn(3)
        await pilot.press(key)
        assert not app.player.is_playing
        assert position(app) == reached
        clock.turn()
        assert position(app) == reached


async def test_looking_does_not_pause() -> None:
    async with playing() as (app, pilot, clock):
        await pilot.press("p", "7", "tab", "z", "z", "m", "a")
        clock.turn(2)
        assert (app.player.is_playing, position(app)) == (True, 2)


async def test_a_count_is_how_many_steps_it_takes() -> None:
    async with playing() as (app, pilot, clock):
        await pilot.press("4", "p")
        clock.turn(9)
        assert (app.player.is_playing, position(app)) == (False, 4)


async def test_it_stops_at_breakpoints_and_says_why() -> None:
    async with playing() as (app, pilot, clock):
        await command(pilot, "break memblock_reserve if size >= 1M")
        await pilot.press("p")
        clock.turn(100)
        assert not app.player.is_playing
        assert app.status.kind == "stop"
        assert app.status.sentence == (
            "breakpoint 1: memblock_reserve, size 13.6 MiB >= 1M, called from setup_memory (hit 1)"
        )
        await pilot.press("<")
        assert position(app) == 0


async def test_it_stops_at_the_end_and_cannot_be_played_from_there() -> None:
    async with playing() as (app, pilot, clock):
        await command(pilot, "speed 1000", "play")
        clock.turn(100)
        assert app.session is not None
        assert position(app) == len(app.session.debugger.trace)
        assert app.status.sentence.startswith("end of the trace")
        await pilot.press("p")
        assert app.status.sentence == "This is the end of the boot: S, C and 0 go back."
        assert not app.player.is_playing


async def test_it_stops_at_a_panic() -> None:
    async with playing(panicking) as (app, pilot, clock):
        await pilot.press("p")
        clock.turn(100)
        assert "no [memory] left" in app.status.sentence
        assert not app.player.is_playing


async def test_what_was_played_is_one_place_to_go_back_to() -> None:
    async with playing() as (app, pilot, clock):
        await pilot.press("s", "p")
        clock.turn(5)
        await pilot.press("p")
        clock.turn()
        assert position(app) == 6
        await pilot.press("<")
        assert position(app) == 1
        await pilot.press(">")
        assert position(app) == 6


async def test_the_speed_goes_round_and_can_be_typed() -> None:
    async with playing() as (app, pilot, clock):
        await pilot.press("p", "P")
        assert (app.player.speed, clock.seconds) == (10, 1 / 10)
        assert app.status.sentence == "playing 10 steps a second; a number before P sets it"
        for _ in SPEEDS:
            await pilot.press("P")
        assert app.player.speed == 10
        await pilot.press("3", "0", "P")
        assert app.player.speed == 30
        await command(pilot, "speed 0.5", "speed")
        assert app.status.sentence == "playing 0.5 steps a second"
        assert clock.seconds == 2


@pytest.mark.parametrize("speed", SPEEDS)
async def test_a_fast_boot_takes_several_steps_a_screen(speed: int) -> None:
    async with playing() as (app, _, clock):
        app.player.go_at(speed)
        app.player.play()
        assert clock.seconds >= 1 / MOST_SHOWN
        assert app.player.at_once / clock.seconds == pytest.approx(speed)
        clock.turn()
        assert app.session is not None
        assert position(app) == min(app.player.at_once, len(app.session.debugger.trace)) or speed > 100


@pytest.mark.parametrize("line", ["speed 0", "speed x", "speed 1e9", "speed nan", "play 0", "play x"])
async def test_a_speed_that_is_none_is_told_in_a_sentence(line: str) -> None:
    async with playing() as (app, pilot, _):
        await command(pilot, line)
        assert app.status.kind == "error"
        assert (app.player.speed, app.player.is_playing) == (5, False)


async def test_what_log_points_print_is_told_and_in_the_console() -> None:
    async with playing() as (app, pilot, clock):
        await command(pilot, 'dprintf memblock_reserve, "{size} at {base:x}"')
        await pilot.press("p")
        clock.turn(200)
        console = app.transcript.copy_text()
        assert console.count("13.6 MiB at 0x40210000") == 1
        assert console.count("1.0 MiB at 0x48000000") == 1

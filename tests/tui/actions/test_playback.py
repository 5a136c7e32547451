"""Playing: steps by themselves, at a speed, until something stops them.  No test waits for a clock: the
player's timer is one that the tests turn.

Covers playback_commands.py, tui/session/player.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.actions.playback import SPEEDS
from bootstep.tui.session.player import MOST_SHOWN
from demo_boot import demo, panicking
from screens import running, screen
from small_context import Clock, SmallContext


async def test_it_plays_a_step_at_a_time_and_the_same_key_pauses() -> None:
    context = SmallContext(demo)
    await context.press("p")
    assert context.status.sentence == "playing at 5/s: p or any move pauses, P goes faster"
    assert context.clock.seconds == 1 / 5
    assert context.position == 0
    context.clock.turn(3)
    assert context.position == 3
    await context.press("p")
    assert context.status.sentence.startswith("paused: ")
    context.clock.turn(3)
    assert context.position == 3


async def test_the_timeline_tells_the_speed_while_it_plays() -> None:
    async with running(demo) as (app, pilot):
        app.player.every = Clock().every
        await pilot.press("p")
        await pilot.pause()
        assert "▶▶ 5/s" in screen(app)[-3]
        await pilot.press("p")
        await pilot.pause()
        assert "▶▶" not in screen(app)[-3]


@pytest.mark.parametrize(("key", "reached"), [("s", 4), ("S", 2), ("[", 2), ("0", 0)])
async def test_any_move_pauses(key: str, reached: int) -> None:
    context = SmallContext(demo)
    await context.press("p")
    context.clock.turn(3)
    await context.press(key)
    assert not context.player.is_playing
    assert context.position == reached
    context.clock.turn()
    assert context.position == reached


async def test_looking_does_not_pause() -> None:
    context = SmallContext(demo)
    await context.press("p", "7", "Tab", "z", "z", "m", "a")
    context.clock.turn(2)
    assert (context.player.is_playing, context.position) == (True, 2)


async def test_a_count_is_how_many_steps_it_takes() -> None:
    context = SmallContext(demo)
    await context.press("4", "p")
    context.clock.turn(9)
    assert (context.player.is_playing, context.position) == (False, 4)


async def test_it_stops_at_breakpoints_and_says_why() -> None:
    context = SmallContext(demo)
    await context.command("break memblock_reserve if size >= 1M")
    await context.press("p")
    context.clock.turn(100)
    assert not context.player.is_playing
    assert context.status.kind == "stop"
    assert context.status.sentence == (
        "breakpoint 1: memblock_reserve, size 13.6 MiB >= 1M, called from setup_memory (hit 1), "
        "at mm/memblock.c:854"
    )
    await context.press("<")
    assert context.position == 0


async def test_it_stops_at_the_end_and_cannot_be_played_from_there() -> None:
    context = SmallContext(demo)
    await context.command("speed 1000", "play")
    context.clock.turn(100)
    assert context.session is not None
    assert context.position == len(context.session.debugger.trace)
    assert context.status.sentence.startswith("end of the trace")
    await context.press("p")
    assert context.status.sentence == "This is the end of the boot: S, C and 0 go back."
    assert not context.player.is_playing


async def test_it_stops_at_a_panic() -> None:
    context = SmallContext(panicking)
    await context.press("p")
    context.clock.turn(100)
    assert "no [memory] left" in context.status.sentence
    assert not context.player.is_playing


async def test_what_was_played_is_one_place_to_go_back_to() -> None:
    context = SmallContext(demo)
    await context.press("s", "p")
    context.clock.turn(5)
    await context.press("p")
    context.clock.turn()
    assert context.position == 6
    await context.press("<")
    assert context.position == 1
    await context.press(">")
    assert context.position == 6


async def test_the_speed_goes_round_and_can_be_typed() -> None:
    context = SmallContext(demo)
    await context.press("p", "P")
    assert (context.player.speed, context.clock.seconds) == (10, 1 / 10)
    assert context.status.sentence == "playing 10 steps a second; a number before P sets it"
    for _ in SPEEDS:
        await context.press("P")
    assert context.player.speed == 10
    await context.press("3", "0", "P")
    assert context.player.speed == 30
    await context.command("speed 0.5", "speed")
    assert context.status.sentence == "playing 0.5 steps a second"
    assert context.clock.seconds == 2


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_fast_boot_takes_several_steps_a_screen(speed: int) -> None:
    context = SmallContext(demo)
    context.player.go_at(speed)
    context.player.play()
    assert context.clock.seconds >= 1 / MOST_SHOWN
    assert context.player.at_once / context.clock.seconds == pytest.approx(speed)
    context.clock.turn()
    assert context.session is not None
    assert context.position == min(context.player.at_once, len(context.session.debugger.trace)) or speed > 100


@pytest.mark.parametrize("line", ["speed 0", "speed x", "speed 1e9", "speed nan", "play 0", "play x"])
async def test_a_speed_that_is_none_is_told_in_a_sentence(line: str) -> None:
    context = SmallContext(demo)
    await context.command(line)
    assert context.status.kind == "error"
    assert (context.player.speed, context.player.is_playing) == (5, False)


async def test_what_log_points_print_is_told_and_in_the_console() -> None:
    context = SmallContext(demo)
    await context.command('dprintf memblock_reserve, "{size} at {base:x}"')
    await context.press("p")
    context.clock.turn(200)
    assert context.transcript.lines[2:] == ["9: 13.6 MiB at 0x40210000", "15: 1.0 MiB at 0x48000000"]

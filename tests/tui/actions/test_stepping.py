"""Moves: what their keys do, with a number before them or without, and why one leads nowhere."""

from __future__ import annotations

import pytest
from bootstep.model.debugger.commands.moves import MOVES, Move
from bootstep.tui.settings.bindings import KEY_BINDINGS
from demo_boot import demo
from small_context import SmallContext

COUNTED = [move for move in MOVES.values() if move.counts]


def name_of(move: Move) -> str:
    return move.id


@pytest.mark.parametrize("move", COUNTED, ids=name_of)
async def test_a_number_does_before_a_key_what_it_does_behind_the_command(move: Move) -> None:
    typed, pressed = SmallContext(demo), SmallContext(demo)
    for context in (typed, pressed):
        await context.command("break memblock_reserve", "goto 50%")
    before = typed.position
    await typed.command(f"{move.gdb[0]} 2")
    await pressed.press("2", KEY_BINDINGS[move.id].shown)
    assert typed.position == pressed.position != before
    assert typed.status.sentence == pressed.status.sentence


async def test_finish_takes_a_count_as_a_command_as_on_its_key() -> None:
    for give in ("press", "command"):
        context = SmallContext(demo)
        await context.command("until memblock_reserve")
        await (context.press("2", "f") if give == "press" else context.command("finish 2"))
        assert context.place.startswith("setup_memory"), give


@pytest.mark.parametrize("move", MOVES.values(), ids=name_of)
async def test_a_move_that_leads_nowhere_says_why(move: Move) -> None:
    context = SmallContext(demo)
    await context.press("0" if move.back else "$")
    before = context.position
    await context.press(KEY_BINDINGS[move.id].shown)
    assert context.position == before
    assert context.status.kind == "stop"
    where = "start" if move.back else "end"
    assert context.status.sentence.startswith(f"This is the {where} of the boot: ")


@pytest.mark.parametrize("move", MOVES.values(), ids=name_of)
async def test_nothing_moves_before_there_is_a_boot(move: Move) -> None:
    context = SmallContext(None)
    await context.press(KEY_BINDINGS[move.id].shown)
    assert context.status.sentence == "The kernel and its machine are still being read."
    context.is_reading = False
    await context.press(KEY_BINDINGS[move.id].shown)
    assert context.status.sentence == "There is no boot: its machine could not be read."


async def test_t_goes_to_the_moment_of_what_the_cursor_is_on() -> None:
    context = SmallContext(demo)
    await context.press("t")
    assert context.status.sentence == "Nothing in calls under the cursor has a moment to go to."
    context.focused_pane().at = 4
    await context.press("t")
    assert context.position == 5

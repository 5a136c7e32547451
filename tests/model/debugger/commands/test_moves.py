"""One table of moves: whatever counts on its key counts as a command, and the other way round."""

from __future__ import annotations

import pytest
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.commands.moves import BACKWARDS, MOVES, Move
from bootstep.model.debugger.debugger import Debugger
from small_boot import recorded
from small_facts import facts

TRACE = recorded()
COUNTED = [move for move in MOVES.values() if move.counts]
PLAIN = [move for move in MOVES.values() if not move.counts]


def in_the_middle(*lines: str) -> CommandInterpreter:
    """A command line, deep inside a function in the middle of the boot."""
    commands = CommandInterpreter(Debugger(TRACE, facts()))
    commands.execute(f"goto {len(TRACE) // 2}")
    for line in lines:
        assert not commands.execute(line).error
    return commands


def name_of(move: Move) -> str:
    return move.id


@pytest.mark.parametrize("move", COUNTED, ids=name_of)
def test_a_command_with_a_count_is_the_move_made_so_often(move: Move) -> None:
    counted, once = in_the_middle(), in_the_middle()
    assert not counted.execute(f"{move.gdb[0]} 3").error
    for _ in range(3):
        once.execute(move.gdb[0])
    assert counted.debugger.position == once.debugger.position
    assert counted.debugger.last.stop == once.debugger.last.stop


@pytest.mark.parametrize("move", COUNTED, ids=name_of)
def test_every_name_of_a_move_is_a_command_that_takes_a_count(move: Move) -> None:
    results = [in_the_middle().execute(f"{word} 2") for word in move.gdb]
    assert not any(result.error for result in results)
    assert len(set(results)) == 1


@pytest.mark.parametrize("word", ["until", "advance"])
def test_until_a_place_ends_where_the_function_returns_as_in_gdb(word: str) -> None:
    commands = CommandInterpreter(Debugger(TRACE, facts()))
    commands.execute("until memblock_reserve")
    debugger = commands.debugger
    inside = debugger.where().frames[-1]
    result = commands.execute(f"{word} paging_init")
    assert debugger.position == (debugger.trace.partner(inside.enter) or 0) + 1
    assert result.text.startswith("memblock_reserve returned") and ", before paging_init" in result.text
    while debugger.where().frames[-1].function.name != "paging_init":
        assert not commands.execute("").error  # an empty line does it again
    assert debugger.last.stop.reason == "until"


def test_until_stays_where_the_place_is_never_reached() -> None:
    commands = in_the_middle("until memblock_reserve", "end")
    start = commands.debugger.position
    assert "does not happen again" in commands.execute("until memblock_reserve").text
    assert commands.debugger.position == start


@pytest.mark.parametrize("move", MOVES.values(), ids=name_of)
def test_moves_lead_where_the_table_says(move: Move) -> None:
    debugger = in_the_middle().debugger
    start = debugger.position
    move.run(debugger, 1)
    assert debugger.position < start if move.back else debugger.position > start


@pytest.mark.parametrize("move", PLAIN, ids=name_of)
def test_what_goes_to_an_end_takes_no_count(move: Move) -> None:
    result = in_the_middle().execute(f"{move.gdb[0]} 2")
    assert result.error and result.text == 'nothing may follow here, not "2"'


def test_finish_with_a_count_leaves_so_many_functions() -> None:
    inner = in_the_middle("until memblock_reserve").debugger
    depth = len(inner.where().frames)
    MOVES["finish"].run(inner, 2)
    assert len(inner.where().frames) == depth - 2


def test_a_count_that_leads_past_the_end_ends_there() -> None:
    for move in (MOVES["continue"], MOVES["finish"]):
        debugger = in_the_middle().debugger
        assert move.run(debugger, 1_000_000).reason == "end"
        assert debugger.last.start < debugger.last.end, "no move from the end to the end was made"


def test_going_back_before_the_start_ends_there() -> None:
    for move in BACKWARDS:
        debugger = in_the_middle().debugger
        assert move.run(debugger, 1_000_000).reason == "start"

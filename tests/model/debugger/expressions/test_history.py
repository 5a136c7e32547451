"""The history of values and the variables of one's own."""

from __future__ import annotations

import pytest
from bootstep.model.debugger.expressions.history import MOST, MOST_VARIABLES, Values
from bootstep.model.debugger.expressions.values import VOID, Untold
from typed_boots import complains, on_board, says


def test_values_have_numbers_and_are_found_by_them() -> None:
    commands = on_board()
    assert says(commands, "p 5") == "$1 = 5"
    assert says(commands, "p $") == "$2 = 5"
    assert says(commands, "p 7") == "$3 = 7"
    assert says(commands, "p $$") == "$4 = 5"
    assert says(commands, "p $3 + $$1") == "$5 = 14 = 0xe"
    assert says(commands, "p $$4") == "$6 = 5"
    assert says(commands, "p") == "$7 = 5"
    assert complains(commands, "p $99") == "the history of values has not come to $99 yet at column 1"
    assert says(commands, "show values 3").splitlines()[:3] == ["$1 = 5", "$2 = 5", "$3 = 7"]


def test_a_value_stays_as_it_was_when_the_boot_goes_on() -> None:
    commands = on_board()
    before = says(commands, "p memblock.memory").partition(" = ")[2]
    assert says(commands, "end", "p $1") == f"$2 = {before}"
    assert says(commands, "p $1.cnt == memblock.memory.cnt") == "$3 = 1"


def test_variables_of_ones_own() -> None:
    commands = on_board()
    assert says(commands, "p $x") == "$1 = void"
    assert says(commands, "set $x = 5", "p $x + 1") == "$2 = 6"
    assert says(commands, "set var $y = $x == 5", "p $y") == "$3 = 1"
    assert says(commands, "p $z = 3") == "$4 = 3"
    assert says(commands, "show convenience").splitlines() == ["$z = 3", "$y = 1", "$x = 5"]
    assert complains(commands, "p $nothing + 1") == "a number is needed, not void, at column 1"
    assert complains(commands, "set max_pfn = 5").startswith("nothing of a recorded boot can be changed")
    assert complains(commands, "set $x").startswith("set $x to what?")


def test_a_condition_sees_them() -> None:
    commands = on_board()
    says(commands, "set $most = 5", "break memblock_reserve if memblock.reserved.cnt > $most")
    assert says(commands, "p $bpnum") == "$1 = 1"
    assert "memblock.reserved.cnt 6 > $most" in says(commands, "continue")
    assert says(commands, "p memblock.reserved.cnt") == "$2 = 6"


def test_both_are_bounded() -> None:
    values = Values()
    for number in range(MOST + 2):
        values.record(number)
    with pytest.raises(Untold, match="is forgotten"):
        values.numbered(1)
    assert values.numbered(MOST + 2) == MOST + 1
    for number in range(MOST_VARIABLES):
        values.set(f"x{number}", number)
    with pytest.raises(Untold, match="no more"):
        values.set("more", 1)
    values.set("x1", 7)
    assert values.lookup("$x1") == 7
    assert values.lookup("$none") is VOID

"""Displays: shown after each move, listed, switched off and on, deleted.  Covers model/debugger/displays.py,
model/debugger/commands/data.py, model/debugger/commands/displaying.py."""

from __future__ import annotations

import pytest
from bootstep.model.debugger.displays import MOST, Displays
from demo_boot import demo
from small_context import SmallContext
from typed_boots import complains, on_board, says


def test_they_are_shown_after_each_move_and_no_other_command() -> None:
    commands = on_board()
    assert says(commands, "display memblock.reserved.cnt") == "1: memblock.reserved.cnt = 1"
    assert says(commands, "display/x memblock.memory.max") == "2: /x memblock.memory.max = 0x400"
    assert says(commands, "end").splitlines()[1:] == [
        "1: memblock.reserved.cnt = 16 = 0x10",
        "2: /x memblock.memory.max = 0x400",
    ]
    assert says(commands, "p 1") == "$1 = 1"
    assert says(commands, "info display").splitlines() == [
        "Auto-display expressions now in effect:",
        "Num Enb Expression",
        "1:   y  memblock.reserved.cnt",
        "2:   y  /x memblock.memory.max",
    ]
    assert says(commands, "undisplay 1", "start").splitlines()[1:] == ["2: /x memblock.memory.max = 0x400"]
    assert says(commands, "display").splitlines() == ["2: /x memblock.memory.max = 0x400"]
    assert says(commands, "undisplay", "end").count("\n") == 0
    assert says(commands, "info display").startswith("there are no displays")


def test_one_that_is_disabled_is_kept_and_not_shown() -> None:
    commands = on_board()
    says(commands, "display memblock.reserved.cnt", "display/x memblock.memory.max", "display 3")
    assert says(commands, "disable display 2-3") == "display 2, 3 is disabled"
    assert says(commands, "end").splitlines()[1:] == ["1: memblock.reserved.cnt = 16 = 0x10"]
    assert says(commands, "info display").splitlines()[2:] == [
        "1:   y  memblock.reserved.cnt",
        "2:   n  /x memblock.memory.max",
        "3:   n  3",
    ]
    assert says(commands, "enable display 2") == "display 2 is enabled"
    assert says(commands, "display").splitlines()[1:] == ["2: /x memblock.memory.max = 0x400"]
    assert says(commands, "disable display") == "display 1, 2, 3 is disabled"
    assert says(commands, "start").count("\n") == 0
    assert says(commands, "delete display 1 3") == "display 1, 3 is deleted"


def test_an_argument_has_no_value_in_other_functions() -> None:
    commands = on_board()
    assert says(commands, "display size") == "1: size = <unknown name 'size' at column 1>"
    assert "1: size = 1048576 = 0x100000 = 1.0 MiB" in says(commands, "until memblock_reserve")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("undisplay 7", "there is no display 7; info display lists those there are"),
        ("disable display 7", "there is no display 7; info display lists those there are"),
        ("enable display x", '"x" is not the number of a display'),
        ("disable display", "there are no displays; display EXPRESSION adds one"),
        ("undisplay x", '"x" is not the number of a display'),
        ("display foo", "unknown name 'foo' at column 1"),
        ("display 1 +", "the expression ends too early at column 4"),
        ("display/w 1", 'there is no format "/w"; there are /x (hex)'),
    ],
)
def test_what_is_wrong_is_said(line: str, sentence: str) -> None:
    assert complains(on_board(), line).startswith(sentence)


def test_there_are_not_too_many() -> None:
    displays = Displays()
    for number in range(MOST):
        displays.add(str(number))
    with pytest.raises(ValueError, match="no more"):
        displays.add("1")
    displays.remove()
    assert displays.add("1").number == MOST + 1


async def test_the_screen_shows_them_after_a_key_too() -> None:
    context = SmallContext(demo)
    await context.command("display memblock.reserved.cnt")
    await context.press("s")
    assert " · 1: memblock.reserved.cnt = " in context.status.sentence

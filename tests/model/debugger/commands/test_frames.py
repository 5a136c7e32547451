"""Open functions are selected as in gdb: print, list and info see the one that is selected, until a move.

Covers frames.py, model/debugger/looking.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import small_boot
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.source.capabilities import Capabilities
from bootstep.model.source.trace_source import FrameLocals, Local
from msgspec.structs import replace
from small_boot import recorded
from small_facts import facts

TRACE = recorded()


def inside(place: str = "until dma_contiguous_reserve") -> CommandInterpreter:
    commands = CommandInterpreter(Debugger(TRACE, facts()))
    assert commands.execute(place).moved
    return commands


def says(*lines: str) -> str:
    commands = inside()
    for line in lines[:-1]:
        assert not commands.execute(line).error, line
    return commands.execute(lines[-1]).text


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        (("up",), 1),
        (("up 2",), 2),
        (("up 99",), 3),
        (("up 3", "down"), 2),
        (("up 3", "down 2"), 1),
        (("up 3", "down 99"), 0),
        (("frame 2",), 2),
        (("f 2",), 2),
        (("frame level 2",), 2),
        (("frame setup_arch",), 2),
        (("frame function start_kernel",), 3),
        (("up -1",), 0),
        (("up 2", "up -1"), 1),
        (("select-frame 3",), 3),
        (("up-silently 2", "down-silently"), 1),
    ],
)
def test_a_frame_is_selected(lines: tuple[str, ...], level: int) -> None:
    commands = inside()
    for line in lines:
        commands.execute(line)
    assert commands.debugger.looking.level == level
    assert commands.debugger.where().selected == level
    frame = commands.debugger.selected_frame()
    assert frame == commands.debugger.where().frames[-1 - level]
    assert commands.execute("frame").text.startswith(f"#{level} ")


def test_what_was_selected_is_shown_with_its_line() -> None:
    assert says("up") == (
        "#1   arm64_memblock_init () at arch/arm64/mm/init.c:266\n"
        f"{_line('    dma_contiguous_reserve(k, 0x8000_0000)')}\t    dma_contiguous_reserve(k, 0x8000_0000)"
    )
    assert says("up-silently") == ""


def _line(text: str) -> int:
    return Path(small_boot.__file__).read_text().splitlines().index(text) + 1


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("up 99", "up"), "this is the outermost function: there is no way up"),
        (("down",), "this is the function you are in: there is no way down"),
        (("frame 4",), "there is no frame 4: 4 are open"),
        (("frame -1",), "there is no frame -1: 4 are open"),
        (("frame mem_init",), "mem_init is not open here; backtrace lists what is"),
        (("frame x-y",), '"x-y" is not a number'),
        (("frame apply all print 1",), "backtrace shows every frame with its arguments; frame N selects one"),
        (("up x",), '"x" is not a number'),
    ],
)
def test_what_cannot_be_selected_is_said(lines: tuple[str, ...], why: str) -> None:
    assert says(*lines) == why


def test_print_and_info_see_the_selected_frame() -> None:
    commands = inside()
    commands.execute("until memblock_reserve")
    assert commands.execute("print limit").text.startswith("unknown name 'limit'")
    assert commands.execute("print size").text.startswith("$1 = 67108864")
    commands.execute("up")
    assert commands.execute("print limit").text == "$2 = 2147483648 = 0x80000000 = 2.0 GiB"
    assert commands.execute("print size").text.startswith("unknown name 'size'")
    assert commands.execute("info args").text == "limit = 2147483648 = 0x80000000 = 2.0 GiB"
    assert commands.execute("info frame").text.splitlines()[0].startswith("#1   dma_contiguous_reserve (")
    assert "it has called memblock_reserve" in commands.execute("info frame").text
    assert commands.execute("info line").text.endswith(", in dma_contiguous_reserve")
    assert commands.execute("break").text == "breakpoint 1: dma_contiguous_reserve"


def test_a_move_goes_back_to_the_innermost() -> None:
    commands = inside()
    commands.execute("up 2")
    commands.execute("step")
    assert commands.debugger.looking.level == 0
    commands.execute("up")
    commands.execute("goto +0")
    assert commands.debugger.looking.level == 0


def test_finish_finishes_the_selected_frame() -> None:
    assert says("up", "finish").startswith("arm64_memblock_init returned, at arch/arm64/kernel/setup.c:")
    assert says("up 2", "reverse-finish").startswith("back before setup_arch(), at init/main.c:")


def test_an_empty_line_goes_up_again() -> None:
    commands = inside()
    commands.execute("up")
    commands.execute("")
    assert commands.debugger.looking.level == 2


def test_before_the_first_function_none_is_open() -> None:
    commands = CommandInterpreter(Debugger(TRACE, facts()))
    for line in ("frame", "up", "down", "info frame"):
        assert commands.execute(line).text == "no function is open"
    assert commands.debugger.selected_frame() is None


def test_backtrace_takes_the_innermost_or_the_outermost() -> None:
    assert [line[:2] for line in says("bt").splitlines()] == ["#0", "#1", "#2", "#3"]
    assert [line[:2] for line in says("bt 2").splitlines()] == ["#0", "#1"]
    assert [line[:2] for line in says("bt -1").splitlines()] == ["#3"]
    assert says("bt full") == says("where")


def test_locals_are_those_of_the_selected_frame() -> None:
    debugger = Debugger(TRACE, replace(facts(), can=Capabilities(locals=True)))
    commands = CommandInterpreter(debugger)
    commands.execute("until dma_contiguous_reserve")
    assert commands.execute("info locals").text.startswith("nothing here runs the boot again")
    outer = debugger.where().frames[-2].enter
    debugger.locals_at = lambda position: (FrameLocals(outer, (Local("size", "64M"),)),)
    assert commands.execute("info locals").text == "no locals yet"
    commands.execute("up")
    assert commands.execute("info locals").text == "size = 64M"
    assert CommandInterpreter(Debugger(TRACE, facts())).execute("info locals").error

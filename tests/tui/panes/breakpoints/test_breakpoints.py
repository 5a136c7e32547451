"""The pane of breakpoints and bookmarks; stops in words.

Covers pane.py, tui/actions/breakpoints.py.
"""

from __future__ import annotations

import re

import pytest
from bootstep.model.debugger.breakpoints.breakpoints import Breakpoint
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import SMALL, WIDE, command, running, screen, text
from sweeps import sweep

COMMANDS = (
    "break memblock_reserve if size >= 1M",
    "watch 0x48000000,1M",
    'dprintf op:add, "{size} at {base:x}"',
    "tbreak free_area_init",
    "break log:nowhere",
)

LINE = re.compile(r", at [\w/.-]+\.c(:\d+)?$")
"""Where in the kernel's source a move stopped, at the end of what is said of it."""


def points(app: BootstepApp) -> list[Breakpoint]:
    assert app.session is not None
    return app.session.debugger.breakpoints.all()


def row(app: BootstepApp, words: str) -> str:
    """The row of the screen with some words, single-spaced."""
    return " ".join(next(line for line in screen(app) if words in line).split())


@pytest.mark.slow
@pytest.mark.parametrize("size", sweep((WIDE, SMALL, (100, 30), (250, 70)), SMALL))
async def test_a_row_tells_everything_of_a_breakpoint(size: tuple[int, int]) -> None:
    async with running(demo, size) as (app, pilot):
        await command(pilot, *COMMANDS, "ignore 1 2", "disable 4")
        await pilot.press("9", "z")
        await pilot.pause()
        assert row(app, " kind ").startswith("# kind where condition hits ignore once prints")
        assert row(app, " 1 break ").startswith("● 1 break memblock_reserve size >= 1M 0 2")
        assert row(app, " watch ").startswith("● 2 watch 0x48000000,1M 0")
        assert row(app, " 3 log ").startswith("● 3 log op:add 0")
        assert row(app, " 4 break ").startswith("○ 4 break free_area_init 0 once")


async def test_columns_that_nobody_needs_are_left_out() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await command(pilot, "break paging_init")
        await pilot.press("9")
        await pilot.pause()
        assert row(app, " kind ") == "# kind where hits"


@pytest.mark.slow
async def test_hits_are_counted_before_ones_eyes_and_the_one_that_stopped_is_marked() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "break memblock_reserve if size >= 1M", "watch 0x48000000,1M")
        await pilot.press("9", "9", "escape", "c")
        await pilot.pause()
        assert row(app, " 1 break ").startswith("● 1 break memblock_reserve size >= 1M 0")
        assert row(app, " 2 watch ").startswith("▶● 2 watch 0x48000000,1M 1")
        await pilot.press("c")
        await pilot.pause()
        assert row(app, " 1 break ").startswith("▶● 1 break memblock_reserve size >= 1M 1")
        await pilot.press("s")
        await pilot.pause()
        assert row(app, " 1 break ").startswith("● 1 break")
        assert row(app, " 2 watch ").startswith("● 2 watch")


@pytest.mark.slow
async def test_x_switches_and_d_deletes() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, *COMMANDS)
        await pilot.press("9", "9", "home", "down", "enter")
        await pilot.pause()
        assert app.status.sentence.endswith("x switches it off. t goes to its moment.")
        await pilot.press("x")
        await pilot.pause()
        assert app.status.sentence == "disabled 2"
        assert [point.enabled for point in points(app)] == [True, False, True, True, True]
        await pilot.press("x", "d")
        await pilot.pause()
        assert [point.number for point in points(app)] == [1, 3, 4, 5]
        assert all(point.enabled for point in points(app))


async def test_with_nothing_there_the_keys_say_so() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("9", "9", "d")
        await pilot.pause()
        assert app.status.sentence == "There is nothing to delete here."
        await pilot.press("a")
        await pilot.pause()
        assert app.status.sentence == "There is no breakpoint under the cursor."
        assert "No breakpoints: b sets one" in text(app)


@pytest.mark.slow
async def test_a_key_edits_on_the_command_line() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, *COMMANDS)
        await pilot.press("9", "9", "home", "a")
        await pilot.pause()
        assert app.foot.prompt is not None
        assert app.foot.prompt.value == "edit 1 memblock_reserve if size >= 1M"
        await pilot.press("backspace", "backspace", "2", "M", "enter", "escape")
        await pilot.pause()
        assert points(app)[0].describe() == "breakpoint 1: memblock_reserve if size >= 2M"
        await pilot.press("9", "9", "down", "down", "a")
        await pilot.pause()
        assert app.foot.prompt.value == 'edit 3 op:add, "{size} at {base:x}"'


@pytest.mark.slow
async def test_by_hits_the_busiest_is_first() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "break free_area_init", "break memblock_reserve")
        await pilot.press("c", "c", "9", "9", "o")
        await pilot.pause()
        numbers = [line.split()[1] for line in screen(app) if line[2:4] == "● " and " break " in line]
        assert numbers == ["2", "1"]


@pytest.mark.slow
async def test_b_sets_and_b_deletes_at_the_same_place() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until paging_init")
        await pilot.press("b", "f", "b")
        assert [point.spec for point in points(app)] == ["paging_init", "start_kernel"]
        await pilot.press("F", "s", "b")
        assert [point.spec for point in points(app)] == ["start_kernel", "sparse_init"] or [
            point.spec for point in points(app)
        ] == ["start_kernel"]


async def test_b_on_a_log_line_stops_when_it_is_printed() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await pilot.press("c", "7", "7", "end", "b", "0", "c")
        assert app.status.sentence.startswith("breakpoint 1: Memory: ")
        assert app.status.kind == "stop"


async def test_one_place_has_many_names() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await command(pilot, "watch 0x48000000,1M")
        said = app.session.toggle_breakpoint("watch:0x48000000-0x480fffff")
        assert said.startswith("deleted watch 1")
        assert points(app) == []


@pytest.mark.slow
async def test_a_stop_says_in_words_why() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "break memblock_reserve if size >= 1M", "watch 0x48000000,1M", "watch max_pfn")
        said: list[str] = []
        for _ in range(6):
            await pilot.press("c")
            said.append(app.status.sentence)
        assert all(", at mm/memblock.c:" in sentence for sentence in said[:4])
        assert [LINE.sub("", sentence) for sentence in said] == [
            "watch 2: memory[0] is new: [0x40000000-0x7fffffff] 1.0 GiB, in memblock_add_range, "
            "for setup_memory (hit 1)",
            "breakpoint 1: memblock_reserve, size 13.6 MiB >= 1M, called from setup_memory (hit 1)",
            "breakpoint 1: memblock_reserve, size 1.0 MiB >= 1M, called from setup_memory (hit 2)",
            "watch 2: reserved[1] is new: [0x48000000-0x480fffff] 1.0 MiB, in memblock_add_range, "
            "for setup_memory (hit 2)",
            "watch 3: max_pfn = 0x80000, in setup_memory (hit 1)",
            LINE.sub("", said[-1]),
        ]
        assert screen(app)[-2].strip()


@pytest.mark.slow
async def test_log_points_print_into_the_console_and_go_on() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, 'dprintf op:reserve, "{size} at {base:x}"', "break paging_init")
        await pilot.press("c")
        await pilot.pause()
        assert app.status.sentence.startswith("breakpoint 2: paging_init")
        assert "printed: " in app.status.sentence
        assert "1.0 MiB at 0x48000000" in app.status.sentence
        assert "13.6 MiB at 0x40210000" in app.transcript.copy_text()
        await pilot.press("colon", "escape", "s")
        assert "printed" not in app.status.sentence


async def test_a_breakpoint_that_cannot_be_set_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("s")
        monkeypatch.setattr(app.focused_pane(), "break_spec", lambda: "watch:section x y")
        await pilot.press("b")
        assert app.status.kind == "error"
        assert points(app) == []


PANES = {
    "1": "",
    "3": "watch:0x",
    "4": "watch:0x",
    "5": "watch:section ",
    "6": "watch:zone",
    "7": "log:",
    "8": "watch:",
}
"""By the key of a pane: how the breakpoint begins that b sets there."""


@pytest.mark.parametrize("key", PANES)
async def test_b_stops_at_what_one_is_looking_at_and_deletes_there(key: str) -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        debugger = app.session.debugger
        await pilot.press("$", key, key, "escape")
        pane = app.focused_pane()
        pane.move_cursor(0)
        while pane.break_spec() is None and pane.cursor + 1 < pane.count():
            pane.move_cursor(pane.cursor + 1)
        await pilot.press("b")
        (point,) = points(app)
        assert point.spec.startswith(PANES[key])
        assert app.status.kind == ""
        assert debugger.reverse_cont().breakpoint == point.number
        debugger.end()
        await pilot.press("b")
        assert points(app) == []

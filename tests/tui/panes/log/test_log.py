"""The kernel log as a pane: which lines, wrapped or not, what the last move did to them.

Covers pane.py, rows.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.panes.log.pane import LogPane
from bootstep.tui.panes.log.rows import CHOICES, LogRows
from bootstep.tui.session.recording import Recording
from demo_boot import DemoKernel, demo
from demo_source import DemoSource
from screens import SMALL, command, running, screen, text

_, PRINTED, UNASKED, _ = CHOICES
LONG = "memblock_phys_alloc_range: {} bytes align=0x1000 from=0x0 to=0x1 [mem {:#x}] early_pgtable_alloc"


def log(count: int = 300, debug: bool = False) -> Recording:
    """A boot that prints and does nothing else, what memblock says only under ``memblock=debug``."""
    k = DemoKernel()
    k.memblock.debug = debug

    def run() -> None:
        for number in range(count):
            k.memblock.memblock_dbg(LONG, number, number * 4096)
            if number % 100 == 0:
                k.trace.printk("cma: Failed to reserve {} MiB", number, level="err")
                k.trace.printk("NUMA: no nodes", level="warning")
        k.trace.finish()

    return Recording(DemoSource("log", k.trace, run))


def test_lines_are_chosen_and_counted_at_every_moment() -> None:
    silent, talkative = log(), log(debug=True)
    for boot in (silent, talkative):
        boot.run()
        assert LogRows(boot.trace, CHOICES[0], 0).count(306) == 306
    lines = (306, 3, 2, 0, 104)
    for boot, choice in ((silent, PRINTED), (silent, UNASKED), (talkative, UNASKED)):
        rows = LogRows(boot.trace, choice, 0)
        assert [rows.count(count) for count in lines] == [6, 2, 1, 0, 3]
        assert [rows.row(index).line for index in range(6)] == [1, 2, 103, 104, 205, 206]
    assert [LogRows(talkative.trace, PRINTED, 0).count(count) for count in lines] == list(lines)
    assert [LogRows(silent.trace, CHOICES[0], 0).printed(count) for count in lines] == [6, 2, 1, 0, 3]


@pytest.mark.slow
async def test_lines_that_this_command_line_does_not_print_are_dim_and_marked() -> None:
    for debug in (False, True):
        async with running(lambda debug=debug: log(3, debug), SMALL) as (app, pilot):
            await pilot.press("$", "7", "z")
            await pilot.pause()
            pane = app.focused_pane()
            assert isinstance(pane, LogPane)
            mark, style = pane.line(0)[1], pane.line(0)[2][1]
            assert (mark == ("·", "dim"), style == "dim") == (not debug, not debug)
            assert pane.line(1)[1][0] == "!"
            assert ("5 lines, 2 printed" in screen(app)[0]) != debug


@pytest.mark.slow
async def test_a_breakpoint_on_a_line_that_is_not_printed_stops_there() -> None:
    async with running(log, SMALL) as (app, pilot):
        assert app.session is not None
        await command(pilot, "break log:memblock_phys_alloc_range: 7 bytes")
        await command(pilot, "continue")
        assert "memblock_phys_alloc_range: 7 bytes" in app.status.sentence


def test_wrapped_rows_lose_no_character() -> None:
    boot = log(5)
    boot.run()
    rows = LogRows(boot.trace, CHOICES[0], 40)
    count = rows.count(7)
    found = [rows.row(index) for index in range(count)]
    assert [row.line for row in found] == sorted(row.line for row in found)
    for line in range(7):
        parts = [rows.parts(line)[row.part] for row in found if row.line == line]
        assert all(len(part) <= 40 for part in parts)
        assert parts[0] + "".join(part[4:] for part in parts[1:]) == rows.text(line)


async def test_lines_taken_back_are_counted_without_colour_too() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("$", "7", "z", "0")
        await pilot.pause()
        assert any("- 7 lines taken back: not printed yet" in row for row in screen(app))
        assert "0 lines · 7 taken back" in screen(app)[0]
        await pilot.press("$")
        await pilot.pause()
        assert "7 lines, 3 printed" in screen(app)[0]
        assert any(
            " ‼[bold]not markup[/bold] [mem 0x0000000040000000-0x000000007fffffff]" in row
            for row in screen(app)
        )


@pytest.mark.slow
async def test_a_key_chooses_the_lines_and_the_cursor_stays_on_its_own() -> None:
    async with running(log, SMALL) as (app, pilot):
        await pilot.press("$", "7", "slash", *"cma:", "enter", "full_stop")
        pane = app.focused_pane()
        assert isinstance(pane, LogPane)
        event = pane.origin()
        assert event is not None
        for words in (
            "as this command line prints them",
            "without memblock=debug",
            "warnings and errors",
            "all lines",
        ):
            await pilot.press("x")
            await pilot.pause()
            assert app.status.sentence == f"log: {words}"
            assert pane.origin() == event
        await pilot.press("x")
        await pilot.pause()
        assert pane.count() == 6
        assert "memblock_phys_alloc_range" not in "".join(pane.text_lines())


@pytest.mark.slow
async def test_long_lines_are_wrapped_or_scrolled_sideways() -> None:
    async with running(log, SMALL) as (app, pilot):
        await pilot.press("$", "7", "z")
        await pilot.pause()
        assert "early_pgtable_alloc" not in "\n".join(screen(app)[:20])
        await pilot.press("right", "right", "right", "right")
        await pilot.pause()
        assert "early_pgtable_alloc" in "\n".join(screen(app)[:20])
        await pilot.press("r")
        await pilot.pause()
        assert "memblock_phys_alloc_range: 299" in text(app) and "early_pgtable_alloc" in text(app)
        assert app.status.sentence == "log: long lines wrapped"
        event = app.focused_pane().origin()
        await pilot.press("up")
        assert app.focused_pane().origin() == event
        await pilot.press("r")
        await pilot.pause()
        assert app.focused_pane().origin() == event


@pytest.mark.slow
async def test_a_search_scrolls_sideways_to_its_match() -> None:
    async with running(log, SMALL) as (app, pilot):
        await pilot.press("$", "7", "z", "slash", *"early_", "enter")
        await pilot.pause()
        assert "early_pgtable_alloc" in "\n".join(screen(app)[:20])


@pytest.mark.slow
async def test_a_line_gives_a_breakpoint_and_the_moment_it_was_printed() -> None:
    async with running(demo, SMALL) as (app, pilot):
        assert app.session is not None
        await pilot.press("$", "7", "home", "b")
        assert [point.spec for point in app.session.debugger.breakpoints.all()] == [
            "log:Booting Linux on physical CPU 0x0"
        ]
        await pilot.press("enter")
        await pilot.pause()
        assert app.status.sentence.startswith("Line 1, of level notice, printed in start_kernel.")
        await pilot.press("t")
        await pilot.pause()
        assert app.session.debugger.position == app.session.debugger.trace.logs[0] + 1
        await command(pilot, "delete 1")

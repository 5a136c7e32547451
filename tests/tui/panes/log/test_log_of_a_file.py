"""A kernel log that was opened: its lines with their numbers and times, what is missing, what is inferred.

Covers entries.py and tui/panes/source/log_text.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.draw.lines import text_of
from bootstep.tui.panes.log.pane import LogPane
from bootstep.tui.panes.source.pane import SourcePane
from bootstep.tui.session.recording import Recording
from screens import WIDE, command, running, screen
from small_log import WHY, SmallLog


def small() -> Recording:
    return Recording(SmallLog())


async def test_the_log_pane_has_the_files_line_numbers_the_times_gaps_and_inferred_steps() -> None:
    async with running(small, WIDE) as (app, pilot):
        await pilot.press("7", "$")
        await pilot.pause()
        pane = app.focused_pane()
        assert isinstance(pane, LogPane)
        rows = [text_of(pane.line(index)) for index in range(pane.count())]
        assert [row[2:] for row in rows] == [
            " 3 [    0.000000] Linux version 6.1.0 (somebody@somewhere)",
            " 4 [    0.000000] memblock_add: [0x0000000040000000-0x000000007fffffff] "
            "early_init_dt_add_memory_arch+0x50/0x60",
            f"{'':18}≈ memblock_trim_memory align=4.0 KiB: {WHY}",
            " 5 [    0.000000] memblock_reserve: [0x0000000040210000-0x00000000411fffff] "
            "arm64_memblock_init+0x158/0x240",
            f"{'':18}… lines are missing here",
            " 9 [    0.012345] cma: Reserved 16 MiB at 0x0000000048000000",
            "10                Memory: 1000000K/1048576K available",
        ]
        assert [row[2:] for row in rows] == [pane.text(index)[2:] for index in range(pane.count())]
        assert "5 lines" in text_of(pane.summary()), "a step is no line"


async def test_wrapped_and_chosen_lines_keep_their_numbers() -> None:
    async with running(small, (60, 30)) as (app, pilot):
        await pilot.press("$", "7", "z", "r")
        await pilot.pause()
        pane = app.focused_pane()
        assert isinstance(pane, LogPane) and pane.is_wrapped
        rows = [text_of(pane.line(index)) for index in range(pane.count())]
        assert all(len(row) <= 60 for row in rows)
        assert [int(row[2:4]) for row in rows if row[2:4].strip()] == [3, 4, 5, 9, 10]
        await pilot.press("x", "x")
        await pilot.pause()
        assert not any("≈" in text_of(pane.line(index)) for index in range(pane.count()))


@pytest.mark.slow
async def test_a_step_that_is_inferred_says_so_wherever_it_is_named() -> None:
    async with running(small, WIDE) as (app, pilot):
        await command(pilot, "break memblock_trim_memory", "continue")
        assert app.session is not None
        assert "memblock_trim_memory" in app.session.debugger.where().frames[-1].function.name
        await pilot.press("s")
        await pilot.pause()
        assert f"(inferred, {WHY})" in app.status.sentence
        assert any("≈ memblock_trim_memory" in row for row in screen(app)), "calls and log"
        await pilot.press("1", "enter")
        await command(pilot, "x 0x40210000")
        stayed = app.session.execute("x 0x40210000").text
        assert f"inferred, {WHY}" not in stayed and "line 5 of the log" in stayed
        answer = app.session.execute("x 0x7ffff000").text
        assert f"inferred, {WHY}" in answer and "line 4 of the log" in answer


@pytest.mark.slow
async def test_the_source_pane_shows_the_log_around_the_position() -> None:
    async with running(small, WIDE) as (app, pilot):
        assert app.session is not None
        pane = app.deck.panes["source"]
        assert isinstance(pane, SourcePane)
        seen = []
        while app.session.debugger.position < len(app.session.debugger.trace):
            current = text_of(pane.line(pane.cursor))
            seen.append(current[:7])
            await pilot.press("s")
            await pilot.pause()
        assert [line for at, line in enumerate(seen) if at == 0 or line != seen[at - 1]] == [
            *("▶    3 ", "▶    4 ", "≈    4 ", "▶    5 ", "▶    9 ")
        ]
        await pilot.press("2", "home", "down", "down", "enter")
        await pilot.pause()
        assert app.status.sentence.startswith("Line 5 of dmesg.txt was printed, in arm64_memblock_init.")
        await pilot.press("t")
        await pilot.pause()
        assert app.session.debugger.trace.log_text(app.session.debugger.position - 1).startswith(
            "memblock_reserve"
        )


async def test_it_says_at_its_start_what_comes_and_that_nothing_is_open() -> None:
    async with running(small, WIDE) as (app, pilot):
        assert "dmesg.txt, before its first step. Next: Linux version 6.1.0" in app.status.sentence
        assert "1 assumption made" in app.status.sentence
        await pilot.press("8", "b")
        await pilot.pause()
        assert "setup_arch" in app.status.sentence, "the first function there is"

"""The call tree as a pane: opening, folding, going there, and what is marked in it.

Covers pane.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.debugger.call_tree import TIMES
from bootstep.tui.draw.lines import text_of
from bootstep.tui.panes.calls.pane import CallsPane
from bootstep.tui.session.recording import Recording, of_machine
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import SMALL, command, running, text


def shipped() -> Recording:
    return of_machine(read_machine("virt-1g"))


def calls(app: BootstepApp) -> CallsPane:
    pane = app.deck.panes["calls"]
    assert isinstance(pane, CallsPane)
    return pane


def rows(app: BootstepApp) -> list[str]:
    pane = calls(app)
    return [text_of(pane.line(at)).rstrip() for at in range(pane.count())]


def put_cursor_on(app: BootstepApp, words: str) -> int:
    row = next(at for at, line in enumerate(rows(app)) if words in line)
    calls(app).move_cursor(row)
    return row


@pytest.mark.slow
async def test_t_goes_to_the_call_and_enter_opens_it() -> None:
    async with running(shipped) as (app, pilot):
        assert app.session is not None
        await command(pilot, "goto paging_init")
        await pilot.press("1")
        row = put_cursor_on(app, "▸ map_mem ")
        await pilot.press("enter")
        assert rows(app)[row].lstrip().startswith("▾ map_mem")
        assert app.session.debugger.position_name() == "paging_init"
        await pilot.press("t")
        assert app.session.debugger.position_name() == "map_mem"


async def test_everything_inside_is_opened_and_folded_again() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto arm64_memblock_init")
        await pilot.press("1")
        before = rows(app)
        await pilot.press("x")
        await pilot.pause()
        opened = rows(app)
        assert len(opened) > len(before)
        assert any("▾ memblock_add_range" in row for row in opened)
        assert "arm64_memblock_init" in opened[calls(app).cursor]
        await pilot.press("X")
        assert rows(app) == before


@pytest.mark.slow
async def test_many_alike_are_one_row_with_their_number_until_it_is_opened() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto end")
        await command(pilot, "goto alloc_init_cont_pte")
        await pilot.press("1")
        row = next(at for at, line in enumerate(rows(app)) if f" {TIMES}" in line)
        assert "▸" in rows(app)[row]
        calls(app).move_cursor(row)
        count = calls(app).count()
        times = int(rows(app)[row].rpartition(TIMES)[2])
        await pilot.press("enter")
        assert calls(app).count() >= count + times - 1


@pytest.mark.slow
async def test_breakpoints_and_bookmarks_are_marked() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "goto paging_init")
        await pilot.press("m", "q")
        await command(pilot, "break sparse_init", "disable 1", "break free_area_init")
        await command(pilot, "goto mem_init")
        shown = rows(app)
        assert any(row.startswith(" q") and "paging_init" in row for row in shown)
        assert any(row.startswith(" ○") and "sparse_init" in row for row in shown)
        assert any(row.startswith(" ●") and "free_area_init" in row for row in shown)


async def test_b_breaks_at_the_function_under_the_cursor_and_leaves_the_cursor_there() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "goto setup_memory")
        await pilot.press("1")
        row = put_cursor_on(app, "mem_init")
        await pilot.press("b")
        await pilot.pause()
        assert app.session is not None
        assert [point.spec for point in app.session.debugger.breakpoints.all()] == ["mem_init"]
        assert calls(app).cursor == row
        assert rows(app)[row].startswith(" ●")


@pytest.mark.slow
async def test_long_rows_are_read_by_scrolling_sideways() -> None:
    async with running(shipped, SMALL) as (app, pilot):
        await command(pilot, "goto alloc_init_pud")
        await pilot.press("1")
        await pilot.pause()
        assert "pgtable_alloc=None flags=2" not in text(app)
        await pilot.press(*["right"] * 12)
        await pilot.pause()
        assert "flags=2" in text(app)

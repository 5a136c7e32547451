"""The pane of memblock: a map by owner, and the tables in three forms.

Covers ownership.py, pane.py, region_rows.py, region_tables.py, view.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.base.units import readable_size
from bootstep.tui.panes.memblock.pane import MemblockPane
from real_cases import case, moments, real_log
from screens import SMALL, command, running, screen, text
from textual import events

M1G, CMA_NODE, NOMAP = "6.1-4k48/m1g", "6.1-4k48/resv-cma", "6.1-4k48/resv-nomap"


def pane_of(app: object) -> MemblockPane:
    pane = app.deck.panes["memblock"]  # pyright: ignore
    assert isinstance(pane, MemblockPane)
    return pane


def squeezed(app: object) -> list[str]:
    return [" ".join(row.split()) for row in pane_of(app).copy_text().splitlines()]


async def test_every_region_of_the_real_kernel_is_there_with_its_owner() -> None:
    async with running(case(M1G)) as (app, pilot):
        await command(pilot, "until free_area_init:return")
        theirs = moments(M1G)["free_area_init"]["memblock"]["reserved"]["regions"]
        rows = squeezed(app)
        for region in theirs:
            base, size = int(region["base"], 0), int(region["size"], 0)
            place = f"{base:#010x}-{base + size - 1:#010x} {readable_size(size)} "
            (row,) = [row for row in rows if place in row]
            assert "owners: " in row or any(f" {letter} " in row for letter in "KIDTSPHCXRO")
        assert any("D device tree blob · the boot loader" in row for row in rows)


async def test_what_cma_will_lend_out_is_cmas_whoever_asked_for_it() -> None:
    async with running(case(CMA_NODE), (250, 70)) as (app, pilot):
        await pilot.press("dollar_sign", "3")
        await pilot.pause()
        (row,) = [row for row in squeezed(app) if "0x68000000-0x69ffffff" in row]
        assert "C CMA · reserved memory cmareg@68000000 · device tree /reserved-memory/cmareg@68000000" in row
        assert any("CCC" in row for row in pane_of(app).copy_text().splitlines()[:8])


async def test_memory_that_must_not_be_mapped_says_for_whom() -> None:
    async with running(case(NOMAP), SMALL) as (app, pilot):
        await pilot.press("dollar_sign", "3")
        await pilot.pause()
        (row,) = [row for row in squeezed(app) if "0x60000000-0x601fffff" in row]
        assert "nomap node 0 N reserved memory fw@60000000 · device tree /reserved-memory/fw@60000000" in row
        assert "n" in pane_of(app).copy_text().splitlines()[0]


async def test_a_region_of_several_owners_says_how_many_and_opens() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        await pilot.press("dollar_sign", "3", "home", "down")
        pane = pane_of(app)
        before = pane.count()
        assert "▸ 6 owners: K kernel data, K kernel text" in text(app)
        await pilot.press("enter")
        assert pane.count() > before + 5
        assert "▾ 6 owners" in text(app)
        parts = [row for row in squeezed(app) if "K kernel text" in row and "owners" not in row]
        assert parts == ["0x40210000-0x404cffff 2.8 MiB K kernel text · the boot loader"]
        await pilot.press("enter")
        assert pane.count() == before


@pytest.mark.slow
async def test_enter_tells_about_a_region_and_t_goes_to_where_it_was_made() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        assert app.session is not None
        await pilot.press("dollar_sign", "3", "home", "down", "down", "enter")
        await pilot.pause()
        debugger = app.session.debugger
        assert debugger.position == len(debugger.trace)
        assert "x 0x48000000" in text(app) and "device tree blob" in text(app)
        await pilot.press("escape", "t")
        await pilot.pause()
        assert "< returns" in app.status.sentence
        assert [frame.function.name for frame in debugger.where().frames][-3:] == [
            "setup_machine_fdt",
            "memblock_reserve",
            "memblock_add_range",
        ]


@pytest.mark.slow
async def test_b_watches_the_region() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        assert app.session is not None
        await pilot.press("dollar_sign", "3", "home", "down", "down", "b")
        (point,) = app.session.debugger.breakpoints.all()
        assert point.spec == "watch:0x48000000-0x480fffff"


@pytest.mark.slow
async def test_the_kernels_own_forms_are_the_kernels_own() -> None:
    """The real kernel printed its dump at the end of bootmem_init."""
    log = [line.expandtabs() for line in real_log(M1G)]
    start = log.index("MEMBLOCK configuration:")
    async with running(case(M1G), (160, 45)) as (app, pilot):
        await command(pilot, "until memblock_dump_all")
        await pilot.press("3", "r")
        rows = [
            row[2:]
            for row in pane_of(app).copy_text().splitlines()
            if "MEMBLOCK" in row or "[0x" in row or " size = " in row or ".cnt" in row
        ]
        printed = log[start : start + len(rows)]
        assert [row.rstrip() for row in rows] == [line.rstrip() for line in printed]
        assert len(rows) > 8
        await pilot.press("r")
        assert "   1: 0x0000000048000000..0x00000000480fffff" in pane_of(app).copy_text()
        await pilot.press("r")
        assert "D device tree blob" in pane_of(app).copy_text()


@pytest.mark.slow
async def test_the_map_zooms_at_the_cursor_and_back() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        await pilot.press("dollar_sign", "3", "end")
        pane = pane_of(app)
        whole = pane.copy_text().splitlines()[0]
        await pilot.press("x", "x", "x")
        close = pane.copy_text().splitlines()[0]
        assert close.count("T") > whole.count("T")
        assert close.count("S") > whole.count("S")
        row = pane.view.row(pane.cursor)
        assert row is not None and pane.view.map.window is not None
        start, end = pane.view.map.window
        assert start < row.range[1] and row.range[0] < end
        await pilot.press("shift+left")
        assert pane.view.map.window[0] < start
        await pilot.press("X", "X", "X")
        assert pane.copy_text().splitlines()[0] == whole
        await pilot.press("X")
        await pilot.pause()
        assert app.status.sentence == "The map shows all there is."


@pytest.mark.slow
async def test_what_a_move_changed_is_marked_on_the_map_at_every_zoom() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        await command(pilot, "until early_pgtable_alloc", "finish", "until memblock_reserve", "finish")
        await pilot.press("3", "end")
        for _ in range(4):
            assert "▲" in pane_of(app).copy_text().splitlines()[1]
            await pilot.press("x")
        await pilot.press("home", "down")
        marks = pane_of(app).copy_text().splitlines()[1]
        assert "▲" in marks or marks.rstrip().endswith("▶")


async def test_a_click_on_the_map_puts_the_cursor_on_the_region_there() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        await pilot.press("dollar_sign", "3")
        pane = pane_of(app)
        row = pane.region.y + 1
        column = screen(app)[row].rindex("C")
        await pilot.click(offset=(column, row))
        found = pane.view.row(pane.cursor)
        assert found is not None
        assert found.region.base == 0x7AC0_0000
        await pilot.click(offset=(column, row), times=2)
        assert pane.view.map.window is not None


async def test_the_wheel_zooms_with_ctrl() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        await pilot.press("dollar_sign", "3", "home")
        pane = pane_of(app)
        for kind, is_zoomed in ((events.MouseScrollUp, True), (events.MouseScrollDown, False)):
            await pilot._post_mouse_events([kind], "#pane-memblock", (60, 1), control=True)
            await pilot.pause()
            assert (pane.view.map.window is not None) == is_zoomed
        assert pane.top == 0


@pytest.mark.slow
async def test_tables_stand_side_by_side_where_both_have_room() -> None:
    async with running(case(M1G)) as (app, pilot):
        await command(pilot, "until paging_init")
        assert not pane_of(app).view.tables.is_wide, "below each other there is room for every owner"
        assert "RAM · device tree /memory@40000000" in text(app)
        await command(pilot, "end")
        assert pane_of(app).view.tables.is_wide
        line = next(row for row in screen(app) if "memory  " in row and "reserved  " in row)
        assert line.index("memory  ") < line.index("reserved  ")
        await pilot.press("3", "r")
        assert not pane_of(app).view.tables.is_wide
        await pilot.press("r")
        assert "   0: 0x0000000040000000..0x" in text(app)


@pytest.mark.slow
async def test_steps_that_change_nothing_draw_nothing_again() -> None:
    async with running(case(M1G)) as (app, pilot):
        await command(pilot, "until sparse_init")
        pane = pane_of(app)
        await pilot.press("s")
        view = pane._drawn
        taken = pane.view.holdings._taken
        await pilot.press("right_square_bracket")
        assert pane._drawn is not None and view is not None
        assert pane.view.holdings._taken is taken or pane._drawn[1] is not view[1]

"""The screen in Chinese: each row is as wide as the screen, and what stands in columns stays there."""

from __future__ import annotations

import pytest
from bootstep.tui.draw.line_view import LineView
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from rich.cells import cell_len
from screens import SMALL, WIDE, command, recorded, running, screen, text
from sweeps import sweep
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

pytestmark = pytest.mark.usefixtures("chinese")
SIZES = (SMALL, WIDE)
NAMES = [f"{width}x{height}" for width, height in SIZES]
KEYS = [*"123456789", "V", "i", "l", "question_mark", "z"]


def check_rows(app: BootstepApp, width: int) -> None:
    """Every row that is drawn fills its place to the cell: nothing is left for the screen to cut."""
    for view in app.query(LineView):
        if view.display and view.size.width > 4:
            rows = [view.painted(y) for y in range(view.size.height)]
            assert [row.text for row in rows if row.cell_length != view.size.width] == []
    for bar in (app.keybar, app.status, app.timeline):
        rows = [bar.render_line(y) for y in range(bar.size.height)]
        assert [row.text for row in rows if row.cell_length != bar.size.width] == []
    assert [row for row in screen(app) if cell_len(row) != width] == []


@pytest.mark.slow
@pytest.mark.parametrize("size", sweep(SIZES, SMALL), ids=NAMES)
async def test_every_row_is_as_wide_as_the_screen(size: tuple[int, int]) -> None:
    async with running(demo, size) as (app, pilot):
        check_rows(app, size[0])
        await command(pilot, "break mem_init", "until sparse_init:return", "x 0x40300000")
        check_rows(app, size[0])
        for key in KEYS:
            await pilot.press(key)
            await pilot.pause()
            check_rows(app, size[0])


async def test_a_row_of_chinese_that_is_scrolled_sideways_keeps_its_width() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("3", "z", "right", "right", "right")
        await pilot.pause()
        check_rows(app, SMALL[0])


@pytest.mark.slow
async def test_the_columns_of_a_table_stand_below_their_titles() -> None:
    async with running(demo, WIDE) as (app, pilot):
        await command(pilot, "break mem_init if max_pfn > 1", "watch max_pfn", "until sparse_init:return")
        await pilot.press("9")
        await pilot.pause()
        rows = screen(app)
        titles = next(row for row in rows if "条件" in row and "命中" in row)
        point = next(row for row in rows if "mem_init" in row and "●" in row and "max_pfn > 1" in row)
        for title, cell in (("条件", "max_pfn > 1"), ("位置", "mem_init")):
            assert cell_len(titles[: titles.index(title)]) == cell_len(point[: point.index(cell)])


async def test_the_meanings_of_keys_stand_in_one_column() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("question_mark")
        lines = [app.help.line(index) for index in range(app.help.count())]
        entries = [line for line in lines if len(line) == 4]
        starts = {cell_len("".join(part for part, _ in line[:3])) for line in entries}
        assert len(entries) > 60
        assert starts == {13}


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=NAMES)
def test_how_it_looks(snap_compare: object, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await recorded(pilot)
        await command(pilot, "break mem_init", "until sparse_init:return")

    assert callable(snap_compare)
    assert snap_compare(BootstepApp(demo), terminal_size=size, run_before=before)


@pytest.mark.parametrize("key", ["question_mark", "6", "i"])
async def test_pages_of_words(snapshot: SnapshotAssertion, key: str) -> None:
    async with running(demo, SMALL) as (app, pilot):
        await command(pilot, "until sparse_init:return")
        await pilot.press(key)
        await pilot.pause()
        assert text(app) == snapshot

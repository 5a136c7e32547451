"""What newcomers try in their first half hour: moving about, opening things, leaving them again.

Covers shell/palette.py, shell/type_ahead.py.
"""

from __future__ import annotations

import threading
from typing import cast

import pytest
from bootstep.tui.panes.memblock.pane import MemblockPane
from bootstep.tui.session.recording import Recording
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from real_cases import case
from screens import SMALL, WIDE, command, recorded, running, screen, text
from textual.pilot import Pilot

pytestmark = pytest.mark.slow
"""Whole sessions, key by key."""


def position(app: BootstepApp) -> int:
    assert app.session is not None
    return app.session.debugger.position


async def asked(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_down_visits_every_region_of_both_tables_and_up_comes_back() -> None:
    async with running(case("6.1-4k48/m1g"), WIDE) as (app, pilot):
        await pilot.press("dollar_sign", "3", "home")
        pane = cast("MemblockPane", app.focused_pane())
        assert pane.view.tables.is_wide, "both tables stand beside each other"
        regions = [
            (row.table, row.range)
            for row in (*pane.view.tables.memory, *pane.view.tables.reserved)
            if hasattr(row, "table")
        ]
        assert ("reserved", (0x4021_0000, 0x40FA_B000)) in regions, "the kernel image"
        seen = []
        for _ in regions:
            row = pane.view.row(pane.cursor)
            assert row is not None
            seen.append((row.table, row.range))
            await pilot.press("down")
        assert seen == regions
        for expected in reversed(regions[:-1]):
            await pilot.press("up")
            row = pane.view.row(pane.cursor)
            assert row is not None and (row.table, row.range) == expected


@pytest.mark.parametrize("key", [*"1234567", "8", "9", "about"])
async def test_enter_never_travels_and_t_says_how_to_return(key: str) -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until free_area_init:return", "break memblock_reserve", "x 0x40300000")
        await asked(pilot, "i" if key == "about" else key)
        pane = next(pane for pane in app.panes if key in (pane.key, pane.NAME))
        app.action_show_pane(pane.ID)
        here = position(app)
        can_travel = 0
        for index in range(pane.count()):
            pane.move_cursor(index)
            pane.activate(pane.cursor)
            await pilot.pause()
            assert position(app) == here
            app.action_show_pane(pane.ID)
            pane.move_cursor(min(index, pane.count() - 1))
            event = pane.origin()
            if event is not None and event + 1 != here and can_travel < 3:
                can_travel += 1
                await asked(pilot, "t")
                assert position(app) == event + 1
                assert app.status.sentence.endswith("< returns")
                await asked(pilot, "less_than_sign")
                assert position(app) == here
        assert can_travel


@pytest.mark.parametrize(
    "id", ["calls", "source", "memblock", "pagetables", "sections", "zones", "log", "variables", "console"]
)
async def test_the_letters_of_vi_move_in_every_pane(id: str) -> None:
    async with running(case("6.1-4k48/m1g"), SMALL) as (app, pilot):
        await command(pilot, "help", "until free_area_init:return")
        app.action_show_pane(id)
        await pilot.pause()
        pane = app.focused_pane()

        def place() -> tuple[int, int, int]:
            side = pane.view.pointed if isinstance(pane, MemblockPane) else 0
            return (pane.cursor if pane.HAS_CURSOR else 0, pane.top, side)

        here = position(app)
        await pilot.press("g")
        first = place()
        await pilot.press("j")
        assert place() != first
        await pilot.press("k")
        assert place() == first
        await pilot.press("G")
        last = place()
        assert last != first
        await pilot.press("j")
        assert place() == last
        await pilot.press("g", "g")
        assert place() == first
        assert position(app) == here


async def test_i_with_nothing_under_the_cursor_leaves_the_keys_alone() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await asked(pilot, "2", "i", "s", "s")
        assert position(app) == 2
        await asked(pilot, "3", "home", "i", "s")
        assert position(app) == 3


def seen(app: BootstepApp) -> tuple[str, object]:
    """Where the focus is, and how the panes stand."""
    return app.focused_pane().ID, app.deck.view()


@pytest.mark.parametrize("size", [SMALL, (100, 30), WIDE, (250, 70)])
async def test_escape_leaves_what_was_opened_last_one_after_the_other(size: tuple[int, int]) -> None:
    async with running(demo, size) as (app, pilot):
        await command(pilot, "until sparse_init:return")
        await asked(pilot, "3", "home")
        whole = seen(app)
        await asked(pilot, "z")
        zoomed = seen(app)
        await asked(pilot, "i")
        assert app.focused_pane().NAME == "about"
        answer = seen(app)
        await asked(pilot, "question_mark")
        assert app.focused_pane().NAME == "help"
        await asked(pilot, "escape")
        assert seen(app) == answer
        await asked(pilot, "escape")
        assert seen(app) == zoomed
        await asked(pilot, "escape")
        assert seen(app) == whole
        await asked(pilot, "escape")
        assert app.status.sentence == "Nothing is open that could be left."
        assert seen(app) == whole


async def test_escape_leaves_console_search_choice_of_lines_both_boots_and_playing() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await asked(pilot, "dollar_sign", "7")
        log = app.focused_pane()
        await asked(pilot, "x")
        assert log.summary() != [("3 lines", "dim")]
        await asked(pilot, "slash", "m", "e", "m", "enter")
        assert log.pattern is not None
        await command(pilot, "info memblock")
        assert app.transcript.display
        await asked(pilot, "V")
        assert app.foot.is_typed_in, "a recorded boot has nothing beside it: which other, is asked"
        await asked(pilot, "escape")
        assert app.focused_pane().NAME == "both boots"
        await asked(pilot, "0", "p")
        assert app.player.is_playing
        await asked(pilot, "escape")
        assert not app.player.is_playing
        await asked(pilot, "escape")
        assert app.focused_pane().NAME != "both boots" and app.transcript.display
        await asked(pilot, "escape")
        assert not app.transcript.display and log.display
        assert log.pattern is not None
        await asked(pilot, "escape")
        assert log.pattern is None
        await asked(pilot, "escape")
        assert app.escapes.last() is None


async def test_an_answer_asked_again_is_left_for_where_the_first_was_asked() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await command(pilot, "until sparse_init:return")
        await asked(pilot, "3", "home", "i", "l", "W")
        assert app.focused_pane().NAME == "about"
        await asked(pilot, "escape")
        assert app.focused_pane().NAME == "memblock"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("s", "s", "s"), 3),
        (("dollar_sign", "S"), None),
        (("colon", *"until paging_init", "enter", "escape", "f"), None),
        (("m", "q", "s", "s"), 2),
    ],
)
async def test_keys_typed_while_the_kernel_is_read_are_not_lost(
    keys: tuple[str, ...], expected: int | None
) -> None:
    async with running(demo) as (app, pilot):
        await asked(pilot, *keys)
        then = position(app)
        assert expected in (None, then)
    read = threading.Event()

    def slowly() -> Recording:
        assert read.wait(20)
        return demo()

    app = BootstepApp(slowly)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press(*keys)
        assert app.session is None
        assert f"{len(keys)} key" in app.status.sentence
        read.set()
        await recorded(pilot)
        for _ in range(100):
            await pilot.pause(0.02)
            if position(app) == then:
                break
        assert position(app) == then
        assert app.foot.prompt is None or not app.foot.prompt.has_focus


async def test_quitting_does_not_wait_for_the_kernel() -> None:
    read = threading.Event()

    def slowly() -> Recording:
        assert read.wait(20)
        return demo()

    app = BootstepApp(slowly)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("s", "q")
        await pilot.pause()
        assert app._exit
        read.set()


async def test_the_source_says_that_it_is_a_model_of_the_kernels_file() -> None:
    async with running(case("6.1-4k48/m1g"), SMALL) as (app, pilot):
        await command(pilot, "until memblock_reserve")
        assert "model of mm/memblock.c" in screen(app)[0]


async def test_every_word_of_a_mapping_is_explained() -> None:
    async with running(case("6.1-4k48/m1g"), (100, 30)) as (app, pilot):
        await command(pilot, "until paging_init:return")
        await asked(pilot, "4", "home", "down", "enter")
        assert app.focused_pane().NAME == "about"
        pane = app.focused_pane()
        said = " ".join(pane.copy_text().split())
        for words in ("RW the kernel may read and write", "UXN user space may not execute", "DIRTY kept by"):
            assert words in said
        assert "MT_NORMAL" in said
        await asked(pilot, "escape")
        assert "4 page tables" in text(app)


async def test_a_jump_over_the_whole_boot_marks_the_most_and_a_step_what_it_did() -> None:
    async with running(case("6.1-4k48/m1g"), (250, 70)) as (app, pilot):
        await asked(pilot, "dollar_sign")
        assert app.snapshot is not None
        assert app.snapshot.before == app.snapshot.now
        assert not any(pane.is_changed for pane in app.panes)
        assert app.snapshot.jump is not None
        assert "most of what is new" in app.status.sentence
        assert 0 < text(app).count("+ 0x") <= 6
        await command(pilot, "until sparse_init", "goto sparse_init")
        await asked(pilot, "f")
        assert "◆" in text(app) and " + 0x" in text(app)
        await asked(pilot, "right_curly_bracket", "right_curly_bracket")
        assert "DMA" in text(app) and " + DMA" in text(app), "the next phase is not far"


async def test_the_timelines_number_is_that_of_its_bar() -> None:
    async with running(case("6.1-4k48/m1g"), SMALL) as (app, pilot):
        assert app.snapshot is not None
        count = len(app.snapshot.phases)
        assert f"phase 1 of {count} · 0/" in text(app)
        await command(pilot, "until sparse_init:return")
        await pilot.pause()
        at = app.snapshot.phase + 1
        assert app.snapshot.phases[at - 1].name == "sparse memory"
        bar = next(row for row in screen(app) if "phase" in row and "▶" in row)
        assert f"phase {at} of {count} · {position(app)}/" in bar
        assert len([cell for cell in bar[: bar.index("▶")] if cell in "┷●"]) == at - 1


@pytest.mark.parametrize("size", [(100, 30), WIDE, (250, 70)])
async def test_the_legend_of_the_map_has_every_letter_on_it(size: tuple[int, int]) -> None:
    async with running(case("6.1-4k48/m1g"), size) as (app, pilot):
        await asked(pilot, "dollar_sign", "3", "z")
        pane = cast("MemblockPane", app.focused_pane())
        drawn = pane.view.map.drawn
        assert drawn is not None
        spans = [span for line in drawn.lines for span in line]
        cells = "".join(part for part, style in spans if style.startswith(("own-", "part-")))
        legend = "".join(part for line in pane.header[len(drawn.lines) :] for part, _ in line)
        for letter in {cell.upper() for cell in cells if cell.isalpha()}:
            assert f"{letter} " in legend


async def test_every_glyph_of_the_grid_is_in_the_help() -> None:
    from bootstep.tui.panes.sections.grid import GLYPHS
    from bootstep.tui.panes.sections.pane import SectionsPane

    assert set(GLYPHS.values()) == {word for word, _, _ in SectionsPane.LEGEND}


async def test_at_250x70_nothing_of_sections_and_zones_is_cut_off() -> None:
    async with running(case("6.1-4k48/m1g"), (250, 70)) as (app, pilot):
        await asked(pilot, "dollar_sign")
        for id in ("sections", "zones"):
            pane = app.deck.panes[id]
            assert not [row for row in pane.drawn.rows if "…" in row.strip.text.rstrip()]
        assert "8 sections of 128 MiB" in text(app)


async def test_at_80x24_blank_rows_go_to_the_source_and_panes_are_named() -> None:
    async with running(case("6.1-4k48/m1g"), SMALL) as (app, pilot):
        source, memblock = app.deck.panes["source"], app.deck.panes["memblock"]
        await pilot.pause()
        assert source.size.height == 12 and memblock.size.height == 8
        assert "3 memblock 4 tables 5 sect 6 zones 7 log 8 vars 9 brk : cmd i about V both" in text(app)
        await asked(pilot, "dollar_sign")
        assert source.size.height == 8 and memblock.size.height == 12
        assert "3 mem +17 4 tables 5 sect 6 zones 7 log 8 vars 9 brk : cmd i about V both" in text(app)


async def test_at_80x24_the_pane_that_changed_comes_forward() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await command(pilot, "goto sparse_init")
        assert app.deck.panes["memblock"].display
        await asked(pilot, "f")
        assert app.deck.panes["sections"].display and app.focused_pane().NAME == "source"
        await command(pilot, "goto sparse_init")
        await asked(pilot, "3", "home", "f")
        assert app.deck.panes["memblock"].display, "somebody is reading it"

"""Where it opens, and what it says of who has which memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.tui.panes.about.pane import AboutPane
from bootstep.tui.session.recording import of_machine
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import SMALL, command, running, text


async def opened(at: str) -> tuple[str, str, str]:
    """The name of the position at which it opens, and what it says then, in which manner."""
    app = BootstepApp(demo, at)
    async with app.run_test(size=(160, 45)) as pilot:
        for _ in range(400):
            await pilot.pause(0.02)
            if app.snapshot is not None and app.snapshot.finished:
                break
        assert app.session is not None
        return app.session.debugger.position_name(), app.status.sentence, app.status.kind


async def test_it_opens_at_a_named_position() -> None:
    name, _, kind = await opened("paging_init")
    assert (name, kind) == ("paging_init", "")
    name, _, _ = await opened("setup_memory > memblock_reserve #2")
    assert name == "setup_memory › memblock_reserve #2"


async def test_a_position_this_boot_does_not_have_is_said() -> None:
    name, sentence, kind = await opened("bootmem_init")
    assert name == "start"
    assert "--at bootmem_init: this boot never calls bootmem_init" in sentence
    assert kind == "error"
    name, sentence, _ = await opened("paging_init › map_mem")
    assert name == "paging_init"
    assert sentence.startswith("paging_init never calls map_mem; ")


@pytest.mark.slow
async def test_the_status_does_not_squeeze_an_answer_of_many_lines() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until paging_init", "info memblock")
        lines = len(app.transcript.lines) - 1
        assert app.status.sentence.startswith("info: ") and app.status.sentence.endswith(
            " lines in the console"
        )
        assert lines > 2
        await command(pilot, "print 1 + 1")
        assert app.status.sentence.endswith("2")


@pytest.mark.slow
async def test_the_debugger_knows_the_image_and_the_device_tree() -> None:
    boot = of_machine(read_machine("virt-1g"))
    async with running(lambda: boot) as (app, pilot):
        assert app.session is not None
        await command(pilot, "end", "ledger", "who _text")
        await pilot.pause(0.3)
        said = app.transcript.copy_text()
        assert "kernel text" in said
        assert "device tree /memory@40000000" in said
        assert app.session.debugger.facts.load_address == 0x4020_0000


@pytest.mark.slow
async def test_i_tells_all_about_what_the_cursor_is_on() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until free_area_init:return")
        for keys, asked in (
            (("3", "home"), "x 0x40000000"),
            (("3", "home", "down", "down", "down"), "x 0x40210000"),
            (("5", "home", "down"), "x section "),
            (("6", "home", "down"), "x 0x40000000"),
            (("4", "home", "down", "down"), "x 0xffff0000"),
            (("7", "end"), "x 0x0000000040800000"),
        ):
            await pilot.press(*keys, "i")
            await pilot.pause()
            assert app.session is not None
            line = app.session.commands.history[-1]
            assert line.startswith(asked)
            assert app.status.sentence.startswith(f"{line}: ")
            assert isinstance(app.focused, AboutPane) and app.focused.is_in_sight
            await pilot.press("backspace")
            await pilot.pause()
            assert app.focused is next(
                pane for pane in app.panes if pane.key == (keys[0] if keys[0].isdecimal() else "3")
            )
    assert "physical address 0x40210000" in app.transcript.copy_text()


@pytest.mark.slow
async def test_i_on_nothing_says_so_and_takes_no_keys() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("2", "i")
        await pilot.pause()
        assert app.status.sentence.startswith("Nothing under the cursor of source is memory: :x ADDRESS asks")
        assert app.foot.prompt is None
        await pilot.press("s", "s")
        assert app.session is not None and app.session.debugger.position == 2
        await command(pilot, "x 0x40000000")
        assert "physical address 0x40000000" in app.transcript.copy_text()


async def test_l_is_the_ledger_of_this_position() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until paging_init")
        await pilot.press("l")
        await pilot.pause()
        assert app.status.sentence.startswith("ledger: ")
        assert isinstance(app.focused, AboutPane)
        assert app.focused.copy_text().startswith("ledger  at paging_init")


async def test_the_name_of_a_position_is_copied() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until memblock_reserve")
        await pilot.press("Y")
        assert app.clipboard == "setup_memory › memblock_reserve #1"


@pytest.mark.slow
async def test_w_on_a_complaint_about_an_overlap_tells_of_both_nodes(tmp_path: Path) -> None:
    board = Path(__file__).parent.parent / "data" / "real_boards" / "overlap-at-secure-region" / "b.dts"
    options = {"dts": str(board), "load_address": "0x80a00000", "dtb_address": "0x9fe00000"}
    async with running(lambda: of_machine(read_machine("virt-1g", options)), SMALL) as (app, pilot):
        assert app.session is not None
        await command(pilot, "break log:OVERLAP")
        await pilot.press("c", "7", "end", "W", "z")
        await pilot.pause()
        shown = " ".join(text(app).split())
        assert "memory@86000000 was first" in shown
        assert "64.0 KiB lost" in shown
        await command(pilot, "why memory@80900000")
        await pilot.pause()
        assert "/memreserve/" not in text(app)
        assert "in use already" in " ".join(text(app).split())

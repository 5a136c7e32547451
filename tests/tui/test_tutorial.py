"""Sessions of README's tutorial, key by key, on boots that a real kernel did too, and on a pasted log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bootstep.model.logs.comparison import MemoryLines
from bootstep.model.text.dmesg import all_lines
from bootstep.tui.draw.lines import text_of
from bootstep.tui.session.recording import Recording
from bootstep.tui.shell.app import BootstepApp
from opened_logs import DEBUGGED, PLAIN, opened
from real_cases import case, real_log
from screens import SMALL, command, running, screen, text
from textual.pilot import Pilot

KIB = 1 << 10


async def settled(app: BootstepApp, pilot: Pilot[int]) -> None:
    """What runs beside the app is done, and on the screen."""
    await app.workers.wait_for_complete()
    await pilot.pause()


def row(app: BootstepApp, words: str) -> str:
    """The first row of the screen with some words."""
    found = next((line for line in screen(app) if words in line), None)
    assert found is not None, f"{words!r} is not on the screen:\n{text(app)}"
    return found


def log(app: BootstepApp) -> tuple[str, ...]:
    """What the boot in the app prints about memory, all of it."""
    assert app.session is not None
    return MemoryLines.read(list(all_lines(app.session.debugger.trace))).lines


def memory_log(name: str) -> tuple[str, ...]:
    """What the real kernel printed about memory."""
    return MemoryLines.read(real_log(name)).lines


async def test_find_out_who_ate_32_mb(tmp_path: Path) -> None:
    name = "6.1-4k48/numa2"
    async with running(case(name, tmp_path)) as (app, pilot):
        assert app.session is not None
        await pilot.press("$", "l")
        await settled(app, pilot)
        assert re.search(r"page structs +32\.0 MiB +33554432", text(app))
        memory = memory_log(name)[-1]
        assert memory.startswith("Memory: ") and memory in text(app)
        # Down to that line, and to the moment it was taken.
        for _ in range(30):
            if "page structs" in text_of(app.deck.panes["about"].line(app.deck.panes["about"].cursor)):
                break
            await pilot.press("down")
        await pilot.press("t")
        await pilot.pause()
        names = [frame.function.name for frame in app.session.debugger.where().frames]
        assert "sparse_init_nid" in names
        assert f"{16 << 20} bytes align=0x200000 nid=" in text(app)


@pytest.mark.slow
async def test_break_when_the_crash_kernel_is_reserved(tmp_path: Path) -> None:
    name = "6.1-4k48/crash256"
    async with running(case(name, tmp_path)) as (app, pilot):
        assert app.session is not None
        await command(pilot, "break op:reserve if size >= 256M")
        await pilot.press("c")
        await pilot.pause()
        assert "breakpoint 1: memblock_reserve, size 256.0 MiB >= 256M, called from" in text(app)
        names = [frame.function.name for frame in app.session.debugger.where().frames]
        assert "reserve_crashkernel" in names
        line = next(line for line in memory_log(name) if line.startswith("crashkernel reserved: "))
        first = int(re.findall(r"0x[0-9a-f]+", line)[0], 16)
        assert f"base={first:#x}" in text(app)
        await pilot.press("c")
        assert app.session.debugger.position == len(app.session.debugger.trace)


async def test_why_is_my_cma_area_not_there(tmp_path: Path) -> None:
    name = "6.1-64k48/m1g"
    assert "cma: Failed to reserve 512 MiB" in memory_log(name)
    async with running(case(name, tmp_path), SMALL) as (app, pilot):
        await command(pilot, "break log:Failed")
        await pilot.press("c")
        await pilot.pause()
        assert "cma: Failed to reserve 512 MiB" in "\n".join(screen(app)[-3:])
        await pilot.press("W", "z")
        await settled(app, pilot)
        shown = text(app)
        assert "cma: Failed to reserve 512 MiB" in shown
        assert "512.0 MiB, aligned to 512.0 MiB" in shown
        assert "too small once aligned" in shown


@pytest.mark.slow
async def test_what_does_mem_600m_change(tmp_path: Path) -> None:
    name = "6.1-4k48/m1g-mem600"
    plain = "nokaslr console=ttyAMA0 loglevel=0 panic=-1"
    async with running(case(name, tmp_path, cmdline=plain)) as (app, pilot):
        assert app.session is not None
        await command(pilot, "until arm64_memblock_init:return")
        here, before = app.session.debugger.position_name(), log(app)
        await pilot.press("v", *"add", "space", *"mem=600M", "enter", "escape")
        await settled(app, pilot)
        assert app.session.debugger.position_name() == here
        await pilot.press("V")
        await settled(app, pilot)
        shown = text(app)
        assert "what if: mem=600M" in shown
        assert re.search(r"0x40000000-0x7fffffff\S* 1\.0 GiB.*0x40000000-0x657fffff\S* 600\.0 MiB", shown)
        assert log(app) == memory_log(name)
        await pilot.press("u")
        await settled(app, pilot)
        assert app.session.debugger.position_name() == here
        assert log(app) == before


@pytest.mark.slow
async def test_where_did_the_ram_go_of_a_machine_one_has_only_a_log_of() -> None:
    async with running(lambda: Recording(opened(PLAIN))) as (app, pilot):
        assert app.session is not None
        await pilot.press("2", "i")
        await settled(app, pilot)
        assert "this log: dmesg.txt" in text(app)
        await pilot.press("l", "z")
        await settled(app, pilot)
        shown = text(app)
        total, reserved = row(app, "the kernel's total (Memory: line)"), row(app, "reserved, by who has it")
        assert "2096632K (line 17)" in total and "396632K (line 17)" in reserved
        assert "why is my CMA 0?" in shown and "memblock=debug" in shown
        pane = app.deck.panes["about"]
        while "kernel code" not in text_of(pane.line(pane.cursor)):
            await pilot.press("down")
        await pilot.press("t")
        await settled(app, pilot)
        debugger = app.session.debugger
        assert debugger.trace.log_text(debugger.position - 1).startswith("Memory: 1700000K/2096632K")


@pytest.mark.slow
async def test_who_took_so_much_by_a_log_that_has_memblocks_lines() -> None:
    async with running(lambda: Recording(opened(DEBUGGED))) as (app, pilot):
        await command(pilot, "break memblock_reserve if size > 1M")
        await pilot.press("c")
        await settled(app, pilot)
        assert "breakpoint 1: memblock_reserve, size 13.6 MiB > 1M" in text(app)
        await pilot.press("$")
        await command(pilot, "who 0x48000000")
        assert "device tree blob" in text(app) and "line 3 of the log" in text(app)

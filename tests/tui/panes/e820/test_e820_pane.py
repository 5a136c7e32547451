"""The e820 pane shows the map as it is at a moment: its entries with the kernel's words, what lies between
them, what a step did to it.

Covers pane.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import pytest
from booted_pc import loaded_pc
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.tui.session.recording import Recording
from bootstep.tui.shell.app import BootstepApp
from screens import command, running, text
from textual.pilot import Pilot


@cache
def source() -> ModelBoot:
    return ModelBoot(loaded_pc(cmdline="memmap=64M$1G"))


@asynccontextmanager
async def e820_pane(*lines: str) -> AsyncIterator[tuple[BootstepApp, Pilot[int]]]:
    """The pane by itself, after these lines on the command line."""
    async with running(lambda: Recording(source())) as (app, pilot):
        if lines:
            await command(pilot, *lines)
        app.deck.bring_forward("e820").focus()
        await pilot.pause()
        await pilot.press("z")
        await pilot.pause()
        yield app, pilot


async def test_before_setup_arch_there_is_no_map() -> None:
    async with e820_pane() as (app, _):
        assert "No map yet: e820__memory_setup takes it from the boot loader." in text(app)


@pytest.mark.slow
async def test_entries_have_the_kernels_words_and_holes_are_shown() -> None:
    async with e820_pane("until e820__memory_setup", "finish") as (app, _):
        lines = text(app)
        assert "0x0000000000000000-0x000000000009fbff 639.0 KiB  usable" in lines
        assert "0x000000000009fc00-0x000000000009ffff   1.0 KiB  reserved" in lines
        assert "··· 320.0 KiB that the map says nothing of" in lines


@pytest.mark.slow
async def test_what_the_command_line_reserves_is_taken_out_of_what_was_usable() -> None:
    async with e820_pane("until e820__finish_early_params", "finish") as (app, pilot):
        lines = text(app)
        assert "0x0000000040000000-0x0000000043ffffff  64.0 MiB  reserved" in lines
        assert "e820_table · " in lines
        await pilot.press("r", "r")
        await pilot.pause()
        lines = text(app)
        assert "e820_table_firmware" in lines
        assert "64.0 MiB  reserved" not in lines, "firmware's map stays as it was"

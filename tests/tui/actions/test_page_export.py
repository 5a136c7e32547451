"""A page of the boot, written from inside the app: by a command, and by a key that asks for a name."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import command, running
from small_context import SmallContext
from toured_boots import recording


async def test_the_command_writes_the_boot_or_a_part(tmp_path: Path) -> None:
    context = SmallContext(demo)
    whole, part = tmp_path / "whole.html", tmp_path / "a part.html"
    await context.command(f"export html {whole}")
    assert context.transcript.lines[-1].endswith(f"steps to {whole}")
    await context.command(f'export html "{part}" from setup_memory to paging_init:return')
    assert context.transcript.lines[-1].endswith(f"steps to {part}")
    assert part.stat().st_size < whole.stat().st_size
    assert whole.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert context.position == 0


async def test_a_page_that_is_there_needs_a_mark(tmp_path: Path) -> None:
    context = SmallContext(demo)
    page = tmp_path / "page.html"
    page.write_text("mine")
    await context.command(f"export html {page}")
    assert f"{page} exists and is not overwritten; {page}! would." in context.transcript.lines[-1]
    assert page.read_text() == "mine"
    await context.command(f"export html {page}!")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


async def test_a_tour_is_written_too(tmp_path: Path) -> None:
    context = SmallContext(lambda: recording("virt-1g"))
    page = tmp_path / "tour.html"
    await context.command(f"export html {page} tour dt-memblock")
    assert context.transcript.lines[-1].endswith(f"steps to {page}")
    text = page.read_text(encoding="utf-8")
    assert "From device tree to memblock" in text
    assert "Nothing is known yet" in text
    assert context.position == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("export", "expected export html FILE [from POSITION] [to POSITION]"),
        ("export html", "expected export html FILE"),
        ("export pdf x", "expected export html FILE"),
        ("export html x tour nowhere", "nowhere"),
        ("export html x tour e820", "The tour e820 is of x86_64"),
        ("export html x from nowhere", "never calls nowhere"),
        ("export html x from end to start", "start comes before end"),
        ("export html /nowhere/x", "no such file or directory"),
    ],
)
async def test_what_is_wrong_is_one_sentence(words: str, sentence: str) -> None:
    context = SmallContext(demo)
    await context.command(words)
    assert sentence in context.transcript.lines[-1]


@pytest.mark.slow
async def test_the_key_asks_for_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(demo) as (app, pilot):
        await pilot.press("ctrl+e")
        assert app.foot.prompt is not None
        await pilot.press("enter")
        await pilot.pause()
        (file,) = tmp_path.iterdir()
        assert file.suffix == ".html" and app.status.sentence.endswith(f"steps to {file.name}")
        await pilot.press("ctrl+e", "enter")
        await pilot.pause()
        assert f"{file.name} exists and is not overwritten" in app.status.sentence
        await pilot.press("escape")
        await command(pilot, f"export html {tmp_path / 'other'}")
        assert (tmp_path / "other").exists()
        assert isinstance(app, BootstepApp)

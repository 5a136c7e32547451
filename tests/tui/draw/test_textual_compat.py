"""Textual's insides are overridden only where they are known; elsewhere its public way does the same."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from bootstep.tui.draw.textual_compat import FIRST, FITS, LAST, installed, is_known
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget


@pytest.mark.parametrize(("release", "known"), [("8.1.1", False), ("8.2.7", False), ("8.2.8", True)])
def test_overrides_are_for_known_releases_only(release: str, known: bool) -> None:
    assert is_known(release) is known
    assert not is_known(f"{LAST[0]}.{LAST[1]}.{LAST[2] + 1}") and not is_known("9.0.0")
    assert FIRST <= LAST


@pytest.mark.skipif(not FITS, reason="this release of Textual is drawn with in the public way")
@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (Widget, "_size_updated", ["self", "size", "virtual_size", "container_size", "layout"]),
        (Screen, "_screen_resized", ["self", "size"]),
        (Widget, "_clear_arrangement_cache", ["self"]),
        (Widget, "_exchange_repaint_regions", ["self"]),
        (Screen, "_watch__select_state", ["self", "select_state"]),
        (App, "_on_resize", ["self", "event"]),
        (App, "_check_resize", ["self"]),
    ],
)
def test_what_is_overridden_or_called_is_still_there(
    owner: type[object], name: str, parameters: list[str]
) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_the_release_is_found_without_importlib_metadata() -> None:
    assert installed() == version("textual")


PROGRAM = """
import asyncio, importlib.util, sys
name = "bootstep.tui.draw.textual_compat"
spec = importlib.util.find_spec(name)
module = importlib.util.module_from_spec(spec)
source = open(spec.origin).read()
known = "FITS = is_known(installed())"
assert known in source
sys.modules[name] = module
exec(compile(source.replace(known, "FITS = sys.argv[1] != 'public'").replace("import re", "import re, sys"),
             spec.origin, "exec"), module.__dict__)
sys.path[:0] = sys.argv[2:]
from demo_boot import demo
from screens import command, running, text

async def main():
    async with running(demo, (80, 24)) as (app, pilot):
        await command(pilot, "until sparse_init:return", "break mem_init", "info memblock")
        await pilot.pause()
        print(text(app))
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        await pilot.press("escape", "z", "z", "N", "N")
        await pilot.pause()
        print(text(app))

asyncio.run(main())
"""


@pytest.mark.slow
def test_the_public_way_shows_the_same_screens() -> None:
    support = Path(__file__).parents[2] / "support"
    shown = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, way, str(support)], capture_output=True, text=True, check=True
        ).stdout
        for way in ("public", "known")
    ]
    assert "sparse_init" in shown[0]
    assert shown[0] == shown[1]

"""What the first second does without is not loaded in it; tests/benchmarks/startup.py measures it."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.tui.draw.themes import LIGHT
from bootstep.tui.session.recording import of_machine
from bootstep.tui.settings.config import Settings
from bootstep.tui.shell.recorder import Recorder
from bootstep.tui.shell.run import BootstepApp
from demo_boot import demo
from screens import recorded
from textual.css.stylesheet import Stylesheet

FIRST_SCREEN = """
import sys
from bootstep.tui.shell.app import BootstepApp
BootstepApp(None)
print(*sys.modules)
"""
FIRST_STEP = """
import sys
from bootstep.boots.loader.machine_file import read_machine
from bootstep.tui.session.recording import of_machine
boot = of_machine(read_machine("virt-1g"))
boot.run()
boot.debugger()
print(*sys.modules)
"""
STANDING = """
import os, sys
from bootstep.boots.loader.machine_file import read_machine
from bootstep.tui.session.recording import of_machine
from bootstep.tui.shell.app import BootstepApp
def told():
    modules = {name: module for name, module in sys.modules.items() if name.startswith("bootstep.")}
    things = {id(each): each for module in modules.values() for each in vars(module).values()}
    classes = [each for each in things.values() if isinstance(each, type)]
    named = [each.__name__ for each in classes if issubclass(each, tuple) and each.__module__ in modules]
    print(*sys.modules, *(f"NamedTuple:{name}" for name in named), file=sys.__stdout__, flush=True)
    os._exit(0)
app = BootstepApp(lambda: of_machine(read_machine("virt-1g")))
app.recorder.shown = told
app.run(headless=True, size=(160, 45))
"""
NOT_FOR_THE_FIRST_SCREEN = (
    *("bootstep.boots", "bootstep.model.debugger.debugger", "bootstep.model.memory.memblock"),
    *("bootstep.model.build", "bootstep.model.arch", "bootstep.model.firmware"),
    *("elftools", "tomllib", "hashlib", "importlib.metadata"),
)
NOT_FOR_THE_FIRST_STEP = (
    *("bootstep.model.debugger.commands.interpreter", "bootstep.model.debugger.expressions.parser"),
    *("bootstep.model.analysis.accounting", "bootstep.model.build.image.kernel_image"),
    *("bootstep.model.logs.reading", "bootstep.model.logs.grammar", "bootstep.model.logs.records"),
    *("bootstep.boots.loader.placement.uboot_log", "bootstep.boots.capture"),
    *("bootstep.model.firmware.devicetree.dtc", "bootstep.boots.loader.board.source_text"),
    *("bootstep.model.debugger.persistence", "bootstep.model.views", "bootstep.model.lecture"),
    *("bootstep.boots.sources.rerun", "bootstep.tui.shell", "elftools", "textual"),
)
NOT_TO_STAND_THERE = (
    *(name for name in NOT_FOR_THE_FIRST_STEP if name not in ("bootstep.tui.shell", "textual")),
    *("bootstep.model.build.c_source", "bootstep.tui.cli"),
)
MOST_NAMED_TUPLES = 80
"""Each costs a start what eight records of msgspec do: an `exec`, and the compiler for every field."""


def loaded(program: str) -> list[str]:
    """The modules that a program has loaded at its end."""
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()


@pytest.mark.parametrize(
    ("program", "expected", "too_early"),
    [
        (FIRST_SCREEN, "bootstep.tui.panes.source.pane", NOT_FOR_THE_FIRST_SCREEN),
        (FIRST_STEP, "bootstep.boots.init.main", NOT_FOR_THE_FIRST_STEP),
        (STANDING, "bootstep.tui.panes.source.header", NOT_TO_STAND_THERE),
    ],
    ids=["the first screen", "the first step", "the first step on the screen"],
)
def test_what_is_not_needed_yet_is_not_loaded(
    program: str, expected: str, too_early: tuple[str, ...]
) -> None:
    modules = loaded(program)
    assert expected in modules
    assert not [name for name in modules if f"{name}.".startswith(tuple(f"{each}." for each in too_early))]


def test_records_that_are_no_tuples_are_none_in_the_first_second() -> None:
    found = [name for name in loaded(STANDING) if name.startswith("NamedTuple:")]
    assert "NamedTuple:Region" in found
    assert len(found) <= MOST_NAMED_TUPLES


async def test_the_theme_that_one_has_is_read_with_the_first_style_sheets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    monkeypatch.setattr(Stylesheet, "reparse", lambda sheet: read.append("again"))
    async with BootstepApp(demo, config=Settings(theme="light")).run_test() as pilot:
        await recorded(pilot)
        assert pilot.app.get_css_variables()["background"].lower() == LIGHT.background
    assert not read


async def test_what_is_on_the_screen_is_not_drawn_again_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = BootstepApp(demo)
    async with app.run_test() as pilot:
        await recorded(pilot)
        shows: list[int] = []
        monkeypatch.setattr(app, "show", lambda: shows.append(1))
        assert app.boot is not None
        app.recorder._looking, app.recorder._is_complete = app.set_interval(1000, lambda: None), True
        monkeypatch.setattr(app.boot.trace, "finished", False)
        app.recorder._look()
        assert not shows
        app.recorder._length -= 1
        app.recorder._look()
        assert shows


async def test_the_boot_goes_on_when_its_beginning_is_on_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []
    app = BootstepApp(lambda: of_machine(read_machine("virt-1g")))
    shown = Recorder.shown

    def noticed(recorder: Recorder) -> None:
        lengths.append(len(app.boot.trace) if app.boot else 0)
        shown(recorder)

    monkeypatch.setattr(Recorder, "shown", noticed)
    async with app.run_test() as pilot:
        await recorded(pilot)
        assert app.boot is not None
        assert 0 < lengths[0] < len(app.boot.trace)


async def test_garbage_is_looked_for_again_once_the_boot_is_recorded() -> None:
    gc.disable()
    async with BootstepApp(demo).run_test() as pilot:
        await recorded(pilot)
        assert gc.isenabled()

"""What the first second does without is not loaded in it; tests/benchmarks/startup.py measures it."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.tui.session.recording import of_machine
from bootstep.tui.shell.recorder import Recorder
from bootstep.tui.shell.run import BootstepApp
from demo_boot import demo
from screens import recorded

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
    ],
    ids=["the first screen", "the first step"],
)
def test_what_is_not_needed_yet_is_not_loaded(
    program: str, expected: str, too_early: tuple[str, ...]
) -> None:
    modules = loaded(program)
    assert expected in modules
    assert not [name for name in modules if f"{name}.".startswith(tuple(f"{each}." for each in too_early))]


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

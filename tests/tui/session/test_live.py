"""A live kernel in the app: it opens with what there is, grows, is stopped, and what was recorded stays.

Covers live.py, tui/actions/live/commands.py, tui/actions/live/quitting.py.
"""

from __future__ import annotations

import os
import signal
from asyncio import sleep
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import fake_qemu
import pytest
from bootstep.boots.live.options import LiveOptions, Stub
from bootstep.boots.live.qemu.command import read_command
from bootstep.boots.live.report import Ending
from bootstep.boots.live.run import LiveRun
from bootstep.model.base.errors import InputError
from bootstep.tui.session.background import given_up
from bootstep.tui.session.live import of_live
from bootstep.tui.session.what_ifs import Visit
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import SMALL, WIDE, command, screen, text
from textual.pilot import Pilot
from toy_live import PANIC, ToyLive

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x45"])
OPTIONS = LiveOptions(Stub(port=1), "vmlinux", name="vmlinux")


class Calls:
    """So many calls may be done; each that is done is one less."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __call__(self) -> bool:
        if self.count <= 0:
            return False
        self.count -= 1
        return True


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Wait for what threads and timers bring about."""
    while not holds():
        await pilot.pause(0.01)
    await pilot.pause()


@asynccontextmanager
async def live(
    run: LiveRun, size: tuple[int, int] = WIDE, begun: bool = True
) -> AsyncIterator[tuple[BootstepApp, Pilot[int]]]:
    app = BootstepApp(lambda: of_live(run, given_up()))
    async with app.run_test(size=size) as pilot:
        if begun:
            await until(pilot, lambda: app.session is not None)
        yield app, pilot


def toy(**how: Any) -> LiveRun:
    return LiveRun(OPTIONS, partial(ToyLive, **how))


@pytest.mark.slow
@SIZES
async def test_it_is_looked_at_while_it_grows(size: tuple[int, int]) -> None:
    calls = Calls(2)
    async with live(toy(may_go_on=calls), size) as (app, pilot):
        await until(pilot, lambda: "4 stops" in screen(app)[-3] + screen(app)[-2])
        assert "0/8 … recording" in text(app)
        await command(pilot, "end")
        assert "0x48000000" not in text(app) and "0x40210000" in text(app)
        await pilot.press("s")
        assert "This is as far as the boot is recorded: wait a moment." in app.status.sentence
        calls.count = 9
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.finished)
        await until(pilot, lambda: app.status.sentence == "Recorded until memblock_free_all returned.")
        await pilot.press("c")
        await command(pilot, "end")
        assert "0x7f000000" in text(app)
        assert "… recording" not in text(app)


@SIZES
async def test_what_somebody_reads_is_not_written_over(size: tuple[int, int]) -> None:
    calls = Calls(1)
    async with live(toy(may_go_on=calls), size) as (app, pilot):
        await pilot.press("s")
        said = app.status.sentence
        assert said.startswith("memblock_add")
        calls.count = 1
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.length == 8)
        assert app.status.sentence == said


@pytest.mark.slow
async def test_a_command_ends_it_and_what_was_recorded_can_be_kept(tmp_path: Path) -> None:
    file = tmp_path / "boot.trace"
    async with live(toy(may_go_on=Calls(3))) as (app, pilot):
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.length == 12)
        await command(pilot, f"record {file}")
        assert "the kernel is still being recorded: stop ends that" in app.status.sentence
        await command(pilot, "stop now", "stop")
        await until(pilot, lambda: "where it was stopped" in app.status.sentence)
        await command(pilot, "stop")
        assert app.status.sentence == "the recording is over"
        await command(pilot, "record")
        assert app.status.sentence == "record needs the name of a file"
        await command(pilot, f"record {tmp_path}")
        await until(pilot, lambda: "this is a directory" in app.status.sentence)
        await command(pilot, f"record {file}")
        await until(pilot, lambda: app.status.sentence.startswith(f"wrote {file}, "))
    assert file.stat().st_size


@SIZES
async def test_it_says_why_it_ended_and_stays(size: tuple[int, int]) -> None:
    async with live(toy(ending=Ending.PANIC, words=PANIC), size) as (app, pilot):
        await until(pilot, lambda: app.status.sentence == f"The kernel panicked: {PANIC}")
        await pilot.press("s", "s")
        assert app.session is not None and app.session.debugger.position > 0


@pytest.mark.slow
async def test_what_fails_in_the_middle_is_said_and_the_session_stays() -> None:
    async with live(toy(fails=InputError("the stub says nonsense"))) as (app, pilot):
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.finished)
        await until(pilot, lambda: app.status.kind == "error")
        assert app.status.sentence == "the stub says nonsense"
        await command(pilot, "end")
        assert "0x7f000000" in text(app)


async def test_a_kernel_that_is_not_found_is_a_sentence() -> None:
    async with live(toy(unprepared=InputError("there is no kernel")), begun=False) as (app, pilot):
        await until(pilot, lambda: app.status.sentence == "there is no kernel")
        assert app.session is None


async def test_panes_say_what_a_live_kernel_does_not_tell() -> None:
    async with live(toy()) as (app, pilot):
        for key, words in (
            ("2", "A live kernel tells nothing of the functions' source text."),
            ("4", "A live kernel tells nothing of page tables."),
            ("6", "A live kernel tells nothing of nodes and zones."),
        ):
            await pilot.press(key)
            await pilot.pause()
            lines = [*app.focused_pane().header, app.focused_pane().line(0) if key == "2" else []]
            said = " ".join(word for line in lines for span, _ in line for word in span.split())
            assert words in said, key


@pytest.mark.slow
async def test_other_boots_have_no_such_commands() -> None:
    async with live(toy()) as (app, pilot):
        await command(pilot, "help stop")
        assert "end the recording of the live kernel" in text(app)
    other = BootstepApp(demo)
    async with other.run_test() as pilot:
        await until(pilot, lambda: other.snapshot is not None and other.snapshot.finished)
        await command(pilot, "stop")
        assert "is gdb's" in other.status.sentence


@pytest.mark.parametrize("prepared", [True, False], ids=["recording", "preparing"])
async def test_leaving_ends_qemu(tmp_path: Path, prepared: bool) -> None:
    pids = tmp_path / "pids"
    words = fake_qemu.command("child", str(pids), *([] if prepared else ["mute"]))
    run = LiveRun(OPTIONS, partial(ToyLive, may_go_on=Calls(1)), read_command(words))
    async with live(run, begun=prepared) as (_, pilot):
        await until(pilot, pids.exists)
        qemu, child = map(int, pids.read_text().split())
        await pilot.press("q", "q")
    while not (is_gone(qemu) and is_gone(child)):
        await sleep(0.01)


async def test_a_qemu_that_dies_is_quoted(tmp_path: Path) -> None:
    command_line = read_command(fake_qemu.command("prints", "triple fault"))
    calls = Calls(1)
    make = partial(ToyLive, may_go_on=calls, ending=Ending.TARGET_GONE, words="the connection was closed")
    run = LiveRun(OPTIONS, make, command_line)
    async with live(run) as (app, pilot):
        assert run._qemu is not None
        os.kill(run._qemu.pid, signal.SIGKILL)
        calls.count = 9
        await until(pilot, lambda: "The target is gone" in app.status.sentence)
        assert "was ended by signal 9; its last line: triple fault" in app.status.sentence


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "Z"
    except FileNotFoundError:
        return True


# ---- leaving what is not saved ----


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_leaving_what_is_not_saved_takes_the_key_twice(key: str) -> None:
    async with live(toy()) as (app, pilot):
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.finished)
        await pilot.press(key)
        assert app.status.sentence == "This recording is not saved: q again leaves, :record FILE keeps it."
        assert not app._exit
        await pilot.press("S", "g", "g")
        await pilot.press(key)
        assert not app._exit, "something else was said since"
        await pilot.press(key)
        assert app._exit and app.return_code == 0


async def test_the_palette_and_the_command_ask_too() -> None:
    async with live(toy()) as (app, pilot):
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.finished)
        await app.run_action("act('quit')")
        assert "This recording is not saved" in app.status.sentence and not app._exit
        await pilot.press("s")
        await command(pilot, "quit")
        assert "This recording is not saved" in app.status.sentence and not app._exit
        await command(pilot, "quit")
        assert app._exit


async def test_leaving_while_it_is_recorded_says_what_to_do() -> None:
    calls = Calls(1)
    async with live(toy(may_go_on=calls)) as (app, pilot):
        await pilot.press("q")
        assert app.status.sentence == (
            "The kernel is still being recorded, and nothing is saved: q again leaves; :stop and then "
            ":record FILE keep what there is."
        )
        calls.count = 9
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.finished)
        await until(pilot, lambda: app.status.sentence.startswith("Recorded until"))
        await pilot.press("q")
        assert "This recording is not saved" in app.status.sentence and not app._exit
        await pilot.press("q")
        assert app._exit


async def test_what_is_saved_is_left_at_once(tmp_path: Path) -> None:
    async with live(toy()) as (app, pilot):
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.finished)
        await command(pilot, f"record {tmp_path}")
        await until(pilot, lambda: "this is a directory" in app.status.sentence)
        await pilot.press("q")
        assert not app._exit, "nothing was written"
        await command(pilot, f"record {tmp_path / 'boot.trace'}")
        await until(pilot, lambda: app.status.sentence.startswith("wrote "))
        await pilot.press("q")
        assert app._exit


async def test_one_can_be_in_another_boot_and_lose_the_live_one() -> None:
    async with live(toy()) as (app, pilot):
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.finished)
        assert app.session is not None
        app.what_ifs.behind.append(Visit(app.session, app.jumps))
        app.boot = demo()
        await pilot.press("q")
        assert "The recording of the live kernel is not saved" in app.status.sentence and not app._exit
        await pilot.press("q")
        assert app._exit


async def test_nothing_is_asked_where_nothing_was_recorded() -> None:
    async with live(toy(unprepared=InputError("there is no kernel")), begun=False) as (app, pilot):
        await until(pilot, lambda: app.status.sentence == "there is no kernel")
        await pilot.press("q")
        assert app._exit


async def test_what_ends_a_quiet_recording_is_a_command_of_the_app() -> None:
    """A sentence on a kernel that is quiet names it; without the app that is ^C."""
    run = toy()
    assert run.options.ended_by == "^C"
    async with live(run):
        assert isinstance(run.source, ToyLive) and run.source.options.ended_by == ":stop"

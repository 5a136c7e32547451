"""Nothing that fails inside ends a session, and whatever ends it leaves a clean terminal.

Covers failure.py, signals.py, tui/draw/surviving.py.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bootstep.tui.actions.queries import ACTIONS
from bootstep.tui.draw.surviving import PlainFilter
from bootstep.tui.panes.memblock.pane import MemblockPane
from bootstep.tui.settings.session_store import SessionStore
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from rich.cells import cell_len
from rich.segment import Segment
from screens import command, running, screen, text
from sweeps import sweep
from textual.color import Color
from textual.pilot import Pilot

SAID = "by a mistake of bootstep's own"


@pytest.fixture(autouse=True)
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def fail(*_: Any, **__: Any) -> Any:
    raise KeyError("something inside")


async def goes_on(app: BootstepApp, pilot: Pilot[int], reports: Path) -> None:
    """It was told, with the place of a report, and the session still does what it is asked."""
    assert SAID in app.status.sentence
    (report,) = reports.rglob("failure-*.txt")
    assert str(report) in app.status.sentence
    assert "something inside" in report.read_text()
    app._exception = None  # the pilot would raise it
    await pilot.press("escape", "s")
    await pilot.pause()
    assert app.session is not None
    assert app.session.debugger.position > 0
    assert SAID not in app.status.sentence


async def test_a_key_that_fails(monkeypatch: pytest.MonkeyPatch, reports: Path) -> None:
    async with running(demo) as (app, pilot):
        monkeypatch.setitem(ACTIONS, "ledger", structs.replace(ACTIONS["ledger"], run=fail))
        await pilot.press("l")
        await pilot.pause()
        await goes_on(app, pilot, reports)


async def test_a_command_that_fails(monkeypatch: pytest.MonkeyPatch, reports: Path) -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        monkeypatch.setattr(app.session, "execute", fail)
        await command(pilot, "print max_pfn")
        monkeypatch.undo()
        monkeypatch.setenv("XDG_CACHE_HOME", str(reports))
        await goes_on(app, pilot, reports)


async def test_a_pane_that_cannot_show_a_moment(monkeypatch: pytest.MonkeyPatch, reports: Path) -> None:
    async with running(demo) as (app, pilot):
        with monkeypatch.context() as broken:
            broken.setattr(MemblockPane, "show", fail)
            app.show()
        await goes_on(app, pilot, reports)


async def test_a_pane_that_cannot_be_painted(monkeypatch: pytest.MonkeyPatch, reports: Path) -> None:
    async with running(demo) as (app, pilot):
        with monkeypatch.context() as broken:
            broken.setattr(MemblockPane, "painted", fail)
            await pilot.press("c", "3")
            await pilot.pause()
            assert "this cannot be shown" in text(app)
        await goes_on(app, pilot, reports)


async def test_a_timer_and_a_callback_that_fail(reports: Path) -> None:
    async with running(demo) as (app, pilot):
        app.call_later(fail)
        app.set_timer(0.01, fail)
        await pilot.pause(0.1)
        await goes_on(app, pilot, reports)


async def test_what_was_kept_and_cannot_be_brought_back(
    monkeypatch: pytest.MonkeyPatch, reports: Path
) -> None:
    monkeypatch.setattr(SessionStore, "restore", fail)
    app = BootstepApp(demo)
    async with app.run_test() as pilot:
        for _ in range(200):
            await pilot.pause(0.02)
            if app.snapshot is not None and app.snapshot.finished:
                break
        assert app.session is not None, "the session began all the same"
        assert list(reports.rglob("failure-*.txt"))


async def test_a_failure_that_repeats_is_written_down_once(reports: Path) -> None:
    async with running(demo) as (app, pilot):
        for _ in range(30):
            app.call_later(fail)
        await pilot.pause(0.1)
        await goes_on(app, pilot, reports)


async def test_a_boot_that_cannot_be_recorded(reports: Path) -> None:
    app = BootstepApp(fail)
    async with app.run_test() as pilot:
        for _ in range(200):
            await pilot.pause(0.02)
            if app.status.kind == "error":
                break
        assert "recording this boot failed, " + SAID in app.status.sentence


@given(st.text(st.characters(codec=None), max_size=40))
def test_no_character_that_a_terminal_obeys_is_painted(words: str) -> None:
    plain = PlainFilter().apply([Segment(words)], Color.parse("black"))
    assert "".join(segment.text for segment in plain).isprintable()
    assert sum(cell_len(segment.text) for segment in plain) == sum(map(cell_len, words))


async def test_node_names_and_log_lines_with_escapes_are_shown_by_number() -> None:
    async with running(demo) as (app, pilot):
        app.transcript.add("print \x1b[31m", "answer \x1b]0;x\x07 \x9b1m \u202e", False)
        await pilot.press("9")
        app.status.say("status \x1b[2J")
        await pilot.pause()
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", "".join(screen(app)))


# ---- in a real terminal ----


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, *words: str) -> None:
        self.pid, self.file = pty.fork()
        if not self.pid:
            os.environ["TERM"] = "xterm-256color"
            os.execv(sys.executable, [sys.executable, "-m", "bootstep.tui.cli.main", *words])
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.shown = b""

    def wait(self, until: Callable[[bytes], bool]) -> bool:
        """Read what is shown until something is, or the process has ended."""
        for _ in range(600):
            if until(self.shown):
                return True
            if select.select([self.file], [], [], 0.05)[0]:
                try:
                    self.shown += os.read(self.file, 65536)
                except OSError:
                    return until(self.shown)
        return False

    def status(self) -> int:
        """The exit status, once it has ended."""
        self.wait(lambda _: False)
        for _ in range(600):
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError("it does not end")

    @property
    def is_clean(self) -> bool:
        """Whether lines can be typed again, on the screen there was."""
        modes = termios.tcgetattr(self.file)[3]
        back = self.shown.rfind(b"\x1b[?1049l") > self.shown.rfind(b"\x1b[?1049h")
        return bool(modes & termios.ICANON and modes & termios.ECHO and back)


@pytest.mark.parametrize("number", sweep((signal.SIGTERM, signal.SIGHUP, signal.SIGINT), signal.SIGHUP))
def test_a_signal_leaves_a_clean_terminal(number: signal.Signals) -> None:
    terminal = Terminal("virt-512m")
    assert terminal.wait(lambda shown: b"source" in shown)
    os.kill(terminal.pid, number)
    assert terminal.status() == 128 + number
    assert terminal.is_clean


def test_without_a_terminal_there_is_a_sentence() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "bootstep.tui.cli.main", "virt-512m"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (2, b"")
    assert found.stderr.startswith(b"bootstep: the debugger has no terminal at its standard input")
    assert found.stderr.count(b"\n") == 1

"""The terminal that a session is on, and the signals that end or suspend it."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Any

from ...model.base.errors import InputError
from ..draw.textual_compat import repaint
from ..settings.terminals import is_terminal

if TYPE_CHECKING:
    from textual.app import App

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))
"""The signals that ask a program to leave; what it has made of the terminal is undone first."""


def need_terminal(input_comes_later: bool = False) -> None:
    """Textual reads the keys from standard input and draws on standard error.  Raises `InputError` if there
    is no terminal at any of the three; at the input it may be given one later."""
    streams = {"input": sys.__stdin__, "output": sys.__stdout__, "error": sys.__stderr__}
    if input_comes_later:
        del streams["input"]
    missing = [name for name, stream in streams.items() if not is_terminal(stream)]
    if missing:
        words = "no terminal at its standard " + " and ".join(", ".join(missing).rsplit(", ", 1))
        raise InputError(f"the debugger has {words}; commands such as 'bootstep log' do without, see --help")


def leave_when_told(app: App[int]) -> None:
    """Leave a clean terminal when a signal ends the session; the status is the one of that signal."""
    if app.is_headless or sys.platform == "win32":
        return
    app.app_resume_signal.subscribe(app, _repaint)  # pyright: ignore[reportUnknownMemberType]
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, _leave, app, int(number))


def _repaint(app: App[Any]) -> None:
    """All of the screen: the terminal has shown the shell in the meantime, and has forgotten ours."""
    repaint(app)


def _leave(app: App[int], number: int) -> None:
    app.exit(128 + number, return_code=128 + number)

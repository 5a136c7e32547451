"""One visitor's session: a process with a directory of its own, which ends with its page.

The app's side of the protocol between both is textual-serve's, whose private way to start a process is
replaced here, as version 1.1 has it: by words instead of a line for the shell.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from .visit import VisitorRoom

GRACE = 3.0
"""Seconds that a process has to end by itself."""
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "TZ", "PYTHONPATH", "VIRTUAL_ENV")
"""What of the server's environment its visitors' processes get."""


class Session(AppService):
    """The process of a visitor, and the socket of the page that shows it."""

    def __init__(self, room: VisitorRoom, socket: web.WebSocketResponse) -> None:
        super().__init__(
            "bootstep",
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=self._leave,
            download_manager=DownloadManager(),
        )
        self.room = room
        self.socket = socket
        self.ended = False

    async def _leave(self) -> None:
        await self.socket.close()

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = visitor_environment(os.environ, Path(self.room.own))
        own = self._build_environment(width=width, height=height)
        environment |= {name: own[name] for name in own if name.startswith(("TEXTUAL", "TERM"))}
        environment |= {"COLUMNS": str(width), "ROWS": str(height)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"{__package__}.visit", msgspec.json.encode(self.room).decode()),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
            start_new_session=True,
        )
        assert process.stdin is not None
        self._process, self._stdin = process, process.stdin
        return process

    async def end(self) -> None:
        """End the process: it is asked first, and then it is not."""
        if self.ended:
            return
        self.ended = True
        with suppress(TimeoutError, OSError, RuntimeError):
            await asyncio.wait_for(self.stop(), GRACE)
        process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def visitor_environment(given: Mapping[str, str], own: Path) -> dict[str, str]:
    """The variables of a visitor's process: what is kept between runs is kept in its own directory."""
    homes = ("HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
    return {name: given[name] for name in KEPT if name in given} | dict.fromkeys(homes, str(own))

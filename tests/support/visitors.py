"""Visitors of a server of the app, without a browser: keys go there, what the app draws comes back."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web
from bootstep.tui.cli.serving.invitation import Offer, Visit
from bootstep.tui.cli.serving.server import Limits, Server

OFFER = Offer({"virt-512m": ("virt-512m",), "pc-2g": ("pc-2g",)}, frozenset(("dt-memblock",)))
LIMITS = Limits(sessions=30, idle=600.0, memory=1 << 30)


LATER_PHASE = re.compile(r"phase (?:[2-9]|1\d) of \d+")
"""What stands on the screen of a boot that is not at its beginning."""


class Visitor:
    """What a browser does: keys go there, what the app draws comes back."""

    def __init__(self, socket: object) -> None:
        self.socket = socket
        self.drawn = ""

    async def type(self, keys: str) -> None:
        await self.socket.send_str(json.dumps(["stdin", keys]))  # pyright: ignore

    async def arrives(self, seconds: float = 120) -> None:
        """Wait until the boot is recorded and shown at the position of the link: what was typed before would
        be done then, and what it says be drawn over."""
        async with asyncio.timeout(seconds):
            while not LATER_PHASE.search(self.drawn):
                assert await self._draw(), "the session has ended"

    async def _draw(self) -> bool:
        """Take what is drawn next; False: the session has ended."""
        got = await self.socket.receive()  # pyright: ignore
        if isinstance(got.data, bytes):
            self.drawn += got.data.decode("utf-8", "replace")
        return isinstance(got.data, (bytes, str))

    async def sees(self, words: str, seconds: float = 120) -> bool:
        """Wait until something was drawn; False: the session ended before."""
        async with asyncio.timeout(seconds):
            while words not in self.drawn:
                if not await self._draw():
                    return False
        return True


@asynccontextmanager
async def served(limits: Limits = LIMITS) -> AsyncIterator[tuple[str, Server]]:
    """A server at a free port of this computer."""
    server = Server(OFFER, limits, [], True, print)
    runner = web.AppRunner(server.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=0.2).start()
    try:
        yield f"127.0.0.1:{runner.addresses[0][1]}", server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def visiting(address: str, visit: Visit) -> AsyncIterator[Visitor]:
    """A visitor with a terminal of 80 columns and 24 rows."""
    url = f"ws://{address}/ws/{visit.token}?width=80&height=24"
    async with ClientSession() as client, client.ws_connect(url, origin=f"http://{address}") as socket:
        yield Visitor(socket)

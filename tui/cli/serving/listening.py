"""A port is opened and served, until a signal ends it."""

from __future__ import annotations

import asyncio
import signal

from aiohttp import web

from ....model.language.words import tr
from ..headless import say
from .invitation import Offer
from .server import Limits, Server


def serve(offer: Offer, limits: Limits, read: list[str], host: str, port: int, is_loopback: bool) -> None:
    """Serve until SIGINT or SIGTERM.  Raises `OSError`: the address cannot be listened at."""
    asyncio.run(_serve(Server(offer, limits, read, is_loopback, say), host, port))


async def _serve(server: Server, host: str, port: int) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    runner = web.AppRunner(server.application(), access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, shutdown_timeout=1.0)
        await site.start()
        address = runner.addresses[0]
        name = f"[{address[0]}]" if ":" in address[0] else address[0]
        url = f"http://{name}:{address[1]}/"
        say(tr("serving at {address} (Ctrl+C ends it)", address=url))
        await ended.wait()
    finally:
        await runner.cleanup()

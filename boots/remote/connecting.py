"""Reaching a stub, over TCP or a socket of this machine, and leaving it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from ...model.language.words import tr
from .client import Client
from .gdb_address import gdb_address
from .greeting import greet
from .stub.said import Said
from .target import RemoteError
from .wire.connection import Connection
from .wire.limits import USUAL, Limits

_AGAIN = 0.02
"""Seconds between two attempts."""
_KEPT_ALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPALIVE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 4}
"""After so many seconds without a word the other machine is asked whether it is there, so often, so many
times; systems have one or the other name for the first."""
_UNANSWERED = 30_000
"""Milliseconds after which a connection is cut whose other machine does not confirm what was sent."""


async def connect(address: str, *, hardware_only: bool = False, limits: Limits = USUAL) -> Client:
    """A target by its ``HOST:PORT`` (`gdb_address`).  `hardware_only`: no byte of its memory is written, so
    that breakpoints are only those of the CPU.  Raises `RemoteError`."""
    host, port = gdb_address(address)
    loop = asyncio.get_running_loop()
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return await _opened(
        where, lambda make: loop.create_connection(make, host, port), hardware_only, limits, patience=0
    )


async def connect_unix(
    path: Path | str, *, hardware_only: bool = False, limits: Limits = USUAL, patience: float = 0
) -> Client:
    """A target by a socket of this machine, which may be made only within the next `patience` seconds.
    Raises `RemoteError`."""
    loop = asyncio.get_running_loop()
    return await _opened(
        str(path),
        lambda make: loop.create_unix_connection(make, str(path)),
        hardware_only,
        limits,
        patience=patience,
    )


async def _opened(
    where: str,
    reach: Callable[[Callable[[], Connection]], Awaitable[tuple[asyncio.BaseTransport, Connection]]],
    hardware_only: bool,
    limits: Limits,
    patience: float,
) -> Client:
    """Connect and learn what there is to know at the start."""
    said = Said()
    until = asyncio.get_running_loop().time() + patience
    transport, connection = None, None
    while transport is None or connection is None:
        try:
            async with asyncio.timeout(limits.connect):
                transport, connection = await reach(lambda: Connection(where, limits, said.add))
        except TimeoutError:
            words = tr(
                "{where}: no connection within {seconds:g} seconds", where=where, seconds=limits.connect
            )
            raise RemoteError(words) from None
        except (OSError, ValueError, UnicodeError) as error:
            early = isinstance(error, FileNotFoundError | ConnectionRefusedError)
            if not early or asyncio.get_running_loop().time() >= until:
                reason = getattr(error, "strerror", None) or str(error)
                words = tr("{where}: no connection: {error}", where=where, error=reason)
                raise RemoteError(words) from None
            await asyncio.sleep(_AGAIN)
    _keep_alive(transport)
    try:
        return await greet(connection, said, hardware_only)
    except BaseException:
        connection.break_off(tr("{where}: the connection was closed", where=where))
        raise


def _keep_alive(transport: asyncio.BaseTransport) -> None:
    """Let the system notice that the other machine of a TCP connection is gone: a target that runs says
    nothing for minutes."""
    found = transport.get_extra_info("socket")
    if found is None or found.family not in (socket.AF_INET, socket.AF_INET6):
        return
    options = {**_KEPT_ALIVE, "TCP_USER_TIMEOUT": _UNANSWERED}
    with suppress(OSError):  # it is noticed by a probe, then
        found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for number, value in ((getattr(socket, name, None), value) for name, value in options.items()):
            if number is not None:
                found.setsockopt(socket.IPPROTO_TCP, number, value)

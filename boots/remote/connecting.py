"""Reaching a stub, over TCP or a socket of this machine, and leaving it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from ...model.language.words import tr
from .client import Client
from .connection import Connection
from .gdb_address import gdb_address
from .greeting import greet
from .limits import USUAL, Limits
from .said import Said
from .target import RemoteError

_AGAIN = 0.02
"""Seconds between two attempts."""


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
    reach: Callable[[Callable[[], Connection]], Awaitable[tuple[object, Connection]]],
    hardware_only: bool,
    limits: Limits,
    patience: float,
) -> Client:
    """Connect and learn what there is to know at the start."""
    said = Said()
    until = asyncio.get_running_loop().time() + patience
    connection: Connection | None = None
    while connection is None:
        try:
            async with asyncio.timeout(limits.connect):
                _, connection = await reach(lambda: Connection(where, limits, said.add))
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
    try:
        return await greet(connection, said, hardware_only)
    except BaseException:
        connection.break_off(tr("{where}: the connection was closed", where=where))
        raise

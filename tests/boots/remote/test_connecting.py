"""Reaching a stub, by TCP and by a socket of this machine, and not reaching one."""

from __future__ import annotations

import asyncio
import errno
import socket
from pathlib import Path

import pytest
from bootstep.boots.remote import connecting
from bootstep.boots.remote.connecting import connect, connect_unix
from bootstep.boots.remote.target import RemoteError
from bootstep.boots.remote.wire.connection import Connection
from bootstep.boots.remote.wire.limits import Limits
from fake_stub import FakeStub, served
from stub_story import small_machine


async def test_over_tcp() -> None:
    stub = FakeStub(small_machine())
    server = await asyncio.start_server(stub.line.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = await connect(str(port))
    assert client.architecture == "aarch64" and client.knows_physical
    await client.close()
    server.close()
    assert stub.detached and not stub.killed


async def test_the_system_notices_a_machine_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """By TCP's own questions: a target that runs says nothing."""
    options: dict[str, int] = {}

    class Noticed(Connection):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            self.seen = transport

    made: list[Noticed] = []
    monkeypatch.setattr(connecting, "Connection", lambda *words: made.append(Noticed(*words)) or made[-1])
    stub = FakeStub(small_machine())
    server = await asyncio.start_server(stub.line.serve, "127.0.0.1", 0)
    client = await connect(str(server.sockets[0].getsockname()[1]))
    found = made[0].seen.get_extra_info("socket")
    assert found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT"):
        if hasattr(socket, name):
            options[name] = found.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
    assert options and all(0 < value <= 30_000 for value in options.values())
    running = asyncio.create_task(client.resume())
    await asyncio.sleep(0)
    made[0].connection_lost(TimeoutError(errno.ETIMEDOUT, "Connection timed out"))
    with pytest.raises(RemoteError, match="the connection was cut: Connection timed out"):
        await running
    server.close()


async def test_nobody_listens() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(RemoteError, match=f"127.0.0.1:{port}: no connection: "):
        await connect(f"127.0.0.1:{port}")


async def test_no_such_socket(tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match="no connection: No such file or directory"):
        await connect_unix(tmp_path / "none")
    with pytest.raises(RemoteError, match="no connection: "):
        await connect_unix(tmp_path / ("long" * 100))
    with pytest.raises(RemoteError, match="no connection: "):
        await connect_unix("\0")


async def test_a_socket_that_is_made_later(tmp_path: Path) -> None:
    stub = FakeStub(small_machine())
    reaching = asyncio.create_task(connect_unix(tmp_path / "stub", patience=60))
    await asyncio.sleep(0.05)
    async with served(stub, tmp_path):
        client = await reaching
        await client.close(kill=True)
        await asyncio.sleep(0.05)
    assert stub.killed and not stub.detached


async def test_a_stub_that_is_silent_from_the_start(tmp_path: Path) -> None:
    server = await asyncio.start_unix_server(lambda *_: None, tmp_path / "stub")
    with pytest.raises(RemoteError, match=r"did not answer within 0\.1 seconds"):
        await connect_unix(tmp_path / "stub", limits=Limits(answer=0.1))
    server.close()

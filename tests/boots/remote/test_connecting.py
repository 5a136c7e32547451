"""Reaching a stub, by TCP and by a socket of this machine, and not reaching one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from bootstep.boots.remote.connecting import connect, connect_unix
from bootstep.boots.remote.limits import Limits
from bootstep.boots.remote.target import RemoteError
from fake_stub import FakeStub, served
from stub_story import small_machine


async def test_over_tcp() -> None:
    stub = FakeStub(small_machine())
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = await connect(str(port))
    assert client.architecture == "aarch64" and client.knows_physical
    await client.close()
    server.close()
    assert stub.detached and not stub.killed


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

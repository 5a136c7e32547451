"""A client that is connected to a fake stub."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from bootstep.boots.remote.client import Client
from bootstep.boots.remote.connecting import connect_unix
from bootstep.boots.remote.wire.limits import Limits
from fake_stub import FakeStub, served

Connects = Callable[..., Awaitable[Client]]


@pytest.fixture
async def connected(tmp_path: Path) -> AsyncIterator[Connects]:
    """Connect to a stub; it is left at the end of the test."""
    async with AsyncExitStack() as stack:

        async def connects(
            stub: FakeStub, hardware_only: bool = False, limits: Limits | None = None
        ) -> Client:
            path = await stack.enter_async_context(served(stub, tmp_path))
            client = await connect_unix(path, hardware_only=hardware_only, limits=limits or Limits())
            stack.push_async_callback(client.close)
            return client

        yield connects

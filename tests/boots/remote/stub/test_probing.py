"""A running target is probed: it stops for a moment and runs on, and one that is gone is noticed.

Covers running.py, boots/remote/wire/connection.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from bootstep.boots.remote.client import Client
from bootstep.boots.remote.target import RemoteError, Stop, Stopped
from bootstep.boots.remote.wire.limits import Limits
from bootstep.boots.remote.wire.packets import framed
from fake_stub import FakeStub
from misbehaving_stubs import Answering, always
from stub_line import Manners
from stub_story import FIRST, LAST, SECOND, small_machine

Connects = Callable[..., Awaitable[Client]]


async def runs(client: Client, stub: FakeStub) -> asyncio.Task[Stop]:
    """Let it run."""
    already = stub.requests.count(b"vCont;c")
    running = asyncio.create_task(client.resume())
    while stub.requests.count(b"vCont;c") == already:
        await asyncio.sleep(0.001)
    return running


async def probed(client: Client, stub: FakeStub) -> asyncio.Task[Stop]:
    """Let it run, and probe it once; it has answered, or its run is over."""
    running = await runs(client, stub)
    await client.probe()
    while client.stood_at is None and not running.done():
        await asyncio.sleep(0.001)
    return running


@pytest.mark.parametrize("said", [b"T02thread:01;", b"T05thread:01;", b"S00"])
async def test_it_says_where_it_is_and_runs_on(connected: Connects, said: bytes) -> None:
    """Some stubs call a stop that was asked for a trap."""
    stub = FakeStub(small_machine(), Answering(b"\x03", always(said)))
    client = await connected(stub)
    await client.probe()  # nothing runs: nothing to do
    for _ in range(3):
        running = await probed(client, stub)
        assert client.stood_at == LAST and not running.done()
        while stub.requests[-1] != b"vCont;c":
            await asyncio.sleep(0.001)
        await client.interrupt()
        assert isinstance(await running, Stopped)
    assert stub.requests.count(b"vCont;c") == 6


async def test_a_key_while_it_is_probed_stops_it(connected: Connects) -> None:
    stub = FakeStub(small_machine())
    client = await connected(stub)
    running = await runs(client, stub)
    await client.probe()
    await client.interrupt()
    assert (await running) == Stopped(2, None, "01")
    assert await client.register("pc") == LAST


async def test_a_breakpoint_that_it_had_just_come_to_counts(connected: Connects) -> None:
    """It was stopped before the instruction that has the breakpoint: if it ran on, that would be lost."""

    class Slow(Manners):
        def answer(self, request: bytes, answer: bytes | None) -> bytes | None:
            if request == b"vCont;c" and stub.requests.count(request) == 1:
                stub.running = True
                return None
            return answer

    stub = FakeStub(small_machine(), Slow())
    client = await connected(stub)
    await client.add_breakpoint(FIRST)
    running = await probed(client, stub)
    assert await running == Stopped(2, None, "01")
    assert await client.register("pc") == FIRST
    await client.add_breakpoint(SECOND)
    assert await client.resume() == Stopped(5, None, "01")
    assert await client.register("pc") == SECOND


async def test_a_stop_that_crossed_the_probe(connected: Connects) -> None:
    """It stopped at a breakpoint, and for the probe too: the second is not taken for the next run's."""

    class Twice(Manners):
        def answer(self, request: bytes, answer: bytes | None) -> bytes | None:
            if request == b"vCont;c" and stub.requests.count(request) == 1:
                stub.running = True
                return None
            return b"T05thread:01;" if request == b"\x03" else answer

        def wire(self, request: bytes, packet: bytes) -> list[bytes]:
            return [packet, framed(b"T02thread:01;")] if request == b"\x03" else [packet]

    stub = FakeStub(small_machine(), Twice())
    client = await connected(stub)
    await client.add_breakpoint(FIRST)
    await client.add_breakpoint(SECOND)
    assert await (await probed(client, stub)) == Stopped(5, None, "01")
    assert await client.register("pc") == FIRST
    assert await client.resume() == Stopped(5, None, "01")
    assert await client.register("pc") == SECOND
    assert b"qC" in stub.requests


async def test_a_target_that_does_not_answer_is_gone(connected: Connects) -> None:
    stub = FakeStub(small_machine(), Answering(b"\x03", lambda _: None))
    client = await connected(stub, limits=Limits(probe=0.1))
    running = await runs(client, stub)
    await client.probe()
    with pytest.raises(RemoteError, match=r"was asked to stop and did not within 0\.1 seconds"):
        await running
    assert client.stood_at is None


async def test_whoever_stops_a_target_that_is_probed_waits_no_longer_for_that(connected: Connects) -> None:
    stub = FakeStub(small_machine(), Answering(b"\x03", lambda _: None))
    client = await connected(stub, limits=Limits(stop=0.1, probe=600))
    running = await runs(client, stub)
    await client.probe()
    await client.probe()
    await client.interrupt()
    with pytest.raises(RemoteError, match=r"was asked to stop and did not within 0\.1 seconds"):
        await running

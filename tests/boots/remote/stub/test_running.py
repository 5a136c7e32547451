"""Letting a target run: from breakpoint to breakpoint, step by step, until somebody stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from bootstep.boots.remote.client import Client
from bootstep.boots.remote.target import Ended, RemoteError, Stopped
from bootstep.boots.remote.wire.limits import Limits
from bootstep.boots.remote.wire.packets import framed
from fake_stub import FakeStub
from misbehaving_stubs import Answering, always
from stub_line import Manners
from stub_story import BEGINS, FIRST, LAST, SECOND, small_machine

Connects = Callable[..., Awaitable[Client]]
SORTS_OF_STUBS = {
    "qemu": {},
    "qemu-that-acknowledges": {"no_acks": False},
    "kvm": {"steps_past": False},
    "another": {"qemu": False},
    "without-vcont": {"actions": False},
    "another-without-vcont": {"qemu": False, "actions": False},
    "another-that-acknowledges": {"qemu": False, "no_acks": False},
    "one-that-tells-the-pc": {"expedites": True},
}


@pytest.mark.parametrize("sort", SORTS_OF_STUBS)
async def test_every_breakpoint_is_met_once(connected: Connects, sort: str) -> None:
    stub = FakeStub(small_machine(ends="W00"), **SORTS_OF_STUBS[sort])
    client = await connected(stub)
    places = [BEGINS, FIRST, SECOND, LAST]
    assert all([await client.add_breakpoint(place) for place in places])
    met: list[int | None] = [await client.register("pc")]
    while isinstance(stop := await client.resume(), Stopped):
        assert stop.signal == 5 and stop.thread == "01"
        met.append(await client.register("pc"))
        assert stop.pc == (met[-1] if stub.expedites else None)
    assert met == places
    assert stop == Ended("exited with status 0")
    assert {address for _, address in stub.breakpoints} >= {BEGINS, FIRST, SECOND}


@pytest.mark.parametrize("sort", SORTS_OF_STUBS)
async def test_a_step_is_one_instruction(connected: Connects, sort: str) -> None:
    client = await connected(FakeStub(small_machine(), **SORTS_OF_STUBS[sort]))
    for place in (BEGINS, FIRST, SECOND):
        await client.add_breakpoint(place)
    places: list[int | None] = []
    for _ in range(4):
        stop = await client.step()
        assert isinstance(stop, Stopped) and stop.signal == 5
        places.append((await client.registers())["pc"])
    assert places == [0x1004, FIRST, SECOND, LAST]


async def test_a_stop_of_qemu_costs_three_round_trips(connected: Connects) -> None:
    stub = FakeStub(small_machine())
    client = await connected(stub)
    for place in (FIRST, SECOND):
        await client.add_breakpoint(place)
    await client.resume()
    await client.registers()
    stub.requests.clear()
    await client.resume()
    await client.registers()
    assert stub.requests == [b"vCont;s:01", b"p20", b"vCont;c", b"g"]  # p20: whether it moved, once
    stub.machine.at = 1
    stub.requests.clear()
    await client.resume()
    await client.registers()
    assert stub.requests == [b"vCont;s:01", b"vCont;c", b"g"]


async def test_an_instruction_that_stays_where_it_is(connected: Connects) -> None:
    """A loop of one instruction: its breakpoint is met again and again, none hangs."""
    stub = FakeStub(small_machine())
    client = await connected(stub)
    await client.add_breakpoint(LAST)
    for _ in range(3):
        assert await client.resume() == Stopped(5, None, "01")
        assert await client.register("pc") == LAST


async def test_somebody_stops_it_whenever(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine()))
    await client.interrupt()  # nothing runs: nothing to do
    await client.add_breakpoint(LAST)
    assert (await client.resume()) == Stopped(5, None, "01")
    for rounds in range(8):
        await client.remove_breakpoint(LAST)
        if rounds % 2:
            await client.add_breakpoint(LAST)
        running = asyncio.create_task(client.resume())
        for _ in range(rounds):
            await asyncio.sleep(0)
        await client.interrupt()
        async with asyncio.timeout(30):
            stop = await running if rounds or running.done() else None
            while stop is None:
                await client.interrupt()
                await asyncio.sleep(0.01)
                stop = running.result() if running.done() else None
        assert isinstance(stop, Stopped) and stop.signal in (2, 5)
        assert await client.register("pc") == LAST


async def test_a_stop_that_crossed_our_interrupt(connected: Connects) -> None:
    """It stopped by itself, and stops for us too: the second is not taken for the next run's."""

    class Twice(Manners):
        def answer(self, request: bytes, answer: bytes | None) -> bytes | None:
            return b"T05thread:01;" if request == b"\x03" else answer

        def wire(self, request: bytes, packet: bytes) -> list[bytes]:
            return [packet, framed(b"T02thread:01;")] if request == b"\x03" else [packet]

    stub = FakeStub(small_machine(), Twice())
    client = await connected(stub)
    running = asyncio.create_task(client.resume())
    await asyncio.sleep(0)
    await client.interrupt()
    assert (await running) == Stopped(5, None, "01")
    stub.machine.at = 0
    await client.add_breakpoint(FIRST)
    assert (await client.resume()) == Stopped(5, None, "01")
    assert await client.register("pc") == FIRST
    assert b"qC" in stub.requests


async def test_nothing_is_asked_of_a_target_that_runs(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine()))
    running = asyncio.create_task(client.resume())
    await asyncio.sleep(0)
    for asks in (client.registers(), client.register("sp"), client.resume(), client.add_breakpoint(1)):
        with pytest.raises(RemoteError, match="the target runs: it can be asked when it stops"):
            await asks
    await client.interrupt()
    assert (await running) == Stopped(2, None, "01")
    assert await client.register("pc") == LAST


async def test_leaving_a_target_that_runs(connected: Connects) -> None:
    stub = FakeStub(small_machine())
    client = await connected(stub)
    running = asyncio.create_task(client.resume())
    await asyncio.sleep(0)
    await client.close()
    assert (await running) == Stopped(2, None, "01")
    assert stub.detached


async def test_who_waits_may_give_up(connected: Connects) -> None:
    stub = FakeStub(small_machine())
    client = await connected(stub)
    running = asyncio.create_task(client.resume())
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await client.close()
    assert stub.detached


async def test_leaving_a_target_that_does_not_stop(connected: Connects) -> None:
    stub = FakeStub(small_machine(), Answering(b"\x03", always(b"OK")))
    client = await connected(stub, limits=Limits(stop=0.1))
    running = asyncio.create_task(client.resume())
    await asyncio.sleep(0)
    await client.close(kill=True)
    with pytest.raises(RemoteError, match="was asked to stop and did not"):
        await running


async def test_the_end_is_told(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine(ends="X09")))
    assert (await client.resume()) == Ended("killed by signal 9")
    await client.close()


async def test_a_breakpoint_that_is_not_put_back(connected: Connects) -> None:
    stub = FakeStub(small_machine(), qemu=False)
    client = await connected(stub)
    await client.add_breakpoint(BEGINS)
    stub.manners = Answering(b"Z", always(b"E28"))
    with pytest.raises(RemoteError, match="does not set the breakpoint at 0x1000 again"):
        await client.resume()
    assert await client.register("pc") == 0x1004

"""Watchpoints: a target stops where it reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from bootstep.boots.remote.client import Client
from bootstep.boots.remote.stub.stops import is_of_watchpoint
from fake_machine import FakeMachine, Moment
from fake_stub import FakeStub

Connects = Callable[..., Awaitable[Client]]
LIFE = [Moment(0x1000), Moment(0x1004, reads=[0x5004]), Moment(0x1008), Moment(0x100C, reads=[0x5000])]


@pytest.mark.parametrize(
    ("room", "sort"),
    [({"0": 9, "3": 1}, "3"), ({"0": 9, "4": 1}, "4"), ({"0": 9, "3": 0, "4": 1}, "4")],
    ids=["for-reading", "for-access", "no-room-for-reading"],
)
@pytest.mark.parametrize("qemu", [True, False], ids=["qemu", "another"])
async def test_it_stops_where_it_reads(
    connected: Connects, room: dict[str, int], sort: str, qemu: bool
) -> None:
    """Also in the one instruction that has a breakpoint."""
    stub = FakeStub(FakeMachine(LIFE), room=room, qemu=qemu)
    client = await connected(stub)
    assert await client.add_watchpoint(0x5000, 8)
    assert stub.breakpoints == {(sort, 0x5000): 8}
    assert not await client.add_watchpoint(0x6000, 8)
    await client.add_breakpoint(0x1000)
    places: list[int | None] = []
    for _ in range(2):
        await client.resume()
        places.append(await client.register("pc"))
    assert places == [0x1004, 0x100C]
    await client.remove_watchpoint(0x5000, 8)
    await client.remove_watchpoint(0x6000, 8)
    assert set(stub.breakpoints) == {("0", 0x1000)}


async def test_all_are_taken_back_at_the_end(connected: Connects) -> None:
    stub = FakeStub(FakeMachine(LIFE), room={"3": 4})
    client = await connected(stub)
    for address in (0x5000, 0x6000):
        assert await client.add_watchpoint(address, 8)
    await client.close()
    assert not stub.breakpoints


async def test_a_stub_without_watchpoints(connected: Connects) -> None:
    client = await connected(FakeStub(FakeMachine(LIFE)))
    assert not await client.add_watchpoint(0x5000, 8)


@pytest.mark.parametrize(
    ("body", "of_watchpoint"),
    [
        (b"T05thread:01;rwatch:5000;", True),
        (b"T05watch:5000;", True),
        (b"T0520:00;awatch:1;", True),
        (b"T05thread:01;", False),
        (b"T05swbreak:;", False),
        (b"S05", False),
        (b"W00", False),
    ],
)
def test_stops_of_watchpoints(body: bytes, of_watchpoint: bool) -> None:
    assert is_of_watchpoint(body) == of_watchpoint

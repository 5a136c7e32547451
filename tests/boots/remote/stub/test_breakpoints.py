"""Breakpoints of a target: in its code, in the CPU, and no room for more.

Covers kinds.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from bootstep.boots.remote.client import Client
from bootstep.boots.remote.stub.kinds import kind_of
from bootstep.boots.remote.stub.running import INTERRUPTED
from bootstep.boots.remote.target import RemoteError, Stopped
from fake_stub import FakeStub
from misbehaving_stubs import Answering, always
from stub_story import small_machine

Connects = Callable[..., Awaitable[Client]]
HARDWARE, SOFTWARE = "1", "0"


async def added(client: Client, count: int) -> list[bool]:
    return [await client.add_breakpoint(0x1000 + 4 * number) for number in range(count)]


async def test_those_in_code_are_taken_first(connected: Connects) -> None:
    stub = FakeStub(small_machine(), qemu=False)
    client = await connected(stub)
    assert await added(client, 3) == [True] * 3
    assert stub.breakpoints == {(SOFTWARE, 0x1000 + 4 * number): 4 for number in range(3)}
    assert await client.add_breakpoint(0x1000)
    await client.remove_breakpoint(0x1004)
    await client.remove_breakpoint(0x7000)
    assert {address for _, address in stub.breakpoints} == {0x1000, 0x1008}
    assert client.refused == 0


async def test_where_code_cannot_be_written_those_of_the_cpu_are_used(connected: Connects) -> None:
    stub = FakeStub(small_machine(), room={SOFTWARE: 1, HARDWARE: 2}, qemu=False)
    client = await connected(stub)
    assert await added(client, 5) == [True, True, True, False, False]
    assert [sort for sort, _ in stub.breakpoints] == [SOFTWARE, HARDWARE, HARDWARE]
    assert client.refused == 2
    await client.remove_breakpoint(0x1000)
    assert await client.add_breakpoint(0x100C)


async def test_of_qemu_they_are_set_with_what_is_asked_next(connected: Connects) -> None:
    stub = FakeStub(small_machine())
    client = await connected(stub)
    assert await added(client, 3) == [True] * 3
    assert len(stub.breakpoints) == 1
    await client.remove_breakpoint(0x1004)
    await client.registers()
    assert {address for _, address in stub.breakpoints} == {0x1000, 0x1008}
    assert client.refused == 0
    assert client.lost_breakpoints() == []


async def test_of_qemu_those_without_room_are_told_later(connected: Connects) -> None:
    stub = FakeStub(small_machine(), room={SOFTWARE: 2, HARDWARE: 1})
    client = await connected(stub)
    assert await added(client, 4) == [True] * 4
    await client.registers()
    assert client.lost_breakpoints() == [0x1008, 0x100C]
    assert client.lost_breakpoints() == []
    assert client.refused == 2
    assert await client.add_breakpoint(0x1008)
    assert not await client.add_breakpoint(0x100C)
    assert [sort for sort, _ in stub.breakpoints] == [SOFTWARE, SOFTWARE, HARDWARE]


async def test_a_target_does_not_run_on_without_one_that_it_was_to_have(connected: Connects) -> None:
    stub = FakeStub(small_machine(), room={SOFTWARE: 1})
    client = await connected(stub)
    assert await added(client, 2) == [True, True]
    stop = await client.resume()
    assert isinstance(stop, Stopped) and stop.signal == INTERRUPTED
    assert client.lost_breakpoints() == [0x1004]


async def test_memory_stays_as_it_is(connected: Connects) -> None:
    stub = FakeStub(small_machine(), room={SOFTWARE: 99, HARDWARE: 1})
    client = await connected(stub, hardware_only=True)
    assert await added(client, 2) == [True, False]
    assert list(stub.breakpoints) == [(HARDWARE, 0x1000)]
    assert not [request for request in stub.requests if request.startswith(b"Z0")]


async def test_what_the_stub_does_not_know_is_asked_once(connected: Connects) -> None:
    stub = FakeStub(small_machine(), room={HARDWARE: 9})
    client = await connected(stub)
    assert await added(client, 3) == [True] * 3
    assert len([request for request in stub.requests if request.startswith(b"Z0")]) == 1


async def test_a_stub_without_breakpoints(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine(), room={}))
    assert await added(client, 2) == [False, False]
    assert client.refused == 2


async def test_all_are_taken_back_at_the_end(connected: Connects) -> None:
    stub = FakeStub(small_machine())
    client = await connected(stub)
    await added(client, 40)
    await client.close()
    assert not stub.breakpoints and stub.detached


async def test_nonsense(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine(), Answering(b"Z", always(b"boo"))))
    with pytest.raises(RemoteError, match="the stub answers nonsense to a breakpoint"):
        await client.add_breakpoint(0x1000)


@pytest.mark.parametrize(
    ("architecture", "kind"), [("aarch64", 4), ("i386:x86-64", 1), ("i386", 1), ("", 4), ("boo", 4)]
)
async def test_the_kind_is_the_architectures(connected: Connects, architecture: str, kind: int) -> None:
    machine = small_machine()
    machine.architecture = architecture
    stub = FakeStub(machine)
    client = await connected(stub)
    assert client.architecture == architecture and kind_of(architecture) == kind
    await client.add_breakpoint(0x1008)
    assert list(stub.breakpoints.values()) == [kind]
